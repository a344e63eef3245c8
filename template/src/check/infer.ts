/** The type of an expression, found and checked in one pass over it. */
import type { BinaryExpression, Expression, LoopExpression, ThisExpression } from '../ast.ts'
import { paramAt } from '../functions/function-spec.ts'
import { innermostLoop } from '../scope.ts'
import { isEmptyValue } from '../values.ts'
import { checkArithmetic, checkNegation, checkPlus, plusOperands } from './arithmetic.ts'
import { typeOfCall } from './calls.ts'
import { type Checker, type Place, reportError } from './checker.ts'
import { typeOfComparison } from './comparisons.ts'
import { typeOfName } from './names.ts'
import { typeOfIndex, typeOfMember } from './paths.ts'
import {
  ANY,
  BOOLEAN,
  type ListType,
  literalOf,
  NULL,
  NUMBER,
  TEXT,
  type Type,
  truthOf,
  typeOfLiteral,
  unify,
} from './types.ts'

/** Checks an expression and tells its type. */
export const infer = (checker: Checker, expression: Expression, place: Place): Type => {
  switch (expression.kind) {
    case 'literal':
      return typeOfLiteral(expression.value)
    case 'array':
      return typeOfArray(expression.items.map(item => infer(checker, item, place)))
    case 'name':
      return typeOfName(checker, expression, place)
    case 'this':
      return typeOfThis(checker, expression, place)
    case 'loop':
      return typeOfLoopName(checker, expression, place)
    case 'member':
      return typeOfMember(checker, expression, infer(checker, expression.object, place))
    case 'index':
      return typeOfIndex(checker, expression, {
        object: infer(checker, expression.object, place),
        index: infer(checker, expression.index, place),
      })
    case 'call': {
      const spec = checker.functions.get(expression.name)
      const types = expression.args.map((argument, position) => {
        const isProperty = spec !== undefined && paramAt(spec, position)?.type === 'property'
        return isProperty ? ANY : infer(checker, argument, place)
      })
      return typeOfCall(checker, expression, types)
    }
    case 'unary': {
      const operand = infer(checker, expression.operand, place)
      if (expression.operator === '-') return checkNegation(checker, expression, operand)
      return booleanOf(negated(truthOf(operand)))
    }
    case 'binary':
      return inferBinary(checker, expression, place)
  }
}

const typeOfArray = (items: readonly Type[]): ListType => ({
  kind: 'list',
  item: items.length === 0 ? ANY : items.reduce(unify),
  length: items.length,
})

const negated = (truth: boolean | null): boolean | null => (truth === null ? null : !truth)

const booleanOf = (truth: boolean | null): Type =>
  truth === null ? BOOLEAN : { kind: 'boolean', value: truth }

const typeOfThis = (checker: Checker, expression: ThisExpression, place: Place): Type => {
  if (place !== null) return place.item.type
  const message = '"this" is the item of an each or with block'
  reportError(checker, () => ({ code: 'loop_name_outside', span: expression.span, message }))
  return ANY
}

const typeOfLoopName = (checker: Checker, expression: LoopExpression, place: Place): Type => {
  const scope = innermostLoop(place)
  if (scope === null) {
    const message = `"@${expression.name}" exists in each blocks only`
    reportError(checker, () => ({ code: 'loop_name_outside', span: expression.span, message }))
    return ANY
  }
  if (expression.name === 'key') return scope.item.key
  return expression.name === 'index' ? NUMBER : BOOLEAN
}

const inferBinary = (checker: Checker, expression: BinaryExpression, place: Place): Type => {
  const { operator } = expression
  if (operator === '+') {
    const operands = plusOperands(expression)
    const types = operands.map(operand => infer(checker, operand, place))
    return checkPlus(checker, expression, { operands, types })
  }
  const left = infer(checker, expression.left, place)
  const right = infer(checker, expression.right, place)
  switch (operator) {
    case '?:':
      return typeOfFallback(left, right)
    case 'and':
    case 'or':
      return typeOfLogic(operator, [truthOf(left), truthOf(right)])
    case '-':
    case '*':
    case '/':
    case '%':
      return checkArithmetic(checker, expression, { operator, left, right })
    default:
      return typeOfComparison(checker, expression, { operator, left, right })
  }
}

const typeOfFallback = (left: Type, right: Type): Type => {
  if (left.kind === 'null') return right
  const literal = literalOf(left)
  if (literal !== undefined) return isEmptyValue(literal) ? right : left
  // A text that may be one of a few is any text once there is a fallback, unless that is one of them.
  const listed = left.kind === 'text' && right.kind === 'text' && left.values !== undefined
  if (listed && right.value !== undefined && left.values?.includes(right.value) === true)
    return { ...TEXT, values: left.values }
  return left.kind === 'any' ? ANY : unify(left, right.kind === 'null' ? NULL : right)
}

const typeOfLogic = (operator: 'and' | 'or', truths: readonly (boolean | null)[]): Type => {
  const enough = operator === 'or'
  if (truths.includes(enough)) return booleanOf(enough)
  return booleanOf(truths.includes(null) ? null : !enough)
}
