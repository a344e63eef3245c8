/** Looking for a text in a text in linear time. The engine's own search takes length × length for some long parts. */

// Up to this length the engine's own search is linear with a small factor.
const SHORT = 64

/** For each length, that of the longest border of the part's beginning: where a failed comparison goes on. */
const bordersOf = (part: string): Int32Array => {
  const borders = new Int32Array(part.length + 1)
  let border = 0
  for (let at = 1; at < part.length; at += 1) {
    while (border > 0 && part.charCodeAt(at) !== part.charCodeAt(border)) border = borders[border] ?? 0
    if (part.charCodeAt(at) === part.charCodeAt(border)) border += 1
    borders[at + 1] = border
  }
  return borders
}

/** Calls `found` with the place of every occurrence, overlapping ones too, until it says that it has enough. */
const scan = (text: string, part: string, found: (at: number) => boolean): void => {
  const borders = bordersOf(part)
  let matched = 0
  for (let at = 0; at < text.length; at += 1) {
    while (matched > 0 && text.charCodeAt(at) !== part.charCodeAt(matched)) matched = borders[matched] ?? 0
    if (text.charCodeAt(at) === part.charCodeAt(matched)) matched += 1
    if (matched < part.length) continue
    if (found(at + 1 - matched)) return
    matched = borders[matched] ?? 0
  }
}

/** Where the part first begins, or -1. */
export const firstIndexOf = (text: string, part: string): number => {
  if (part.length <= SHORT) return text.indexOf(part)
  let first = -1
  scan(text, part, at => {
    first = at
    return true
  })
  return first
}

/** Where the part last begins, or -1. */
export const finalIndexOf = (text: string, part: string): number => {
  if (part.length <= SHORT) return text.lastIndexOf(part)
  let last = -1
  scan(text, part, at => {
    last = at
    return false
  })
  return last
}

/** What stands before, between and after the occurrences, from left to right without overlap; at most `most` pieces. */
export const splitText = (text: string, part: string, most: number): readonly string[] => {
  if (part.length <= SHORT) return text.split(part, most)
  const pieces: string[] = []
  let done = 0
  scan(text, part, at => {
    if (at < done) return false
    pieces.push(text.slice(done, at))
    done = at + part.length
    return pieces.length >= most
  })
  if (pieces.length < most) pieces.push(text.slice(done))
  return pieces
}
