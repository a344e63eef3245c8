/** Edits that a machine can apply to a source, made so that the result still parses. Knows tokens, not meaning. */
import type { Expression, LiteralExpression, MemberExpression, NameExpression, Span } from '../ast.ts'
import type { Finding } from '../diagnostics.ts'

export type FindingFix = NonNullable<Finding['fix']>

const PLAIN_NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u
// What could end the tag or the quotes is not offered as an edit.
const QUOTABLE_NAME = /^[^`{}%~"'\\\n\r]+$/
const NAME_CHARACTER = /[^\s!-#%-/:-@[\\\]^`{|}~]/

// As the first name of a tag these are read as something else.
const WORDS = new Set([
  ...['this', 'true', 'false', 'null', 'undefined', 'and', 'or', 'not', 'as', 'else', 'let', 'if', 'unless'],
  ...['each', 'with', 'inline', 'fragment', 'datasetLookup', 'executionMetadata', 'encrypt', 'url'],
  ...['elseif', 'endif', 'externalDataLookup'],
])

/** A property name as it is written after a dot, or null where it cannot be written safely. */
const writeKey = (name: string): string | null => {
  if (PLAIN_NAME.test(name)) return name
  return QUOTABLE_NAME.test(name) ? `\`${name}\`` : null
}

/** A name as it is written at the start of a path, or null. */
const writeName = (name: string): string | null => (WORDS.has(name) ? `\`${name}\`` : writeKey(name))

/** A text literal, or null where it cannot be written safely. */
const writeText = (text: string): string | null => (QUOTABLE_NAME.test(text) ? `"${text}"` : null)

/** Puts a text in place of a span, with a blank where it would grow together with the word before or after it. */
const replaceSpan = (source: string, span: Span, text: string): FindingFix['edit'] => {
  const touches = (left: string | undefined, right: string | undefined): boolean =>
    left !== undefined && right !== undefined && NAME_CHARACTER.test(left) && NAME_CHARACTER.test(right)
  const before = touches(source[span.start - 1], text[0]) ? ' ' : ''
  const after = touches(text.at(-1), source[span.end]) ? ' ' : ''
  return { span, text: `${before}${text}${after}` }
}

// A longer text would be copied for each of many findings.
const MAX_EDIT = 10_000

const withEdit = (title: string, edit: FindingFix['edit'] | null): FindingFix =>
  edit === null || edit === undefined || edit.text.length > MAX_EDIT ? { title } : { title, edit }

/** The span of an expression includes the parentheses around it: this is the token itself. */
const tokenSpan = (source: string, span: Span, length: number): Span => {
  let start = span.start
  while (start < span.end && /[\s(]/.test(source[start] ?? '')) start += 1
  return { start, end: Math.min(start + length, span.end) }
}

/** Where the name of a path starts, quotes included. */
export const nameSpan = (source: string, expression: NameExpression): Span => {
  const plain = tokenSpan(source, expression.span, expression.name.length)
  return source[plain.start] === '`' ? tokenSpan(source, expression.span, expression.name.length + 2) : plain
}

/** Where the last key of a path stands, quotes included. */
export const keySpan = (source: string, expression: MemberExpression): Span => {
  const start = expression.object.span.end + 1
  const quoted = source[start] === '`' || source[start] === '['
  const end = start + expression.key.length + (quoted ? 2 : 0)
  return { start: Math.min(start, expression.span.end - 1), end: Math.min(end, expression.span.end) }
}

const useTitle = (name: string): string => `Use "${name}"`

/** Puts another key at the end of a path. */
export const replaceKey = (source: string, expression: MemberExpression, name: string): FindingFix => {
  const text = writeKey(name)
  const span = keySpan(source, expression)
  return withEdit(useTitle(name), text === null ? null : replaceSpan(source, span, text))
}

/** Puts another first name of a path. */
export const replaceName = (source: string, expression: NameExpression, name: string): FindingFix => {
  const text = writeName(name)
  const span = nameSpan(source, expression)
  return withEdit(useTitle(name), text === null ? null : replaceSpan(source, span, text))
}

/** Puts another word in place of one that stands alone, such as the name of a function. */
export const replaceWord = (source: string, span: Span, word: string): FindingFix => {
  const text = PLAIN_NAME.test(word) && !WORDS.has(word) ? word : null
  return withEdit(useTitle(word), text === null ? null : replaceSpan(source, span, text))
}

/** Puts another text in place of a literal. */
export const replaceText = (source: string, literal: LiteralExpression, value: string): FindingFix => {
  const text = writeText(value)
  return withEdit(useTitle(value), text === null ? null : replaceSpan(source, literal.span, text))
}

const sliceOf = (source: string, expression: Expression): string =>
  source.slice(expression.span.start, expression.span.end)

/** Puts a function around an expression. */
export const wrapIn = (source: string, expression: Expression, name: string): FindingFix =>
  withEdit(
    `Convert it with ${name}(…)`,
    replaceSpan(source, expression.span, `${name}(${sliceOf(source, expression)})`),
  )

/** Puts one call in place of a span, with the expressions as its arguments. */
export const callOf = (
  source: string,
  span: Span,
  call: { readonly name: string; readonly args: readonly Expression[] },
): FindingFix => {
  const args = call.args.map(argument => sliceOf(source, argument)).join(', ')
  return withEdit(`Write ${call.name}(…)`, replaceSpan(source, span, `${call.name}(${args})`))
}

/** Writes a literal of another type in place of an expression. */
export const writeLiteral = (source: string, span: Span, text: string): FindingFix =>
  withEdit(`Write ${text}`, replaceSpan(source, span, text))

/** Writes a plain key in place of an expression, as the functions that take a property want it. */
export const writeProperty = (source: string, span: Span, key: string): FindingFix | undefined => {
  const text = PLAIN_NAME.test(key) && !WORDS.has(key) ? key : null
  return text === null ? undefined : withEdit(`Write ${key}`, replaceSpan(source, span, text))
}

/** Two braces in place of three, where what stands in them reads the same. */
export const unwrapBraces = (source: string, span: Span): FindingFix => {
  const text = source.slice(span.start, span.end)
  const first = /^\{\{\{~?\s*([\p{L}_$][\p{L}\p{N}_$]*)/u.exec(text)?.[1]
  const safe = first !== undefined && !WORDS.has(first) && text.endsWith('}}}')
  return withEdit('Write two braces', safe ? { span, text: text.slice(1, -1) } : null)
}
