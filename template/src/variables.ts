/** Which data a template uses, found without any data: paths, followed through aliases, `this` and variables. */
import type { Alias, Ast, BinaryExpression, CallExpression, Expression, FragmentNode, Node } from './ast.ts'
import { paramAt } from './functions/function-spec.ts'
import { FUNCTIONS } from './functions/function-table.ts'
import { propertyKeys } from './functions/property-path.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import type { FragmentLibrary } from './outside.ts'
import { parseTemplate } from './parse.ts'
import { childBodies, DEFAULT_ROOTS, declaredNames, enterScope, ownExpressions } from './scope.ts'
import { originOf, type Place, type Walker } from './variable-origins.ts'
import { collectUses, type Expectation, type TemplateVariable } from './variable-uses.ts'

const SCALAR: Expectation = { usage: 'scalar', type: 'text' }
const LIST: Expectation = { usage: 'list', type: 'text' }
const NUMBER: Expectation = { usage: 'scalar', type: 'number' }
const CONDITION: Expectation = { usage: 'scalar', type: 'boolean' }

/**
 * Every path under a namespace that the content uses, in order of first use; objects appear by their parts only. With a
 * library also those of the fragments that are named by a literal id.
 */
export const variables = (
  ast: Ast,
  roots: readonly string[] = DEFAULT_ROOTS,
  library?: FragmentLibrary,
): readonly TemplateVariable[] => {
  const fragments = new Map<string, readonly Node[]>()
  if (library !== undefined) loadFragments(ast.body, library, fragments)
  const names = new Set(declaredNames(ast.body))
  for (const body of fragments.values()) declaredNames(body, names)
  const walker: Walker = { names: { roots, variables: names }, origins: new Map(), uses: [], fragments }
  walkBody(walker, ast.body, null)
  return collectUses(walker.uses)
}

/** Parses the named fragments, and those that they name, as many as one template may have. */
const loadFragments = (
  body: readonly Node[],
  library: FragmentLibrary,
  into: Map<string, readonly Node[]>,
): void => {
  for (const node of body) {
    for (const child of childBodies(node)) loadFragments(child, library, into)
    const id = node.kind === 'fragment' ? literalId(node) : null
    if (id === null || into.has(id) || into.size >= DEFAULT_LIMITS.maxFragments) continue
    const fragment = library.get(id)
    if (fragment === undefined) continue
    const { ast } = parseTemplate(fragment.source)
    into.set(id, ast.body)
    loadFragments(ast.body, library, into)
  }
}

const literalId = (node: FragmentNode): string | null =>
  node.id.kind === 'literal' && typeof node.id.value === 'string' ? node.id.value : null

const walkBody = (walker: Walker, body: readonly Node[], place: Place): void => {
  for (const node of body) walkNode(walker, node, place)
}

const walkNode = (walker: Walker, node: Node, place: Place): void => {
  switch (node.kind) {
    case 'text':
      return
    case 'output':
      use(walker, node.value, { place, as: SCALAR })
      return
    case 'let':
      useLet(walker, node, place)
      return
    case 'if':
      for (const branch of node.branches) use(walker, branch.condition, { place, as: CONDITION })
      break
    case 'each':
    case 'with':
      walkScope(walker, node, place)
      return
    case 'fragment':
      walkFragment(walker, node, place)
      return
    default:
      for (const expression of ownExpressions(node)) use(walker, expression, { place, as: SCALAR })
  }
  for (const body of childBodies(node)) walkBody(walker, body, place)
}

// A variable that only renames a path is no use of it: what is done with the variable tells how the path is used.
const useLet = (walker: Walker, node: Node & { kind: 'let' }, place: Place): void => {
  const origin = originOf(walker, node.value, place)
  if (origin === null || node.value.kind === 'binary') use(walker, node.value, { place, as: SCALAR })
  if (!walker.origins.has(node.name)) walker.origins.set(node.name, origin)
}

// A fragment sees neither the loops nor the aliases around it.
const walkFragment = (walker: Walker, node: FragmentNode, place: Place): void => {
  for (const expression of ownExpressions(node)) use(walker, expression, { place, as: SCALAR })
  const id = literalId(node) ?? ''
  const body = walker.fragments.get(id)
  walker.fragments.delete(id)
  if (body !== undefined) walkBody(walker, body, null)
}

