/**
 * Which white space goes with a tag. A block, `let`, `else` or comment tag that is alone on its line takes the whole
 * line, as in Handlebars, so that a text mail has no empty lines for its logic; `~` takes all white space.
 */
import type { Span } from './ast.ts'
import type { Tag } from './tokenize.ts'

const isInlineBlank = (char: string | undefined): boolean => char === ' ' || char === '\t'
const isBlank = (char: string | undefined): boolean => isInlineBlank(char) || char === '\n' || char === '\r'

const lineStart = (source: string, from: number): number => {
  let at = from
  while (at > 0 && isInlineBlank(source[at - 1])) at -= 1
  return at === 0 || source[at - 1] === '\n' ? at : -1
}

const lineEnd = (source: string, from: number): number => {
  let at = from
  while (isInlineBlank(source[at])) at += 1
  if (source[at] === '\r' && source[at + 1] === '\n') at += 1
  if (at >= source.length) return source.length
  return source[at] === '\n' ? at + 1 : -1
}

const SILENT =
  /^\s*(?:else\b|each\s|datasetLookup\s|executionMetadata\s|encrypt\s[\s\S]*\sresult\s*=|fragment\s[\s\S]*\srender\s*=\s*false\b)/

const printsNothing = (source: string, tag: Tag): boolean => {
  if (tag.kind === 'plain') return SILENT.test(source.slice(tag.body.start, tag.body.end))
  return tag.kind !== 'raw' && tag.kind !== 'print'
}

/** The span of the tag with the white space that belongs to it. */
export const outerSpan = (source: string, tag: Tag): Span => {
  let { start, end } = tag.span
  if (printsNothing(source, tag)) {
    const before = lineStart(source, start)
    const after = before === -1 ? -1 : lineEnd(source, end)
    if (after !== -1) {
      start = before
      end = after
    }
  }
  if (tag.trimBefore) while (start > 0 && isBlank(source[start - 1])) start -= 1
  if (tag.trimAfter) while (isBlank(source[end])) end += 1
  return { start, end }
}
