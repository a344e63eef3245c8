/** Turns an expression into a closure. Names are resolved here, once, so that a render only follows prepared steps. */
import type { BinaryExpression, CallExpression, Expression, LoopExpression, NameExpression } from './ast.ts'
import { type FunctionSpec, paramAt } from './functions/function-spec.ts'
import { FUNCTIONS } from './functions/function-table.ts'
import { propertyKeys } from './functions/property-path.ts'
import { createStep, readIndex, readMember, type Step } from './members.ts'
import { ARITHMETIC, COMPARISONS } from './operators.ts'
import { accountFor, type FrameState, type Run, spend } from './run.ts'
import { innermostLoop, type Names, resolveName, type Scope } from './scope.ts'
import { isEmptyValue, isTruthy, toValue, type Value } from './values.ts'

/** A compiled expression. */
export type Evaluate = (run: Run) => Value

/** Where an expression stands. */
export interface Place {
  readonly names: Names
  readonly scope: Scope<null> | null
}

const NOTHING: Evaluate = () => null

/** Compiles an expression of a checked tree; what the checker would refuse gives null. */
export const compileExpression = (expression: Expression, place: Place): Evaluate => {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression
      return () => value
    }
    case 'array':
      return compileArray(expression.items, place, expression.span.start)
    case 'name':
      return compileName(expression, place)
    case 'this':
      return place.scope === null ? NOTHING : readItem(place.scope.depth)
    case 'loop':
      return compileLoopName(expression, place)
    case 'member':
      return compilePath(expression, place)
    case 'index': {
      const object = compileExpression(expression.object, place)
      const index = compileExpression(expression.index, place)
      return run => readIndex(object(run), index(run))
    }
    case 'call':
      return compileCall(expression, place)
    case 'unary': {
      const operand = compileExpression(expression.operand, place)
      return expression.operator === 'not' ? run => !isTruthy(operand(run)) : run => negate(operand(run))
    }
    case 'binary':
      return compileBinary(expression, place)
  }
}

const negate = (value: Value): Value => (typeof value === 'number' ? 0 - value : null)

const frameAt = (run: Run, depth: number): FrameState => run.frames[depth] as FrameState

const readItem =
  (depth: number): Evaluate =>
  run =>
    frameAt(run, depth).item

const compileName = (expression: NameExpression, place: Place): Evaluate => {
  const { name, span } = expression
  const meaning = resolveName(name, place.scope, place.names)
  switch (meaning.kind) {
    case 'alias':
      return readItem(meaning.scope.depth)
    case 'counter': {
      const { depth } = meaning.scope
      return run => frameAt(run, depth).key
    }
    case 'root': {
      const position = place.names.roots.indexOf(name)
      return run => run.roots[position] ?? null
    }
    case 'variable': {
      const unset =
        meaning.scope === null ? NOTHING : readProperty(meaning.scope, createStep(name, span.start))
      return run => run.variables.get(name) ?? (run.variables.has(name) ? null : unset(run))
    }
    case 'property':
      return readProperty(meaning.scope, createStep(name, span.start))
    case 'unknown':
      return readImplicitProfile(place, createStep(name, span.start))
  }
}

/** In PQL, where AJO's function pages come from, a bare name is an attribute of the profile. The checker objects to it. */
const readImplicitProfile = (place: Place, step: Step): Evaluate => {
  const position = place.names.roots.indexOf('profile')
  return position === -1 ? NOTHING : run => readMember(run, run.roots[position] ?? null, step)
}

const readProperty = (scope: Scope<null>, step: Step): Evaluate => {
  const { depth } = scope
  return run => readMember(run, frameAt(run, depth).item, step)
}

const compileLoopName = (expression: LoopExpression, place: Place): Evaluate => {
  const scope = innermostLoop(place.scope)
  if (scope === null) return NOTHING
  const { depth } = scope
  switch (expression.name) {
    case 'index':
      return run => frameAt(run, depth).index
    case 'first':
      return run => frameAt(run, depth).index === 0
    case 'last':
      return run => frameAt(run, depth).last
    case 'key':
      return run => frameAt(run, depth).key
  }
}

