/** Imports as people handle them once the file is there: looked at, started, cancelled, removed. It does not know what the rows become. */
import type { ImportSample } from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { csvLine, plainCell } from '../lib/csv.ts'
import { Fault } from '../lib/fault.ts'
import {
  beginImport,
  cancelImport,
  deleteImport,
  findImport,
  type ImportRecord,
  type ImportScope,
  readRefusals,
} from './import.store.ts'
import { readOn } from './import-task.ts'

/** Who imports what, where and when. */
export interface Importer extends ImportScope {
  readonly pool: pg.Pool
  readonly by: string
  readonly now: Date
  readonly newId: () => string
  /** Keeps what the rows are for from going until the end of the transaction; throws when it is gone. */
  readonly holdTarget?: (tx: pg.PoolClient) => Promise<unknown>
}

const missing = (): Fault => new Fault('not_found', { detail: 'There is no such import in this sandbox.' })
const wrongState = (detail: string): Fault => new Fault('resource_state', { detail })

/** One of the scope, or 404. */
export const getImport = async (importer: Importer, id: string): Promise<ImportRecord> => {
  const found = await findImport(importer.pool, importer, id)
  if (found === undefined) throw missing()
  return found
}

/** One that waits for its mapping; refused in any other state. */
export const uploadedImport = async (importer: Importer, id: string): Promise<ImportRecord> => {
  const found = await getImport(importer, id)
  if (found.state !== 'uploaded') throw wrongState(`The import is ${found.state}.`)
  return found
}

const SAMPLED = 5
const LONGEST_CELL = 200
// Never half of a surrogate pair.
const shortened = (cell: string): string => cell.slice(0, LONGEST_CELL).replace(/[\uD800-\uDBFF]$/, '')

/** The first rows as they stand in the file. */
export const sampleImport = async (importer: Importer, id: string): Promise<ImportSample> => {
  const { records } = await readOn(importer.pool, await uploadedImport(importer, id), SAMPLED)
  return {
    rows: records.flatMap(record =>
      record.kind === 'fields' ? [{ line: record.line, cells: record.fields.map(shortened) }] : [],
    ),
  }
}

/** Sets it going in the background, with a mapping that its kind has checked. */
export const startImport = async (
  importer: Importer,
  id: string,
  mapping: unknown,
): Promise<ImportRecord> => {
  const started = await beginImport(importer.pool, id, { mapping, now: importer.now })
  if (started === undefined) throw wrongState('The import was started or cancelled meanwhile.')
  return started
}

/** Ends it where it is; `alsoDo` what its kind has to do then, in the same transaction. */
export const stopImport = async (
  importer: Importer,
  id: string,
  alsoDo?: (tx: pg.PoolClient) => Promise<void>,
): Promise<ImportRecord> => {
  await getImport(importer, id)
  return transaction(importer.pool, async tx => {
    const cancelled = await cancelImport(tx, id, importer.now)
    if (cancelled === undefined) throw wrongState('The import has ended.')
    await alsoDo?.(tx)
    return cancelled
  })
}

/** Removes it from the list, with its file and its report. */
export const removeImport = async (importer: Importer, id: string): Promise<void> => {
  await getImport(importer, id)
  if (!(await deleteImport(importer.pool, id))) throw wrongState('The import runs; cancel it first.')
}

const REPORT_PAGE = 5_000

/** The refused lines by number, with the reason, as CSV. */
export async function* importReport(importer: Importer, id: string): AsyncGenerator<string> {
  yield csvLine(['line', 'reason'])
  for (let after = 0; ; ) {
    const found = await readRefusals(importer.pool, id, { after, limit: REPORT_PAGE })
    const last = found.at(-1)
    if (last === undefined) return
    // A reason may begin with the name of a column, which is the file's own.
    yield found.map(({ line, reason }) => `${line},"${plainCell(reason).replaceAll('"', '""')}"\r\n`).join('')
    after = last.line
  }
}
