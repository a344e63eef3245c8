/** The database behind a reach: published fragments, rows of lookup tables, and keys, unsealed and kept for a second. */
import type { FragmentSource } from '@carillon/template'
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import { createKeep } from '../lib/keep.ts'
import { createEncryptor } from './encryption.ts'
import { encryptionKeys } from './encryption-key.store.ts'
import { type FoundFragments, liveFragments, liveOrDraftFragments } from './fragment-source.store.ts'
import { lookupRows } from './lookup-row.store.ts'
import type { ContentSources } from './reach.ts'

/** How a process reads. */
export interface SourceOptions {
  readonly clock: Clock
  /** The instance's secret, under which keys are sealed. */
  readonly secret: string
}

// A revoked key encrypts for at most so long.
const KEYS_MS = 1_000

/** As the language takes them. */
export const toSources = (found: FoundFragments): ReadonlyMap<string, FragmentSource> =>
  new Map(
    [...found].map(([reference, { key, versionId, source }]) => [
      reference,
      { id: key, version: versionId, source },
    ]),
  )

/** What sends use: published fragments alone. */
export const createContentSources = (db: Db, { clock, secret }: SourceOptions): ContentSources => {
  const encryptor = createKeep({ clock, ms: KEYS_MS }, async sandboxId =>
    createEncryptor(await encryptionKeys(db, sandboxId), secret),
  )
  return {
    fragments: async (sandboxId, references) => toSources(await liveFragments(db, sandboxId, references)),
    lookups: (sandboxId, questions) => lookupRows(db, sandboxId, questions),
    encryptor,
  }
}

/** What a person who looks at a draft uses: a fragment that was never published stands in with its draft. */
export const withDrafts = (db: Db, sources: ContentSources): ContentSources => ({
  ...sources,
  fragments: async (sandboxId, references) =>
    toSources(await liveOrDraftFragments(db, sandboxId, references)),
})
