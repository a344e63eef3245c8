/**
 * Reads single header fields of a raw mail without parsing the mail: cheap enough for every mail the sink takes.
 * Content is hostile; whatever it holds, the answer is a short string or undefined.
 */
import { decodeWords } from 'postal-mime'

const HEADER_BYTES = 65_536
const VALUE_CHARACTERS = 1_000

/** The header block of a mail, unfolded, one field to a line; of an overlong one the first 64 KB. */
export const readHeaderBlock = (raw: Buffer): string => {
  const start = raw.subarray(0, HEADER_BYTES).toString('utf8')
  const end = /\r?\n\r?\n/.exec(start)?.index ?? start.length
  return start.slice(0, end).replace(/\r?\n[ \t]+/g, ' ')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL cannot keep NUL, and a list cannot show the others
const CONTROLS = /[\u0000-\u001f\u007f]+/g

/** The first field of that name in a block from `readHeaderBlock`, RFC 2047 decoded, fit for a text column. */
export const readField = (block: string, name: string): string | undefined => {
  const lower = `${name.toLowerCase()}:`
  const line = block.split(/\r?\n/).find(field => field.slice(0, lower.length).toLowerCase() === lower)
  if (line === undefined) return undefined
  const value = line.slice(lower.length, lower.length + 4 * VALUE_CHARACTERS)
  return decodeWords(value)
    .replace(CONTROLS, ' ')
    .trim()
    .slice(0, VALUE_CHARACTERS)
    .replace(/[\ud800-\udbff]$/, '')
}
