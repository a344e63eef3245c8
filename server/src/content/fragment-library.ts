/** Loads the fragments that content names by literal ids, level by level. Knows no SQL and no campaign. */
import { DEFAULT_LIMITS, type FragmentLibrary, type FragmentSource, fragmentIds } from '@carillon/template'

/** Fragments ready for compiling. */
export interface LoadedLibrary extends FragmentLibrary {
  /** Changes whenever one of them does: what was compiled with another stamp is out of date. */
  readonly stamp: string
  /** True when the content names no fragment at all, so that it never goes out of date. */
  readonly isEmpty: boolean
  /** The texts of all of them. */
  readonly sources: readonly string[]
}

type Find = (references: readonly string[]) => Promise<ReadonlyMap<string, FragmentSource>>

/** Every fragment within reach of the sources by literal ids; what is not found stays out. */
export const loadLibrary = async (find: Find, sources: readonly string[]): Promise<LoadedLibrary> => {
  const found = new Map<string, FragmentSource | null>()
  let wanted = new Set(sources.flatMap(fragmentIds))
  for (let depth = 0; wanted.size > 0 && depth < DEFAULT_LIMITS.maxFragmentDepth + 1; depth += 1) {
    const level = await find([...wanted])
    for (const reference of wanted) found.set(reference, level.get(reference) ?? null)
    const next = [...level.values()].flatMap(fragment => fragmentIds(fragment.source))
    wanted = new Set(next.filter(reference => !found.has(reference)))
  }
  const stamp = [...found].map(([reference, fragment]) => `${reference}=${fragment?.version ?? ''}`)
  return {
    get: id => found.get(id) ?? undefined,
    stamp: stamp.sort().join('\n'),
    isEmpty: found.size === 0,
    sources: [...found.values()].flatMap(fragment => fragment?.source ?? []),
  }
}

/** The library of content that names no fragments. */
export const NO_FRAGMENTS: LoadedLibrary = { get: () => undefined, stamp: '', isEmpty: true, sources: [] }
