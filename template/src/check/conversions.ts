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

const asLiteral = (value: string, kind: Type['kind']): string | null => {
  if (kind === 'number' && DECIMAL.test(value)) return value
  return kind === 'boolean' && (value === 'true' || value === 'false') ? value : null
}

/** The function that a text goes through to become the type, or null where there is none. */
const converterFor = (from: Type, to: Type['kind']): string | null =>
  from.kind === 'text' ? (FROM_TEXT[to] ?? null) : null

/** The repair of an expression that has one type and should have another, or null. */
export const convert = (
  checker: Checker,
  expression: Expression,
  types: { readonly from: Type; readonly to: Type['kind'] },
): FindingFix | null => {
  const { from, to } = types
  const name = converterFor(from, to)
  if (from.kind !== 'text' || name === null) return null
  const literal = from.value === undefined ? null : asLiteral(from.value, to)
  if (expression.kind === 'literal' && literal !== null)
    return writeLiteral(checker.source, expression.span, literal)
  // A literal that is no number does not become one.
  if (expression.kind === 'literal' && !(to === 'date' && from.dateLike)) return null
  return checker.functions.has(name) ? wrapIn(checker.source, expression, name) : { title: `Use ${name}(…)` }
}

/** The end of a message, where there is a function to use. */
export const adviceFor = (from: Type, to: Type['kind']): string => {
  const name = converterFor(from, to)
  return name === null ? '' : `: convert the text with ${name}(…)`
}
