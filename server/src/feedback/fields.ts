/** Fields as reports have them (RFC 3464 §2.1, RFC 5965 §3): a header's syntax inside a part. Pure, of hostile text. */

/** The fields of one block, by name in lower case; of equal names the first. */
export type Fields = ReadonlyMap<string, string>

const MOST_BLOCKS = 200
const MOST_FIELDS = 100
const LONGEST = 2_000

const fieldsOf = (block: string): Fields => {
  const fields = new Map<string, string>()
  for (const line of block
    .replace(/\n[ \t]+/g, ' ')
    .split('\n')
    .slice(0, MOST_FIELDS)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim().toLowerCase()
    if (colon > 0 && !fields.has(name))
      fields.set(
        name,
        line
          .slice(colon + 1)
          .trim()
          .slice(0, LONGEST),
      )
  }
  return fields
}

/** The blocks of a report, which empty lines part; empty ones are left out. */
export const readBlocks = (text: string): Fields[] =>
  text
    .replace(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n/, MOST_BLOCKS)
    .map(fieldsOf)
    .filter(fields => fields.size > 0)

/** A value without the type in front of it: `rfc822;ada@example.com` is the address, `smtp; 550 No` the words. */
export const withoutType = (value: string | undefined): string =>
  (value ?? '').replace(/^[\w-]{1,40}\s*;/, '').trim()

/** The address of a value such as `rfc822; <ada@example.com>`; null: there is none, or it was taken out. */
export const addressIn = (value: string | undefined): string | null => {
  const text = withoutType(value).slice(0, 500)
  const found = /<?([^\s<>"';,]{1,128}@[^\s<>"';,]{1,255}[^\s<>"';,.])>?/.exec(text)?.[1]
  return found === undefined || /redact/i.test(found) ? null : found
}
