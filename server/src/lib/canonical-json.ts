/** One text for equal JSON: members in order of their names, so that two equal calls have one hash. */
import { createHash } from 'node:crypto'

// Grown text instead of lists of parts: this runs for every call that is accepted.
const write = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) {
    let items = ''
    for (const item of value) items += items === '' ? write(item) : `,${write(item)}`
    return `[${items}]`
  }
  const object = value as Readonly<Record<string, unknown>>
  let members = ''
  for (const name of Object.keys(object).sort()) {
    const member = object[name]
    if (member === undefined) continue
    if (members !== '') members += ','
    members += `${JSON.stringify(name)}:${write(member)}`
  }
  return `{${members}}`
}

/** The canonical text of a JSON value: no blanks, members sorted by UTF-16 code units. */
export const canonicalJson: (value: unknown) => string = write

/** SHA-256 of a route and the canonical text of a body: what makes two calls "the same call". */
export const hashCall = (route: string, body: unknown): Buffer => hashCanonical(route, write(body))

/** As `hashCall`, for a canonical text that is there already. */
export const hashCanonical = (route: string, text: string): Buffer =>
  createHash('sha256').update(`${route}\n${text}`).digest()
