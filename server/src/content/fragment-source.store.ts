/** The sources behind references to fragments, for those who check and render content: one query for any number. */
import type { FragmentSubType } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { isUuid } from '../lib/ids.ts'
import { fragmentIdOf } from './tag-references.ts'

/** A fragment that a reference names. `versionId` changes whenever the source does. */
export interface FoundFragment {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly subType: FragmentSubType
  readonly versionId: string
  readonly source: string
  /** False: never published, `source` is its draft. */
  readonly live: boolean
}

/** References as written → what they name; a reference without a fragment has no entry. */
export type FoundFragments = ReadonlyMap<string, FoundFragment>

interface Row {
  readonly reference: string
  readonly id: string
  readonly key: string
  readonly name: string
  readonly sub_type: FragmentSubType
  readonly revision: number
  readonly draft: string
  readonly version_id: string | null
  readonly source: string | null
}

// A draft has no version: its revision tells when it changed.
const toFound = (row: Row): FoundFragment => ({
  id: row.id,
  key: row.key,
  name: row.name,
  subType: row.sub_type,
  versionId: row.version_id ?? `draft:${row.id}:${row.revision}`,
  source: row.source ?? row.draft,
  live: row.version_id !== null,
})

const columnsOf = (references: readonly string[]): [string[], string[], (string | null)[]] => {
  // A reference that content computed may hold what no key can: it must not fail the others of the query.
  const each = [...new Set(references)].filter(reference => !reference.includes('\0'))
  const asked = each.map(fragmentIdOf)
  return [each, asked, asked.map(text => (isUuid(text) ? text : null))]
}

/**
 * What the references name: the live source, else (never published) the draft. Archived fragments are found like
 * others. A send uses live sources alone; this is for those who say why a draft cannot be sent.
 */
export const liveOrDraftFragments = async (
  db: Db,
  sandboxId: string,
  references: readonly string[],
): Promise<FoundFragments> => {
  if (references.length === 0) return new Map()
  const { rows } = await db.query<Row>(
    `select asked.reference, f.id, f.key, f.name, f.sub_type, f.revision, f.draft, v.id as version_id, v.source
     from unnest($2::text[], $3::text[], $4::uuid[]) as asked (reference, key, id)
     join fragment f on f.sandbox_id = $1 and (f.key = asked.key or f.id = asked.id)
     left join fragment_version v on v.id = f.live_version_id`,
    [sandboxId, ...columnsOf(references)],
  )
  return new Map(rows.map(row => [row.reference, toFound(row)]))
}

/** What the references name, published: a fragment that never was has no entry. */
export const liveFragments = async (
  db: Db,
  sandboxId: string,
  references: readonly string[],
): Promise<FoundFragments> =>
  new Map([...(await liveOrDraftFragments(db, sandboxId, references))].filter(([, found]) => found.live))

/** Keeps the fragments of these references from being removed until the end of the transaction. */
export const holdFragments = async (
  tx: Db,
  sandboxId: string,
  references: readonly string[],
): Promise<void> => {
  const [, keys, ids] = columnsOf(references)
  await tx.query(
    `select from fragment where sandbox_id = $1 and (key = any ($2::text[]) or id = any ($3::uuid[]))
     order by id for key share`,
    [sandboxId, keys, ids.filter(id => id !== null)],
  )
}
