/** What is worth saying about the name under the pointer. Pure: text and knowledge in, words out. */
import { FUNCTIONS, signatureOf } from '@carillon/template'
import { type Known, pathsAround, rowRoot } from './knowledge.ts'
import { scopeBefore, wholePath } from './names-in-scope.ts'
import { type Token, tokensOf } from './tag-tokens.ts'
import { tagsOf } from './tags.ts'

/** The words about one name; `example` is an expression and what it prints. */
export interface Explanation {
  readonly start: number
  readonly end: number
  readonly title: string
  readonly text: string
  readonly example: readonly [expression: string, prints: string] | null
}

const tokenAt = (source: string, place: number): Token | null => {
  const tag = tagsOf(source).find(({ span }) => span.start <= place && span.end >= place)
  if (tag === undefined) return null
  return tokensOf(source, tag).find(({ start, end }) => start <= place && place < end) ?? null
}

const explainFunction = (name: string, token: Token): Explanation | null => {
  const spec = FUNCTIONS.get(name)
  if (spec === undefined) return null
  const { start, end } = token
  return {
    start,
    end,
    title: `${name}${signatureOf(spec)}`,
    text: spec.summary,
    example: spec.examples[0] ?? null,
  }
}

const bare = (path: string): string => path.replace(/\[\d*\]|`/g, '')

const explainPath = (
  source: string,
  place: number,
  about: { token: Token; known: Known },
): Explanation | null => {
  const { token, known } = about
  const written = source.slice(token.start, token.end)
  // Up to the segment under the pointer: `person` in `profile.person.name`.
  const dot = written.indexOf('.', place - token.start)
  const part = dot === -1 ? written : written.slice(0, dot)
  const whole = wholePath(part, scopeBefore(source, token.start))
  if (whole === null) return null
  const found = pathsAround(known, whole).find(one => bare(one.path) === bare(whole))
  if (found === undefined) return null
  const { start } = token
  const isRow = found.path.startsWith(rowRoot(''))
  const title = `${isRow ? part : found.path}: ${found.type}`
  return { start, end: start + part.length, title, text: found.description ?? '', example: null }
}

/** The explanation of the name at a place, or null. */
export const explain = (source: string, place: number, known: Known): Explanation | null => {
  const token = tokenAt(source, place)
  if (token?.kind === 'function') return explainFunction(source.slice(token.start, token.end), token)
  return token?.kind === 'path' ? explainPath(source, place, { token, known }) : null
}
