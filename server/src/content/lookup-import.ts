/**
 * Imports of the rows of a lookup table. Merging writes into the rows that content reads; replacing fills a set of rows
 * of its own, which becomes the table's with the last step, so that content sees the old rows or the new ones.
 */
import type { LookupImportMapping, LookupImportPreview } from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { dropImportsOf, type ImportRecord } from '../imports/import.store.ts'
import { type ImportKind, type Piece, type Refusal, readOn, type Taken } from '../imports/import-task.ts'
import { type Importer, startImport, stopImport, uploadedImport } from '../imports/imports.ts'
import type { BackgroundTask } from '../lib/background.ts'
import { Fault } from '../lib/fault.ts'
import { orMissing } from './author.ts'
import {
  countLookupRows,
  findLookupTable,
  type LookupTableRecord,
  leaveRows,
  swapRows,
} from './lookup.store.ts'
import { type FileRow, lookupMappingProblems, readingOf, toFileRow } from './lookup-columns.ts'
import { sweepRows, upsertLookupRows } from './lookup-row.store.ts'

const ROWS = 5_000

/** The mapping of an import of rows; null: it was not started. */
export const lookupMappingOf = (one: ImportRecord): LookupImportMapping | null =>
  one.mapping as LookupImportMapping | null

const NOTHING: LookupImportMapping = { columns: [], mode: 'merge' }

// Of a key that comes twice in a step the later line holds, as it does between steps.
const lastOfEach = (rows: readonly FileRow[]): Map<string, Extract<FileRow, { kind: 'row' }>> =>
  new Map(rows.flatMap(row => (row.kind === 'row' ? [[row.key, row] as const] : [])))

interface Step {
  readonly one: ImportRecord
  readonly table: LookupTableRecord
  readonly mapping: LookupImportMapping
  readonly piece: Piece
}

const write = async (tx: pg.PoolClient, { one, table, mapping, piece }: Step): Promise<Taken> => {
  const reading = readingOf(mapping, table.columns)
  const rows = piece.records.map(record => toFileRow(record, reading))
  const distinct = [...lastOfEach(rows).values()]
  const rowsId = mapping.mode === 'replace' ? one.id : table.rowsId
  const { inserted } =
    distinct.length === 0
      ? { inserted: 0 }
      : await upsertLookupRows(tx, rowsId, { rows: distinct, now: piece.now })
  const refused = rows.flatMap((row): Refusal[] => (row.kind === 'refused' ? [row] : []))
  return { created: inserted, updated: rows.length - refused.length - inserted, skipped: 0, refused }
}

const isRefusedWhole = ({ one, mapping }: Step, taken: Taken): boolean =>
  mapping.stopOnRefusal === true && one.refused_count + taken.refused.length > 0

// The table's lock waits for those who write rows now; who comes after it sees the new set.
const swap = async (tx: pg.PoolClient, step: Step, taken: Taken): Promise<Taken> => {
  const { one, table, piece } = step
  if (isRefusedWhole(step, taken)) {
    await leaveRows(tx, one.id)
    return { ...taken, fails: true }
  }
  const rowCount = one.created_count + taken.created
  await swapRows(tx, table, { rowsId: one.id, rowCount, by: one.created_by, now: piece.now })
  return taken
}

const take = async (tx: pg.PoolClient, one: ImportRecord, piece: Piece): Promise<Taken | undefined> => {
  const mapping = lookupMappingOf(one) ?? NOTHING
  const replaces = mapping.mode === 'replace'
  const lock = replaces && piece.isEnd ? 'change' : 'rows'
  const table = await findLookupTable(tx, one.sandbox_id, { id: one.target_id ?? '', lock })
  // Removed while a file filled new rows for it: these are nobody's.
  if (table === undefined) {
    await leaveRows(tx, one.id)
    return undefined
  }
  const step: Step = { one, table, mapping, piece }
  const taken = await write(tx, step)
  if (replaces) return piece.isEnd ? swap(tx, step, taken) : taken
  await countLookupRows(tx, table.id, { added: taken.created, by: one.created_by, now: piece.now })
  return taken
}

/** Rows of lookup tables, as the background process writes them. */
export const lookupImport: ImportKind = { kind: 'lookup_rows', rowsPerStep: ROWS, take }

const SWEPT_A_STEP = 10_000

/** Removes the rows that no table has any more: those that were replaced, those of removed tables. */
export const lookupSweep = ({ pool }: { readonly pool: pg.Pool }): BackgroundTask => ({
  name: 'lookup rows that were replaced',
  advance: () => transaction(pool, tx => sweepRows(tx, SWEPT_A_STEP)),
})

const PREVIEWED = 20

interface Readable {
  readonly one: ImportRecord
  readonly table: LookupTableRecord
}

const readable = async (importer: Importer, id: string, mapping: LookupImportMapping): Promise<Readable> => {
  const one = await uploadedImport(importer, id)
  const found = await findLookupTable(importer.pool, importer.sandboxId, { id: one.target_id ?? '' })
  const table = orMissing(found, 'lookup table')
  const problems = [
    ...lookupMappingProblems(mapping, one.columns, table.columns),
    ...(mapping.stopOnRefusal === true && mapping.mode === 'merge'
      ? [{ pointer: '/stopOnRefusal', message: 'is for replacing: what is merged is merged line by line' }]
      : []),
  ]
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  return { one, table }
}

/** The first rows as they would become; nothing is stored. */
export const previewLookup = async (
  importer: Importer,
  id: string,
  mapping: LookupImportMapping,
): Promise<LookupImportPreview> => {
  const { one, table } = await readable(importer, id, mapping)
  const { records } = await readOn(importer.pool, one, PREVIEWED)
  const reading = readingOf(mapping, table.columns)
  return {
    rows: records.map(record => {
      const { line, ...made } = toFileRow(record, reading)
      return made.kind === 'row'
        ? { line, key: made.key, row: made.row, reason: null }
        : { line, key: null, row: null, reason: made.reason }
    }),
  }
}

/** Sets it going in the background. */
export const startLookup = async (
  importer: Importer,
  id: string,
  mapping: LookupImportMapping,
): Promise<ImportRecord> => {
  await readable(importer, id, mapping)
  return startImport(importer, id, mapping)
}

/** Ends it: what was merged stays, what was to replace is given up. */
export const stopLookup = (importer: Importer, id: string): Promise<ImportRecord> =>
  stopImport(importer, id, tx => leaveRows(tx, id))

/** Removes the imports of a table that is about to go. */
export const dropLookupImports = async (tx: pg.PoolClient, tableId: string): Promise<void> => {
  for (const id of await dropImportsOf(tx, tableId)) await leaveRows(tx, id)
}