const walkScope = (walker: Walker, node: Node & { kind: 'each' | 'with' }, place: Place): void => {
  const value = node.kind === 'each' ? node.list : node.value
  use(walker, value, { place, as: node.kind === 'each' ? LIST : CONDITION })
  const origin = originOf(walker, value, place)
  const item =
    origin !== null && node.kind === 'each' ? { ...origin, steps: [...origin.steps, null] } : origin
  const alias: Alias = node.alias
  walkBody(walker, node.body, enterScope(place, { kind: node.kind, alias, item }))
  walkBody(walker, node.otherwise, place)
}

interface Context {
  readonly place: Place
  readonly as: Expectation
}

const use = (walker: Walker, expression: Expression, context: Context): void => {
  switch (expression.kind) {
    case 'name':
    case 'this':
    case 'member':
      usePath(walker, expression, context)
      return
    case 'index':
      use(walker, expression.index, { ...context, as: SCALAR })
      usePath(walker, expression, context)
      return
    case 'array':
      for (const item of expression.items) use(walker, item, { ...context, as: SCALAR })
      return
    case 'call':
      useCall(walker, expression, context)
      return
    case 'unary':
      use(walker, expression.operand, {
        ...context,
        as: expression.operator === 'not' ? CONDITION : NUMBER,
      })
      return
    case 'binary':
      useBinary(walker, expression, context)
      return
  }
}

const usePath = (walker: Walker, expression: Expression, context: Context): void => {
  if (expression.kind === 'member' && expression.key === 'length') {
    use(walker, expression.object, { ...context, as: LIST })
    return
  }
  const origin = originOf(walker, expression, context.place)
  if (origin !== null && origin.steps.length > 0) walker.uses.push({ ...origin, ...context.as })
  else if (origin === null && (expression.kind === 'member' || expression.kind === 'index')) {
    use(walker, expression.object, { ...context, as: SCALAR })
  }
}

const NUMERIC_TEXT = new Set(['stringToNumber', 'string_to_integer', 'toInt'])

const useCall = (walker: Walker, call: CallExpression, context: Context): void => {
  const spec = FUNCTIONS.get(call.name)
  const origin = spec?.yields === undefined ? null : originOf(walker, call, context.place)
  if (origin !== null) walker.uses.push({ ...origin, ...context.as })
  for (const [position, arg] of call.args.entries()) {
    if (origin !== null && spec?.yields === 'member' && position === 0) continue
    const wanted = spec === undefined ? undefined : paramAt(spec, position)?.type
    if (wanted === 'property') {
      useProperty(walker, { list: call.args[position - 1], property: arg, place: context.place })
      continue
    }
    const usage = wanted === 'list' || wanted === 'numbers' ? 'list' : 'scalar'
    const type = wanted === 'number' || wanted === 'numbers' ? 'number' : 'text'
    const as: Expectation = NUMERIC_TEXT.has(call.name) ? { usage, type, example: '42' } : { usage, type }
    use(walker, arg, { ...context, as })
  }
}

/** The property by which a list is ordered: a part of every element. */
const useProperty = (
  walker: Walker,
  ordered: { readonly list: Expression | undefined; readonly property: Expression; readonly place: Place },
): void => {
  const keys = propertyKeys(ordered.property)
  const origin = ordered.list === undefined ? null : originOf(walker, ordered.list, ordered.place)
  if (keys === null || origin === null) return
  walker.uses.push({ ...NUMBER, root: origin.root, steps: [...origin.steps, null, ...keys] })
}

const useBinary = (walker: Walker, expression: BinaryExpression, context: Context): void => {
  const { left, right, operator } = expression
  switch (operator) {
    case '?:':
      use(walker, left, context)
      use(walker, right, context)
      return
    case 'and':
    case 'or':
      use(walker, left, { ...context, as: CONDITION })
      use(walker, right, { ...context, as: CONDITION })
      return
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      use(walker, left, { ...context, as: NUMBER })
      use(walker, right, { ...context, as: NUMBER })
      return
    default:
      use(walker, left, { ...context, as: comparedWith(right) })
      use(walker, right, { ...context, as: comparedWith(left) })
      return
  }
}

/** A comparison with a literal shows the type, and a value that makes a good example. */
const comparedWith = (other: Expression): Expectation => {
  if (other.kind !== 'literal' || other.value === null) return SCALAR
  const { value } = other
  const type = typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'text'
  return { usage: 'scalar', type, example: value }
}
