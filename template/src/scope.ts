/** What a name means at a place in a template; one answer for the checker, the compiler and the list of variables. */
import type { Alias, Expression, Node } from './ast.ts'

/** The namespaces that a template knows when the caller names no others. */
export const DEFAULT_ROOTS: readonly string[] = ['profile', 'context']

/** One `each` or `with` around a place. `T` is what the walker wants to know about its item. */
export interface Scope<T> {
  readonly kind: 'each' | 'with'
  readonly alias: Alias
  readonly depth: number
  readonly parent: Scope<T> | null
  readonly item: T
}

/** Names that hold for the whole template. */
export interface Names {
  readonly roots: readonly string[]
  /** Every name that some `let`, field or helper sets, wherever it stands; those of static fragments too. */
  readonly variables: ReadonlySet<string>
  /** The ids of editable fields: what they print is rendered already. */
  readonly fields?: ReadonlySet<string>
  /** True where any other name may be a variable set elsewhere: in a fragment, and beside one chosen at the render. */
  readonly open?: boolean
}

export type Meaning<T> =
  | { readonly kind: 'alias'; readonly scope: Scope<T> }
  | { readonly kind: 'counter'; readonly scope: Scope<T> }
  | { readonly kind: 'root' }
  /** A variable; where it is not set yet, a property of the item, if there is one. */
  | { readonly kind: 'variable'; readonly scope: Scope<T> | null }
  | { readonly kind: 'property'; readonly scope: Scope<T> }
  | { readonly kind: 'unknown' }

/**
 * Resolves the first segment of a path: an alias (the innermost wins), a namespace, a variable, and only then a
 * property of the item. What the author declares outranks what a payload happens to contain.
 */
export const resolveName = <T>(name: string, scope: Scope<T> | null, names: Names): Meaning<T> => {
  for (let at = scope; at !== null; at = at.parent) {
    if (at.alias.item === name) return { kind: 'alias', scope: at }
    if (at.alias.index === name) return { kind: 'counter', scope: at }
  }
  if (names.roots.includes(name)) return { kind: 'root' }
  if (names.variables.has(name) || names.open === true) return { kind: 'variable', scope }
  return scope === null ? { kind: 'unknown' } : { kind: 'property', scope }
}

/** Enters a block. */
export const enterScope = <T>(
  parent: Scope<T> | null,
  block: { readonly kind: 'each' | 'with'; readonly alias: Alias; readonly item: T },
): Scope<T> => ({ ...block, depth: parent === null ? 0 : parent.depth + 1, parent })

/** The `each` that `@index` speaks of, if there is one. */
export const innermostLoop = <T>(scope: Scope<T> | null): Scope<T> | null => {
  for (let at = scope; at !== null; at = at.parent) if (at.kind === 'each') return at
  return null
}

/** The bodies of a node, in order. */
export const childBodies = (node: Node): readonly (readonly Node[])[] => {
  if (node.kind === 'if') return [...node.branches.map(branch => branch.body), node.otherwise]
  if (node.kind === 'inline') return [node.body]
  return node.kind === 'each' || node.kind === 'with' ? [node.body, node.otherwise] : []
}

/** The expressions that stand in a node itself, not in its bodies, in the order in which they are evaluated. */
export const ownExpressions = (node: Node): readonly Expression[] => {
  switch (node.kind) {
    case 'text':
    case 'inline':
      return []
    case 'if':
      return node.branches.map(branch => branch.condition)
    case 'each':
      return [node.list]
    case 'fragment':
      return [...node.fields.map(field => field.value), node.id]
    case 'lookup':
      return [node.id]
    case 'link':
      return [node.url]
    default:
      return [node.value]
  }
}

/** The variable that a node sets by itself, or null. */
export const nameSetBy = (node: Node): string | null => {
  if (node.kind === 'let') return node.name
  if (node.kind === 'inline') return node.id
  return node.kind === 'lookup' || node.kind === 'encrypt' ? node.result : null
}

/** Every name that a `let`, a field or a helper sets, in order of first appearance. */
export const declaredNames = (body: readonly Node[], into: Set<string> = new Set()): ReadonlySet<string> => {
  for (const node of body) {
    const name = nameSetBy(node)
    if (name !== null) into.add(name)
    for (const child of childBodies(node)) declaredNames(child, into)
  }
  return into
}
