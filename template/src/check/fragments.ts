/**
 * Reads the fragments that a template names by a literal id, each once: what they set, which fields they have, and
 * whether they are in order. Knows the library only by its port, and the checker only by the function it is given.
 */
import type { Ast, FragmentNode } from '../ast.ts'
import type { Diagnostic } from '../diagnostics.ts'
import type { Limits } from '../limits.ts'
import type { FragmentLibrary } from '../outside.ts'
import { parseTemplate } from '../parse.ts'
import type { Type } from './types.ts'

/** What one walk over a fragment finds out. */
export interface FragmentWalk {
  readonly diagnostics: readonly Diagnostic[]
  readonly sets: ReadonlyMap<string, Type>
  readonly fields: ReadonlySet<string>
  /** True where it runs a fragment that may set any name. */
  readonly isOpaque: boolean
}

/** What a template may rely on when it names a fragment. */
export type FragmentReading =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'recursive' }
  | { readonly kind: 'too_deep' }
  | { readonly kind: 'too_many' }
  | { readonly kind: 'broken'; readonly error: Diagnostic; readonly walk: FragmentWalk }
  | { readonly kind: 'ready'; readonly walk: FragmentWalk }

/** The fragments of one check. */
export interface FragmentReader {
  /** Null where the id is not a literal, or there is no library: nothing is known then. */
  read(node: FragmentNode): FragmentReading | null
}

/** The id of a fragment that is known before the render. */
export const literalIdOf = (node: FragmentNode): string | null =>
  node.id.kind === 'literal' && typeof node.id.value === 'string' ? node.id.value : null

interface Known {
  readonly reading: FragmentReading
  readonly depth: number
}

interface State {
  readonly library: FragmentLibrary
  readonly limits: Limits
  readonly walk: (ast: Ast, reader: FragmentReader) => FragmentWalk
  readonly known: Map<string, Known>
  /** The fragments that are being read, each within the one before it, with the depth found below it so far. */
  readonly open: Map<string, { below: number }>
}

/** Creates a reader. `walk` checks one fragment, and reads those it names through the same reader. */
export const createFragmentReader = (
  library: FragmentLibrary | undefined,
  limits: Limits,
  walk: State['walk'],
): FragmentReader => {
  if (library === undefined) return { read: () => null }
  const state: State = { library, limits, walk, known: new Map(), open: new Map() }
  const reader: FragmentReader = {
    read: node => {
      const id = literalIdOf(node)
      return id === null ? null : readById(state, id, reader)
    },
  }
  return reader
}

const readById = (state: State, id: string, reader: FragmentReader): FragmentReading => {
  const { open, limits } = state
  if (open.has(id)) return { kind: 'recursive' }
  if (open.size >= limits.maxFragmentDepth) return { kind: 'too_deep' }
  const known = state.known.get(id) ?? readNew(state, id, reader)
  const around = [...open.values()].at(-1)
  if (around !== undefined) around.below = Math.max(around.below, known.depth)
  return open.size + known.depth > limits.maxFragmentDepth ? { kind: 'too_deep' } : known.reading
}

const readNew = (state: State, id: string, reader: FragmentReader): Known => {
  const source = state.library.get(id)
  if (source === undefined) return remember(state, id, { reading: { kind: 'unknown' }, depth: 0 })
  if (state.known.size >= state.limits.maxFragments)
    return remember(state, id, { reading: { kind: 'too_many' }, depth: 0 })
  const own = { below: 0 }
  state.open.set(id, own)
  const { ast, diagnostics } = parseTemplate(source.source, { limits: state.limits })
  const walk = state.walk(ast, reader)
  state.open.delete(id)
  return remember(state, id, { reading: judge(diagnostics, walk), depth: own.below + 1 })
}

const remember = (state: State, id: string, known: Known): Known => {
  state.known.set(id, known)
  return known
}

const judge = (parsed: readonly Diagnostic[], walk: FragmentWalk): FragmentReading => {
  const found = [...parsed, ...walk.diagnostics]
  if (found.some(diagnostic => diagnostic.code === 'fragment_recursive')) return { kind: 'recursive' }
  const error = found.find(diagnostic => diagnostic.severity === 'error')
  return error === undefined ? { kind: 'ready', walk } : { kind: 'broken', error, walk }
}