/** Folds `a.b.c` into one closure: its start and the steps from there. */
const compilePath = (expression: Expression, place: Place): Evaluate => {
  const steps: Step[] = []
  let start = expression
  while (start.kind === 'member') {
    steps.unshift(createStep(start.key, start.span.start))
    start = start.object
  }
  return followSteps(compileExpression(start, place), steps)
}

const followSteps = (start: Evaluate, steps: readonly Step[]): Evaluate => {
  const [first, second, ...rest] = steps
  if (first === undefined) return start
  if (second === undefined) return run => readMember(run, start(run), first)
  const both: Evaluate = run => readMember(run, readMember(run, start(run), first), second)
  return rest.length === 0 ? both : followSteps(both, rest)
}

const compileArray = (items: readonly Expression[], place: Place, offset: number): Evaluate => {
  if (items.every(item => item.kind === 'literal')) {
    const constant = items.map(item => item.value)
    return () => constant
  }
  const compiled = items.map(item => compileExpression(item, place))
  return run =>
    accountFor(
      run,
      compiled.map(item => item(run)),
      offset,
    )
}

// Long texts and lists cost their function more: 64 characters about as much as one element.
const weightOf = (value: Value): number => {
  if (typeof value === 'string') return value.length >> 6
  return Array.isArray(value) ? value.length : 0
}

const CALL_WEIGHT = 4

const compileCall = (expression: CallExpression, place: Place): Evaluate => {
  const spec = FUNCTIONS.get(expression.name)
  if (spec === undefined) return NOTHING
  const offset = expression.span.start
  const compiled = compileArguments(spec, expression, place)
  return run => {
    const args: Value[] = []
    let weight = CALL_WEIGHT
    for (const evaluate of compiled) {
      const value = evaluate(run)
      args.push(value)
      weight += weightOf(value)
    }
    spend(run, weight, offset)
    return accountFor(run, toValue(spec.call(args, run, offset)), offset)
  }
}

/** A property is passed as its keys, and the namespace that a function reads by itself as one argument more. */
const compileArguments = (spec: FunctionSpec, call: CallExpression, place: Place): readonly Evaluate[] => {
  const compiled = call.args.map((arg, position): Evaluate => {
    if (paramAt(spec, position)?.type !== 'property') return compileExpression(arg, place)
    const keys = propertyKeys(arg)
    return () => keys
  })
  if (spec.reads === undefined) return compiled
  const root = place.names.roots.indexOf(spec.reads)
  return [...compiled, run => run.roots[root] ?? null]
}

const compileBinary = (expression: BinaryExpression, place: Place): Evaluate => {
  const left = compileExpression(expression.left, place)
  const right = compileExpression(expression.right, place)
  const { operator } = expression
  switch (operator) {
    case '?:':
      return run => {
        const value = left(run)
        return isEmptyValue(value) ? right(run) : value
      }
    case 'and':
      return run => isTruthy(left(run)) && isTruthy(right(run))
    case 'or':
      return run => isTruthy(left(run)) || isTruthy(right(run))
    case '+':
    case '-':
    case '*':
    case '/':
    case '%': {
      const compute = ARITHMETIC[operator]
      return run => compute(left(run), right(run))
    }
    default:
      return compileComparison(COMPARISONS[operator], { left, right, offset: expression.span.start })
  }
}

const compileComparison = (
  compare: (left: Value, right: Value) => boolean,
  sides: { readonly left: Evaluate; readonly right: Evaluate; readonly offset: number },
): Evaluate => {
  const { left, right, offset } = sides
  return run => {
    const [a, b] = [left(run), right(run)]
    spend(run, 1 + weightOf(a) + weightOf(b), offset)
    return compare(a, b)
  }
}
