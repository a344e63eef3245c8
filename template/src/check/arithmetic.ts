/** Checks `+ - * / %`, which compute on numbers alone. */
import type { BinaryExpression, Expression, UnaryExpression } from '../ast.ts'
import { mostArguments } from '../functions/function-spec.ts'
import { ARITHMETIC, type Arithmetic } from '../operators.ts'
import { type Checker, quote, reportError, reportWarning } from './checker.ts'
import { adviceFor, convert } from './conversions.ts'
import { callOf } from './edits.ts'
import { ANY, inWords, NUMBER, type Type, typeOfLiteral } from './types.ts'

const isNumeric = (type: Type): boolean =>
  type.kind === 'any' || type.kind === 'null' || type.kind === 'number'

const checkOperand = (checker: Checker, operand: Expression, type: Type): void => {
  if (isNumeric(type)) return
  reportError(checker, () => {
    const advice = type.kind === 'date' ? ': use a date function' : adviceFor(type, 'number')
    const message = `${quote(checker, operand.span)} is ${inWords(type)}, and only numbers can be computed with${advice}`
    const fix = convert(checker, operand, { from: type, to: 'number' })
    const finding = { code: 'type_mismatch' as const, span: operand.span, message }
    return fix === null ? finding : { ...finding, fix }
  })
}

const fold = (operator: Arithmetic, left: Type, right: Type): Type => {
  if (left.kind !== 'number' || right.kind !== 'number') return NUMBER
  if (left.value === undefined || right.value === undefined) return NUMBER
  const value = ARITHMETIC[operator](left.value, right.value)
  return typeof value === 'number' ? typeOfLiteral(value) : NUMBER
}

/** Checks one operation. */
export const checkArithmetic = (
  checker: Checker,
  expression: BinaryExpression,
  sides: { readonly operator: Arithmetic; readonly left: Type; readonly right: Type },
): Type => {
  checkOperand(checker, expression.left, sides.left)
  checkOperand(checker, expression.right, sides.right)
  return fold(sides.operator, sides.left, sides.right)
}

/** Checks `-x`. */
export const checkNegation = (checker: Checker, expression: UnaryExpression, operand: Type): Type => {
  checkOperand(checker, expression.operand, operand)
  return operand.kind === 'number' && operand.value !== undefined ? typeOfLiteral(0 - operand.value) : NUMBER
}

/** The operands of `a + b + c`: a chain is told once, not once for each plus. */
export const plusOperands = (expression: BinaryExpression): readonly Expression[] => {
  const operands: Expression[] = []
  let at: Expression = expression
  while (at.kind === 'binary' && at.operator === '+') {
    operands.push(at.right)
    at = at.left
  }
  operands.push(at)
  return operands.reverse()
}

/** Checks a chain of `+`. Text in it is either to be joined or a number in the form of a text. */
export const checkPlus = (
  checker: Checker,
  expression: BinaryExpression,
  chain: { readonly operands: readonly Expression[]; readonly types: readonly Type[] },
): Type => {
  const { operands, types } = chain
  const texts = operands.filter((_, position) => types[position]?.kind === 'text')
  const joins =
    texts.some(operand => operand.kind === 'literal') || !types.some(type => type.kind === 'number')
  if (texts.length > 0 && joins) {
    reportPlusOnText(checker, expression, operands)
    return ANY
  }
  for (const [position, operand] of operands.entries()) checkOperand(checker, operand, types[position] ?? ANY)
  return types.reduce((left, right) => fold('+', left, right))
}

const reportPlusOnText = (
  checker: Checker,
  expression: BinaryExpression,
  operands: readonly Expression[],
): void => {
  reportWarning(checker, () => {
    const { source, functions } = checker
    const concat = functions.get('concat')
    const fits = concat !== undefined && operands.length <= mostArguments(concat)
    const message = '"+" adds numbers and gives nothing for text: use concat'
    const finding = { code: 'plus_on_text' as const, span: expression.span, message }
    if (!fits) return finding
    return { ...finding, fix: callOf(source, expression.span, { name: 'concat', args: operands }) }
  })
}
