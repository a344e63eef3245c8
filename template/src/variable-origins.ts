/** Follows an expression back to the path of the data that it comes from, through aliases, `this` and variables. */
import type { CallExpression, Expression, IndexExpression, Node } from './ast.ts'
import { FUNCTIONS } from './functions/function-table.ts'
import { type Names, resolveName, type Scope } from './scope.ts'
import type { Use } from './variable-uses.ts'

/** Where a value comes from: a namespace and the steps from it; `null` is "any element of the list". */
export interface Origin {
  readonly root: string
  readonly steps: readonly (string | null)[]
}

/** One walk over a template. */
export interface Walker {
  readonly names: Names
  /** What a variable was set from, when that is a path. */
  readonly origins: Map<string, Origin | null>
  readonly uses: Use[]
  /** The bodies of the fragments that are named by a literal id; each is walked once. */
  readonly fragments: Map<string, readonly Node[]>
}

/** Where an expression stands. */
export type Place = Scope<Origin | null> | null

const extend = (origin: Origin | null, step: string | null): Origin | null =>
  origin === null ? null : { ...origin, steps: [...origin.steps, step] }

/** Where the value of an expression comes from, or null where that is no path. */
export const originOf = (walker: Walker, expression: Expression, place: Place): Origin | null => {
  switch (expression.kind) {
    case 'name':
      return originOfName(walker, expression.name, place)
    case 'this':
      return place?.item ?? null
    case 'member':
      return extend(
        originOf(walker, expression.object, place),
        /^[0-9]+$/.test(expression.key) ? null : expression.key,
      )
    case 'index':
      return originOfIndex(walker, expression, place)
    case 'call':
      return originOfCall(walker, expression, place)
    case 'binary':
      return expression.operator === '?:' ? originOf(walker, expression.left, place) : null
    default:
      return null
  }
}

/** Only a literal index leads somewhere known: a number to an element, a text to a property. */
const originOfIndex = (walker: Walker, expression: IndexExpression, place: Place): Origin | null => {
  const index = expression.index.kind === 'literal' ? expression.index.value : null
  if (typeof index !== 'number' && typeof index !== 'string') return null
  return extend(originOf(walker, expression.object, place), typeof index === 'string' ? index : null)
}

const originOfName = (walker: Walker, name: string, place: Place): Origin | null => {
  const meaning = resolveName(name, place, walker.names)
  switch (meaning.kind) {
    case 'root':
      return { root: name, steps: [] }
    case 'alias':
      return meaning.scope.item
    case 'property':
      return extend(meaning.scope.item, name)
    case 'variable':
      return walker.origins.get(name) ?? null
    default:
      return null
  }
}

const originOfCall = (walker: Walker, call: CallExpression, place: Place): Origin | null => {
  const [first, second] = call.args
  const spec = FUNCTIONS.get(call.name)
  if (first === undefined || spec === undefined) return null
  const { yields } = spec
  if (yields === undefined) return null
  if (yields === 'list') return originOf(walker, first, place)
  if (yields === 'element') return extend(originOf(walker, first, place), null)
  const key = second?.kind === 'literal' ? second.value : null
  return typeof key === 'string' ? extend(originOf(walker, first, place), key) : null
}
