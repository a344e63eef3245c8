/** How a value of one type becomes one of another: the function to put around it, or the literal to write. */
import type { Expression } from '../ast.ts'
import type { Checker } from './checker.ts'
import { type FindingFix, wrapIn, writeLiteral } from './edits.ts'
import type { Type } from './types.ts'

const FROM_TEXT: Readonly<Partial<Record<Type['kind'], string>>> = {
  number: 'stringToNumber',
  boolean: 'toBool',
  date: 'toDateTime',
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/

/** True for a text that says a number. */
export const isNumberText = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text))

const asLiteral = (value: string, kind: Type['kind']): string | null => {
  if (kind === 'number' && DECIMAL.test(value)) return value
  return kind === 'boolean' && (value === 'true' || value === 'false') ? value : null
}

/** The function that a text goes through to become the type, or null where there is none. */
const converterFor = (from: Type, to: Type['kind']): string | null => {
  if (from.kind === 'number' && to === 'date') return 'toDateTimeOnly'
  return from.kind === 'text' ? (FROM_TEXT[to] ?? null) : null
}

/** The repair of an expression that has one type and should have another, or null. */
export const convert = (
  checker: Checker,
  expression: Expression,
  types: { readonly from: Type; readonly to: Type['kind'] },
): FindingFix | null => {
  const { from, to } = types
  const name = converterFor(from, to)
  if (name === null) return null
  if (expression.kind === 'literal' && from.kind === 'text') {
    const literal = asLiteral(from.value ?? '', to)
    if (literal !== null) return writeLiteral(checker.source, expression.span, literal)
    // A text that says something else does not become one.
    if (!(to === 'date' ? from.dateLike : to === 'number' && isNumberText(from.value ?? ''))) return null
  }
  return checker.functions.has(name) ? wrapIn(checker.source, expression, name) : { title: `Use ${name}(…)` }
}

/** The end of a message, where there is a function to use. */
export const adviceFor = (from: Type, to: Type['kind'], what = 'it'): string => {
  const name = converterFor(from, to)
  return name === null ? '' : `: convert ${what} with ${name}(…)`
}
