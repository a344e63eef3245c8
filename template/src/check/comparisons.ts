/** Checks `=`, `!=` and the orderings: only values of one type can be equal or ordered. */
import type { BinaryExpression, Expression } from '../ast.ts'
import type { Finding } from '../diagnostics.ts'
import { nearestWord } from '../nearest.ts'
import { COMPARISONS, type Comparison } from '../operators.ts'
import { type Checker, quote, reportError, reportWarning } from './checker.ts'
import { adviceFor, convert } from './conversions.ts'
import { replaceText } from './edits.ts'
import { BOOLEAN, elementOf, inWords, literalOf, type TextType, type Type } from './types.ts'

interface Sides {
  readonly operator: Comparison
  readonly left: Type
  readonly right: Type
}

const isEquality = (operator: Comparison): boolean => operator === '=' || operator === '!='

/** Checks a comparison; the answer has a value where it is the same for all data. */
export const typeOfComparison = (checker: Checker, expression: BinaryExpression, sides: Sides): Type => {
  const { operator } = sides
  // A list is equal to a value when any of its elements is.
  const [left, right] = [elementOf(sides.left), elementOf(sides.right)]
  if (left.kind === 'any' || right.kind === 'any') return BOOLEAN
  if (left.kind === 'null' || right.kind === 'null') return compareNull(checker, expression, sides)
  if (left.kind !== right.kind) {
    reportMismatch(checker, expression, sides)
    return BOOLEAN
  }
  if (left.kind === 'object' || (left.kind === 'boolean' && !isEquality(operator))) {
    reportNever(checker, expression, left)
    return BOOLEAN
  }
  if (sides.left.kind === 'list' || sides.right.kind === 'list') return BOOLEAN
  return compareScalars(checker, expression, { operator, left, right })
}

const compareNull = (checker: Checker, expression: BinaryExpression, sides: Sides): Type => {
  if (!isEquality(sides.operator)) {
    const message = 'Nothing is greater or less than null: compare with = null, or use isNull'
    reportWarning(checker, () => ({ code: 'type_mismatch', span: expression.span, message }))
    return BOOLEAN
  }
  return foldLiterals(sides)
}

const foldLiterals = (sides: Sides): Type => {
  const [left, right] = [literalOf(sides.left), literalOf(sides.right)]
  if (left === undefined || right === undefined) return BOOLEAN
  return { kind: 'boolean', value: COMPARISONS[sides.operator](left, right) }
}

const compareScalars = (checker: Checker, expression: BinaryExpression, sides: Sides): Type => {
  const folded = foldLiterals(sides)
  if (folded !== BOOLEAN || !isEquality(sides.operator)) return folded
  const { left, right } = expression
  if (left.kind === 'literal') checkListed(checker, left, [sides.right, sides.left])
  else if (right.kind === 'literal') checkListed(checker, right, [sides.left, sides.right])
  if (left.kind === 'literal' || right.kind === 'literal') checker.exclusive.add(expression)
  return BOOLEAN
}

/** A value that a schema does not list is never met. */
const checkListed = (
  checker: Checker,
  literal: Expression,
  types: readonly [listed: Type, written: Type],
): void => {
  const [listed, written] = types
  if (listed.kind !== 'text' || written.kind !== 'text' || literal.kind !== 'literal') return
  const { values } = listed
  const { value } = written
  if (values === undefined || value === undefined || values.includes(value)) return
  reportWarning(checker, () => unlistedFinding(checker, literal, { values, value }))
}

const unlistedFinding = (
  checker: Checker,
  literal: Expression & { readonly kind: 'literal' },
  text: { readonly values: NonNullable<TextType['values']>; readonly value: string },
): Finding => {
  const nearest = nearestWord(text.value, text.values)
  const few = text.values.slice(0, 5).map(value => `"${value}"`)
  const all = `${few.join(', ')}${text.values.length > few.length ? ', …' : ''}`
  const hint = nearest === null ? ` It is one of ${all}` : ` Did you mean "${nearest}"?`
  const message = `It is never "${text.value}".${hint}`
  const finding: Finding = { code: 'value_unknown', span: literal.span, message }
  return nearest === null ? finding : { ...finding, fix: replaceText(checker.source, literal, nearest) }
}

const reportMismatch = (checker: Checker, expression: BinaryExpression, sides: Sides): void => {
  reportError(checker, () => {
    const { left, right } = sides
    const is = (side: Expression, type: Type) => `${quote(checker, side.span)} is ${inWords(type)}`
    const what = `${is(expression.left, left)} and ${is(expression.right, right)}, which are never compared`
    const [text, from, to] =
      left.kind === 'text' ? [expression.left, left, right] : [expression.right, right, left]
    const { kind } = elementOf(to)
    const fix = convert(checker, text, { from, to: kind })
    const message = `${what}${adviceFor(from, kind, 'the text')}`
    const finding: Finding = { code: 'type_mismatch', span: expression.span, message }
    return fix === null ? finding : { ...finding, fix }
  })
}

const reportNever = (checker: Checker, expression: BinaryExpression, type: Type): void => {
  const message =
    type.kind === 'object'
      ? 'Objects are never equal: compare one of their properties'
      : 'True and false have no order: use = or !='
  reportError(checker, () => ({ code: 'type_mismatch', span: expression.span, message }))
}
