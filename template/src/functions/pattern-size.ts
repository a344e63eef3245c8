/** How large a regular expression becomes when its counted repetitions are written out. Knows the syntax, not the engine. */

interface Group {
  /** What the group holds so far. */
  total: number
  /** The last piece of it: what a repetition repeats. */
  last: number
}

// One piece of a pattern: quoted text, an escape with a name in braces, any other escape, a class, a repetition, a character.
const PIECE =
  /(?<quoted>\\Q[\s\S]*?(?:\\E|$))|\\[pPx]\{[^}]*\}|\\[\s\S]?|\[\^?\]?(?:\[:[^\]]*:\]|\\[\s\S]|[^\]\\])*\]?|\{(?<low>\d+)(?<comma>,)?(?<high>\d*)\}|[\s\S]/g

// A group costs something by itself, so that `(){1000}` does too.
const GROUP_SIZE = 2

/**
 * The number of characters, classes and groups after all repetitions are written out: `(ab){3}` is 12. Never less
 * than what an engine that unrolls repetitions builds instructions for, give or take a small factor. The time may
 * grow with the square of the length: bound that first.
 */
export const expandedSize = (pattern: string): number => {
  const groups: Group[] = [{ total: 0, last: 0 }]
  for (const found of pattern.matchAll(PIECE)) {
    const group = groups.at(-1)
    if (group === undefined) break
    takePiece(groups, group, found)
  }
  return groups.reduce((sum, group) => sum + group.total, 0)
}

const takePiece = (groups: Group[], group: Group, found: RegExpMatchArray): void => {
  const piece = found[0]
  const { quoted, low } = found.groups ?? {}
  if (low !== undefined) repeat(group, found)
  else if (piece === '(') groups.push({ total: 0, last: 0 })
  else if (piece === ')') leaveGroup(groups)
  else if (!isOperator(piece)) add(group, quoted === undefined ? 1 : quoted.length)
}

const isOperator = (piece: string): boolean =>
  piece === '*' || piece === '+' || piece === '?' || piece === '|'

const add = (group: Group, size: number): void => {
  group.total += size
  group.last = size
}

const leaveGroup = (groups: Group[]): void => {
  if (groups.length === 1) return
  const inner = groups.pop()
  const outer = groups.at(-1)
  if (inner !== undefined && outer !== undefined) add(outer, inner.total + GROUP_SIZE)
}

/** `{n}`, `{n,}` and `{n,m}`. */
const repeat = (group: Group, found: RegExpMatchArray): void => {
  const { low = '', comma, high = '' } = found.groups ?? {}
  const open = comma !== undefined && high === '' ? 1 : 0
  const times = Math.max(1, Number(low) + open, Number(high))
  group.total += group.last * (times - 1)
  group.last *= times
}
