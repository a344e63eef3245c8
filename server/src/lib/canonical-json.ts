/** One text for equal JSON: members in order of their names, so that two equal calls have one hash. */
import { createHash } from 'node:crypto'

const write = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${write(member)}`).join(',')}}`
}

/** The canonical text of a JSON value: no blanks, members sorted by UTF-16 code units. */
export const canonicalJson = write

/** SHA-256 of a route and the canonical text of a body: what makes two calls "the same call". */
export const hashCall = (route: string, body: unknown): Buffer =>
  createHash('sha256').update(route).update('\n').update(write(body)).digest()
