/** UTF-8 to and from text, as the standard says, without the platform's encoder: it is part of no JavaScript standard. */

/** How many bytes a character (a UTF-16 unit or a pair) takes. */
const widthOf = (code: number): number => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4)

const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff

/** The character at a place; half a pair becomes U+FFFD. */
const codeAt = (text: string, at: number): number => {
  const code = text.codePointAt(at) ?? 0
  return isSurrogate(code) ? 0xfffd : code
}

/** How many bytes a text takes. */
export const utf8Length = (text: string): number => {
  let length = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = codeAt(text, at)
    length += widthOf(code)
    if (code > 0xffff) at += 1
  }
  return length
}

/** The bytes of a text; half a surrogate pair becomes U+FFFD. */
export const encodeUtf8 = (text: string): Uint8Array => {
  const bytes = new Uint8Array(utf8Length(text))
  let end = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = codeAt(text, at)
    const width = widthOf(code)
    bytes[end] = width === 1 ? code : ((0xf00 >> width) & 0xff) | (code >> (6 * (width - 1)))
    for (let rest = width - 2; rest >= 0; rest -= 1)
      bytes[end + width - 1 - rest] = 0x80 | ((code >> (6 * rest)) & 0x3f)
    end += width
    if (code > 0xffff) at += 1
  }
  return bytes
}

const LEAST = [0, 0, 0x80, 0x800, 0x10000] as const

/** How many bytes the character has that begins with this one, or 0. */
const widthFrom = (first: number): number => {
  if (first < 0x80) return 1
  if (first < 0xc2) return 0
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
}

/** The character of so many bytes at a place, or -1 where they are none. */
const readCharacter = (bytes: Uint8Array, at: number, width: number): number => {
  let code = width === 1 ? (bytes[at] ?? 0) : (bytes[at] ?? 0) & (0xff >> (width + 1))
  for (let next = at + 1; next < at + width; next += 1) {
    const byte = bytes[next] ?? 0
    if ((byte & 0xc0) !== 0x80) return -1
    code = (code << 6) | (byte & 0x3f)
  }
  return code < (LEAST[width] ?? 0) || code > 0x10ffff || isSurrogate(code) ? -1 : code
}

const PIECE = 4_096

/** The text of bytes that are well-formed UTF-8, else null. */
export const decodeUtf8 = (bytes: Uint8Array): string | null => {
  let text = ''
  let piece: number[] = []
  for (let at = 0; at < bytes.length; ) {
    const width = widthFrom(bytes[at] ?? 0)
    const code = width === 0 ? -1 : readCharacter(bytes, at, width)
    if (code < 0) return null
    piece.push(code)
    at += width
    if (piece.length < PIECE) continue
    text += String.fromCodePoint(...piece)
    piece = []
  }
  return text + String.fromCodePoint(...piece)
}
