/** Imports as people handle them once the file is there: looked at, started, cancelled, removed. */
import type { ImportMapping, ImportPreview, ImportSample } from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { checkWrite } from './batch.ts'
import { mappingProblems } from './columns.ts'
import { beginImport, cancelImport, deleteImport, findImport, type ImportRecord } from './import.store.ts'
import { readOn } from './import-task.ts'
import type { FileRecord } from './records.ts'
import { toRow } from './rows.ts'

/** Who imports, where and when. */
export interface Importer {
  readonly pool: pg.Pool
  readonly sandboxId: string
  readonly by: string
  readonly now: Date
  readonly newId: () => string
}

const missing = (): Fault => new Fault('not_found', { detail: 'There is no such import in this sandbox.' })
const wrongState = (detail: string): Fault => new Fault('resource_state', { detail })

/** One of the sandbox, or 404. */
export const getImport = async (importer: Importer, id: string): Promise<ImportRecord> => {
  const found = await findImport(importer.pool, importer.sandboxId, id)
  if (found === undefined) throw missing()
  return found
}

const waiting = async (importer: Importer, id: string): Promise<ImportRecord> => {
  const found = await getImport(importer, id)
  if (found.state !== 'uploaded') throw wrongState(`The import is ${found.state}.`)
  return found
}

const readable = async (importer: Importer, id: string, mapping: ImportMapping): Promise<ImportRecord> => {
  const found = await waiting(importer, id)
  const problems = mappingProblems(mapping, found.columns)
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  return found
}

const SAMPLED = 5
const LONGEST_CELL = 200
// Never half of a surrogate pair.
const shortened = (cell: string): string => cell.slice(0, LONGEST_CELL).replace(/[\uD800-\uDBFF]$/, '')

/** The first rows as they stand in the file. */
export const sampleImport = async (importer: Importer, id: string): Promise<ImportSample> => {
  const { records } = await readOn(importer.pool, await waiting(importer, id), SAMPLED)
  return {
    rows: records.flatMap(record =>
      record.kind === 'fields' ? [{ line: record.line, cells: record.fields.map(shortened) }] : [],
    ),
  }
}

const PREVIEWED = 20
type Previewed = ImportPreview['rows'][number]

const previewOf = (record: FileRecord, mapping: ImportMapping): Previewed => {
  const row = toRow(record, mapping)
  const { line } = row
  if (row.kind === 'refused') return { line, person: null, reason: row.reason, column: row.column ?? null }
  const checked = checkWrite(row.person)
  if (checked.kind === 'write') return { line, person: row.person, reason: null, column: null }
  const { errors, code } = checked.outcome
  return { line, person: null, reason: errors[0]?.message ?? code, column: null }
}

/** The first rows as they would become; nothing is stored. */
export const previewImport = async (
  importer: Importer,
  id: string,
  mapping: ImportMapping,
): Promise<ImportPreview> => {
  const { records } = await readOn(importer.pool, await readable(importer, id, mapping), PREVIEWED)
  return { rows: records.map(record => previewOf(record, mapping)) }
}

/** Sets it going in the background. */
export const startImport = async (
  importer: Importer,
  id: string,
  mapping: ImportMapping,
): Promise<ImportRecord> => {
  await readable(importer, id, mapping)
  const started = await beginImport(importer.pool, id, { mapping, now: importer.now })
  if (started === undefined) throw wrongState('The import was started or cancelled meanwhile.')
  return started
}

/** Ends it where it is: people who were written stay. */
export const stopImport = async (importer: Importer, id: string): Promise<ImportRecord> => {
  await getImport(importer, id)
  const cancelled = await transaction(importer.pool, tx => cancelImport(tx, id, importer.now))
  if (cancelled === undefined) throw wrongState('The import has ended.')
  return cancelled
}

/** Removes it from the list, with its file and its report. */
export const removeImport = async (importer: Importer, id: string): Promise<void> => {
  await getImport(importer, id)
  if (!(await deleteImport(importer.pool, id))) throw wrongState('The import runs; cancel it first.')
}
