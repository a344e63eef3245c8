/**
 * How a render reaches fragments, lookup tables and keys although it is synchronous: a visit notes what is not here
 * yet, `load` fetches all that visits missed in one go, and the render is done again. Knows no campaign and no SQL.
 */
import { type FragmentSource, type Outside, PENDING } from '@carillon/template'
import type { Encryptor } from './encryption.ts'
import type { LookupAnswers, LookupQuestion } from './lookup-row.store.ts'

/** A row of a lookup table, as JSON. */
export type LookupRow = Readonly<Record<string, unknown>>

/** Where the answers come from; each call is one round trip at most. */
export interface ContentSources {
  /** Published fragments by the reference that names them. */
  fragments(sandboxId: string, references: readonly string[]): Promise<ReadonlyMap<string, FragmentSource>>
  lookups(sandboxId: string, questions: readonly LookupQuestion[]): Promise<LookupAnswers>
  /** Encrypts under the keys of a sandbox. */
  encryptor(sandboxId: string): Promise<Encryptor>
}

/** One render's way outside. */
export interface Visit {
  readonly outside: Outside
  /** The pairs of `executionMetadata`, within its bounds. */
  metadata(): Readonly<Record<string, string>>
  /** True when something asked for was not here: what was rendered is worth nothing. */
  missed(): boolean
}

/** What a group of renders has loaded so far. Made anew for each group, so that nothing in it grows old. */
export interface Reach {
  visit(sandboxId: string): Visit
  /** Fetches what was missed since the last time. */
  load(): Promise<void>
}

/** AJO's bounds of `executionMetadata` for one message. */
const MOST_PAIRS = 50
const MOST_METADATA_BYTES = 2_048

interface Known {
  readonly fragments: Map<string, FragmentSource | null>
  readonly lookups: Map<string, LookupRow | null | undefined>
  encryptor: Encryptor | undefined
  missing: {
    readonly fragments: Set<string>
    readonly lookups: Map<string, LookupQuestion>
    encryptor: boolean
  }
}

const nothingMissing = (): Known['missing'] => ({
  fragments: new Set(),
  lookups: new Map(),
  encryptor: false,
})

/** A reach over the sources. */
export const createReach = (sources: ContentSources): Reach => {
  const sandboxes = new Map<string, Known>()
  const knownOf = (sandboxId: string): Known => {
    const known = sandboxes.get(sandboxId) ?? {
      fragments: new Map(),
      lookups: new Map(),
      encryptor: undefined,
      missing: nothingMissing(),
    }
    sandboxes.set(sandboxId, known)
    return known
  }
  return {
    visit: sandboxId => createVisit(knownOf(sandboxId)),
    load: async () => {
      await Promise.all([...sandboxes].map(([sandboxId, known]) => loadMissing(sources, sandboxId, known)))
    },
  }
}

const nameOf = ({ dataset, key }: LookupQuestion): string => JSON.stringify([dataset, key])

const loadMissing = async (sources: ContentSources, sandboxId: string, known: Known): Promise<void> => {
  const { fragments, lookups, encryptor } = known.missing
  known.missing = nothingMissing()
  if (fragments.size > 0) {
    const found = await sources.fragments(sandboxId, [...fragments])
    for (const reference of fragments) known.fragments.set(reference, found.get(reference) ?? null)
  }
  if (lookups.size > 0) await loadRows(sources, sandboxId, { known, questions: [...lookups.values()] })
  if (encryptor) known.encryptor = await sources.encryptor(sandboxId)
}

const loadRows = async (
  sources: ContentSources,
  sandboxId: string,
  { known, questions }: { readonly known: Known; readonly questions: readonly LookupQuestion[] },
): Promise<void> => {
  const { found, unknownDatasets } = await sources.lookups(sandboxId, questions)
  const unknown = new Set(unknownDatasets)
  for (const question of questions)
    known.lookups.set(nameOf(question), unknown.has(question.dataset) ? undefined : null)
  for (const { row, ...question } of found) known.lookups.set(nameOf(question), row)
}

const createVisit = (known: Known): Visit => {
  let missed = false
  const pairs = new Map<string, string>()
  const pending = (note: () => void): typeof PENDING => {
    missed = true
    note()
    return PENDING
  }
  const outside: Outside = {
    fragment: id => {
      const found = known.fragments.get(id)
      return found === undefined ? pending(() => known.missing.fragments.add(id)) : found
    },
    lookup: (dataset, key) => {
      const name = nameOf({ dataset, key })
      if (!known.lookups.has(name)) return pending(() => known.missing.lookups.set(name, { dataset, key }))
      return known.lookups.get(name) as ReturnType<NonNullable<Outside['lookup']>>
    },
    encrypt: (text, key) =>
      known.encryptor?.(text, key) ??
      pending(() => {
        known.missing.encryptor = true
      }),
    metadata: (key, value) => {
      if (pairs.size < MOST_PAIRS || pairs.has(key)) pairs.set(key, value)
    },
    link: url => url,
  }
  return { outside, metadata: () => withinBytes(pairs), missed: () => missed }
}

/** The first pairs that fit, as AJO cuts them; the message goes out in any case. */
const withinBytes = (pairs: ReadonlyMap<string, string>): Readonly<Record<string, string>> => {
  const kept: Record<string, string> = {}
  let bytes = 0
  for (const [key, value] of pairs) {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value)
    if (bytes > MOST_METADATA_BYTES) break
    if (key !== '__proto__') kept[key] = value.replaceAll('\0', '')
  }
  return kept
}

/** How often a render is tried: a lookup whose key comes from a lookup takes two loads, a fragment that it names a third. */
export const MOST_ROUNDS = 8

/** Said of content that is still not whole after `MOST_ROUNDS`. */
export const TOO_MANY_ROUNDS = 'The content looks things up one after the other more often than allowed.'

/** Renders one thing, as often as something must be loaded first; undefined after `MOST_ROUNDS`. `render` must not throw. */
export const renderReaching = async <T>(
  reach: Reach,
  sandboxId: string,
  render: (outside: Outside) => T,
): Promise<{ readonly value: T; readonly metadata: Readonly<Record<string, string>> } | undefined> => {
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const visit = reach.visit(sandboxId)
    const value = render(visit.outside)
    if (!visit.missed()) return { value, metadata: visit.metadata() }
    await reach.load()
  }
  return undefined
}
