/** From an offset to a line, a column and an excerpt that a person can read. Knows only text. */
import type { Span } from './ast.ts'

/** Where something is. Lines and columns count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
  /** The source line (a window of it when it is long) and under it the caret. */
  readonly excerpt: string
}

const WINDOW = 100
const LEAD = 60

/** The offsets at which the lines of a source start. Made once where many positions of it are asked for. */
export const findLineStarts = (source: string): readonly number[] => {
  const starts = [0]
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

const lineIndexAt = (starts: readonly number[], offset: number): number => {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** Describes a span; one outside of the source is moved to its nearest end. */
export const describePosition = (
  source: string,
  span: Span,
  starts: readonly number[] = findLineStarts(source),
): Position => {
  const at = Math.max(0, Math.min(span.start, source.length))
  const index = lineIndexAt(starts, at)
  const lineStart = starts[index] ?? 0
  const next = starts[index + 1]
  const lineEnd = next === undefined ? source.length : next - 1
  const from = Math.max(lineStart, at - LEAD)
  const to = Math.min(lineEnd, from + WINDOW)
  const text = source.slice(from, to).replace(/[\t\r]/g, ' ')
  const carets = '^'.repeat(Math.max(1, Math.min(span.end, to) - at))
  return {
    line: index + 1,
    column: at - lineStart + 1,
    excerpt: `${text}\n${' '.repeat(at - from)}${carets}`,
  }
}
