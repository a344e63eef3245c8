/** Which fragments a template uses, and how they are compiled with it. Knows no database: a library holds what was loaded. */
import type { Ast, FragmentNode, Node } from './ast.ts'
import { compileBody } from './compile.ts'
import { hasErrors } from './diagnostics.ts'
import { ESCAPES, type Target } from './escape.ts'
import type { Limits } from './limits.ts'
import { canPrintMarkup } from './markup.ts'
import type { FragmentLibrary, FragmentSource } from './outside.ts'
import { parseTemplate } from './parse.ts'
import type { Part, Shared } from './program.ts'
import { childBodies, declaredNames, type Names } from './scope.ts'

/** What a template says of fragments. */
export interface FragmentUses {
  /** The ids that stand in it as text, each once. */
  readonly ids: readonly string[]
  /** True where an id comes from data. */
  readonly dynamic: boolean
}

const fragmentNodes = (body: readonly Node[], into: FragmentNode[] = []): readonly FragmentNode[] => {
  for (const node of body) {
    if (node.kind === 'fragment') into.push(node)
    for (const child of childBodies(node)) fragmentNodes(child, into)
  }
  return into
}

/** The fragments that a tree uses itself, not those within them. */
export const fragmentUses = (ast: Ast): FragmentUses => {
  const ids = new Set<string>()
  let dynamic = false
  for (const { id } of fragmentNodes(ast.body)) {
    if (id.kind === 'literal' && typeof id.value === 'string') ids.add(id.value)
    else dynamic = true
  }
  return { ids: [...ids], dynamic }
}

/** The same from a source, for a caller who loads them; a source with errors names those that could be read. */
export const fragmentIds = (source: string): readonly string[] => fragmentUses(parseTemplate(source).ast).ids

/** Every fragment within reach by literal ids, parsed once, and whether any use is dynamic. */
const gather = (
  ast: Ast,
  library: FragmentLibrary | undefined,
  limits: Partial<Limits>,
): { readonly trees: ReadonlyMap<string, Ast>; readonly dynamic: boolean } => {
  const trees = new Map<string, Ast>()
  let dynamic = false
  const waiting = [ast]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const uses = fragmentUses(next)
    dynamic ||= uses.dynamic
    for (const id of uses.ids) {
      if (trees.has(id)) continue
      const found = library?.get(id)
      if (found === undefined) {
        dynamic = true
        continue
      }
      const parsed = parseTemplate(found.source, { limits })
      trees.set(id, parsed.ast)
      waiting.push(parsed.ast)
    }
  }
  return { trees, dynamic }
}

const fieldIds = (body: readonly Node[], into: Set<string>): void => {
  for (const node of body) {
    if (node.kind === 'inline') into.add(node.id)
    for (const child of childBodies(node)) fieldIds(child, into)
  }
}

// Versions of fragments that recipients choose; a message rarely has more than a handful.
const MOST_KEPT = 200

/** What the compiler of a template needs for its fragments. Each is compiled at its first use. */
export const linkFragments = (
  ast: Ast,
  roots: readonly string[],
  options: {
    readonly target: Target
    readonly limits?: Partial<Limits>
    readonly fragments?: FragmentLibrary
  },
): Shared & { readonly printsMarkup: boolean } => {
  const { trees, dynamic } = gather(ast, options.fragments, options.limits ?? {})
  const variables = new Set<string>()
  const fields = new Set<string>()
  for (const tree of [ast, ...trees.values()]) {
    declaredNames(tree.body, variables)
    fieldIds(tree.body, fields)
  }
  const names: Names = { roots, variables, fields, open: dynamic }
  const escapeText = ESCAPES[options.target]
  const fixed = new Map<string, Part>()
  const loose = new Map<string, Part | undefined>()
  const compilePart = (tree: Ast): Part => {
    const own = new Set(fields)
    fieldIds(tree.body, own)
    const program = compileBody(tree.body, { ...shared, names: { ...names, fields: own, open: true } })
    return { ...program, source: tree.source }
  }
  const shared: Shared = {
    names,
    escapeText,
    fixedPart: id => {
      const tree = trees.get(id)
      const part = fixed.get(id) ?? (tree === undefined ? undefined : compilePart(tree))
      if (part !== undefined) fixed.set(id, part)
      return part
    },
    loosePart: found => {
      const key = `${found.id} ${found.version}`
      if (loose.has(key)) return loose.get(key)
      if (loose.size >= MOST_KEPT) loose.clear()
      const part = compileLoose(found, options.limits ?? {}, compilePart)
      loose.set(key, part)
      return part
    },
  }
  return { ...shared, printsMarkup: dynamic || canPrintMarkup([ast, ...trees.values()]) }
}

const compileLoose = (
  found: FragmentSource,
  limits: Partial<Limits>,
  compilePart: (tree: Ast) => Part,
): Part | undefined => {
  const { ast, diagnostics } = parseTemplate(found.source, { limits })
  return hasErrors(diagnostics) ? undefined : compilePart(ast)
}
