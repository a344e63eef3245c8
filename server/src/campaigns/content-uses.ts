/** Who uses a fragment or a lookup table, and what that forbids: nothing that content needs is taken from it. */
import type { ContentUse, LookupTablePatch } from '@carillon/contract'
import { type Author, orMissing, withFreeName } from '../content/author.ts'
import { deleteFragment, lockFragment } from '../content/fragment.store.ts'
import { type FragmentRecord, statusOfFragment } from '../content/fragment.ts'
import {
  deleteLookupTable,
  findLookupTable,
  type LookupTableRecord,
  writeLookupTable,
} from '../content/lookup.store.ts'
import { dropLookupImports } from '../content/lookup-import.ts'
import { getLookupTable, refuseColumns } from '../content/lookup-tables.ts'
import { fragmentIdOf, fragmentReferences, lookupReferences } from '../content/tag-references.ts'
import { type Db, transaction } from '../db/pool.ts'
import { Overtaken, untilUndisturbed } from '../db/undisturbed.ts'
import { hasImportsOf } from '../imports/import.store.ts'
import { Fault } from '../lib/fault.ts'
import { statusOf } from './campaign.ts'
import { type ContentRow, contentHolding, openContentHolding } from './content-uses.store.ts'

/** What is looked for: texts that narrow the search down, and whether a source really names the resource. */
interface Wanted {
  readonly texts: readonly string[]
  readonly namedIn: (source: string) => boolean
  /** The id of what is not asked. */
  readonly except?: string
}

type FragmentNames = Pick<FragmentRecord, 'id' | 'key'>

const wantedFragment = ({ id, key }: FragmentNames): Wanted => ({
  texts: [id, key],
  namedIn: source =>
    fragmentReferences(source)
      .map(fragmentIdOf)
      .some(one => one === key || one.toLowerCase() === id),
})

const wantedTable = (name: string): Wanted => ({
  texts: [name],
  namedIn: source => lookupReferences(source).includes(name),
})

// Every text of a content, whatever its channel calls it.
const namedAnywhere = (content: unknown, wanted: Wanted): boolean => {
  if (typeof content === 'string') return wanted.namedIn(content)
  if (typeof content !== 'object' || content === null) return false
  return Object.values(content).some(part => namedAnywhere(part, wanted))
}

const statusOfRow = (row: ContentRow, now: Date): ContentUse['status'] => {
  const hasLive = row.live !== null
  return row.kind === 'fragment'
    ? statusOfFragment({ archivedAt: row.archived_at, hasLive })
    : statusOf({ stoppedAt: row.stopped_at, hasLive, startAt: row.start_at, endAt: row.end_at }, now)
}

const usesOf = async (db: Db, author: Author, wanted: Wanted): Promise<ContentUse[]> => {
  const rows = await contentHolding(db, { sandboxId: author.sandboxId, texts: wanted.texts })
  return rows
    .map(row => ({
      kind: row.kind,
      id: row.id,
      name: row.name,
      status: statusOfRow(row, author.now),
      inDraft: namedAnywhere(row.draft, wanted),
      inLive: namedAnywhere(row.live, wanted),
    }))
    .filter(use => use.id !== wanted.except && (use.inDraft || use.inLive))
}

/** The campaigns and fragments that name a fragment, drafts and live ones; where data decides the id it is not seen. */
export const fragmentUses = (author: Author, fragment: FragmentNames): Promise<ContentUse[]> =>
  usesOf(author.pool, author, wantedFragment(fragment))

/** The campaigns and fragments that read a lookup table. */
export const lookupTableUses = (author: Author, table: { readonly name: string }): Promise<ContentUse[]> =>
  usesOf(author.pool, author, wantedTable(table.name))

const MOST_NAMED = 10

const sentenceOf = (uses: readonly ContentUse[]): string => {
  const named = uses.slice(0, MOST_NAMED).map(use => `the ${use.kind} "${use.name}"`)
  const more = uses.length - named.length
  return `Used by ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
}

// A stopped campaign goes nowhere any more; only its open messages still need its content.
const refuseUsed = async (tx: Db, author: Author, wanted: Wanted): Promise<void> => {
  const uses = (await usesOf(tx, author, wanted)).filter(use => use.status !== 'stopped')
  if (uses.length > 0) throw new Fault('resource_in_use', { detail: sentenceOf(uses) })
  const open = await openContentHolding(tx, { sandboxId: author.sandboxId, texts: wanted.texts })
  if (open.some(content => namedAnywhere(content, wanted)))
    throw new Fault('resource_in_use', { detail: 'Messages that are not sent yet need it.' })
}

/** Removes a fragment that no draft, no live content and no open message uses. */
export const removeFragment = (author: Author, id: string): Promise<void> =>
  transaction(author.pool, async tx => {
    const found = await lockFragment(tx, author.sandboxId, { id, to: 'remove' })
    const fragment = orMissing(found, 'fragment')
    // A fragment that names itself is no reason to keep it: such a draft can never be published.
    await refuseUsed(tx, author, { ...wantedFragment(fragment), except: fragment.id })
    await deleteFragment(tx, id)
  })

const lockTable = async (tx: Db, author: Author, id: string): Promise<LookupTableRecord> =>
  orMissing(await findLookupTable(tx, author.sandboxId, { id, lock: 'change' }), 'lookup table')

/** Changes a table; content finds it by its name, so one that is used keeps it. */
export const patchLookupTable = async (
  author: Author,
  id: string,
  patch: LookupTablePatch,
): Promise<LookupTableRecord> => {
  await transaction(author.pool, async tx => {
    const table = await lockTable(tx, author, id)
    const { name = table.name, description = table.description, columns = table.columns } = patch
    refuseColumns(columns)
    if (name !== table.name) await refuseUsed(tx, author, wantedTable(table.name))
    await withFreeName(
      writeLookupTable(tx, { id, name, description, columns, by: author.by, now: author.now }),
    )
  })
  return getLookupTable(author, id)
}

/** Removes a table with its rows, when nothing reads it. */
export const removeLookupTable = (author: Author, id: string): Promise<void> =>
  untilUndisturbed(author.pool, async tx => {
    await getLookupTable(author, id)
    // As a step of an import does: the import first, then its table.
    await dropLookupImports(tx, id)
    const table = await lockTable(tx, author, id)
    // One that began in between; from here on none begins.
    if (await hasImportsOf(tx, id)) throw new Overtaken()
    await refuseUsed(tx, author, wantedTable(table.name))
    await deleteLookupTable(tx, table)
  })
