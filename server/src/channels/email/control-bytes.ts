/**
 * Finds the control characters in a mail: line ends, and what has no place in one. Most of a mail is none of them, and
 * every mail is looked through, so it looks at four bytes at a time.
 */

/** Gives the index of the first byte below 0x20 at or after `from`; the length when there is none. */
export type FindControl = (from: number) => number

/** Makes the finder of these bytes. They may change between two calls, their length may not. */
export const createControlFinder = (bytes: Buffer): FindControl => {
  const { length, byteOffset } = bytes
  const unaligned = -byteOffset & 3
  const words = new Int32Array(bytes.buffer, byteOffset + unaligned, Math.max(0, length - unaligned) >> 2)
  return from => {
    let at = from
    for (; at < length && ((at - unaligned) & 3) !== 0; at++) if ((bytes[at] ?? 0) < 0x20) return at
    for (let w = (at - unaligned) >> 2; w >= 0 && w < words.length; w++, at += 4) {
      const word = words[w] ?? 0
      // Zero unless one of the four bytes is below 0x20.
      if (((word - 0x20202020) & ~word & 0x80808080) !== 0) break
    }
    for (; at < length; at++) if ((bytes[at] ?? 0) < 0x20) return at
    return length
  }
}
