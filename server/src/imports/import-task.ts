/**
 * Runs imports in the background: some rows a step, which are written, counted and left behind in one transaction. What
 * the rows become is said by their kind.
 */
import type { ImportOutcome } from '@carillon/contract'
import type pg from 'pg'
import { untilUndisturbed } from '../db/undisturbed.ts'
import type { BackgroundTask } from '../lib/background.ts'
import type { Clock } from '../lib/clock.ts'
import {
  cancelImport,
  type ImportKindName,
  type ImportRecord,
  lockRunning,
  readPiece,
  recordProgress,
} from './import.store.ts'
import { type FileRecord, type Reading, readRecords } from './records.ts'

/** A line that was refused, and why; the reason never shows a value of the file. */
export interface Refusal {
  readonly line: number
  readonly reason: string
}

/** What became of some records. `fails`: the import ends here without having changed what it was to change. */
export interface Taken {
  readonly created: number
  readonly updated: number
  readonly skipped: number
  readonly refused: readonly Refusal[]
  /** Whom the counts are of, where the rows are people. */
  readonly people?: Readonly<Record<ImportOutcome, readonly string[]>>
  readonly fails?: boolean
}

/** Some records of an import, to be written at a moment. `isEnd`: there are no further ones. */
export interface Piece {
  readonly records: readonly FileRecord[]
  readonly isEnd: boolean
  readonly now: Date
}

/** What the rows of a file become. */
export interface ImportKind {
  readonly kind: ImportKindName
  /** The most rows of a step: as many as take a second at most. */
  readonly rowsPerStep: number
  /** Writes records in the transaction of the step. Undefined: what they were for is gone, and the import ends. */
  take(tx: pg.PoolClient, one: ImportRecord, piece: Piece): Promise<Taken | undefined>
}

/** What the task needs; `rowsPerStep` is smaller in tests. */
export interface ImportTaskDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly rowsPerStep?: number
}

/** Reads on from where an import is. The header of a CSV file is its first record. */
export const readOn = async (
  db: pg.Pool | pg.PoolClient,
  one: ImportRecord,
  limit: number,
): Promise<Reading> => {
  const bytes = await readPiece(db, one.id, one.position)
  const isStart = one.position === 0
  const headers = isStart && one.format === 'csv' ? 1 : 0
  const reading = readRecords({
    ...{ bytes, isStart, isEnd: one.position + bytes.length >= one.bytes, limit: limit + headers },
    ...{ format: one.format, delimiter: one.delimiter, line: one.line, skipping: one.skipping },
  })
  return { ...reading, records: reading.records.slice(headers) }
}

const advanceOne = async (tx: pg.PoolClient, deps: ImportTaskDeps, kind: ImportKind): Promise<boolean> => {
  const one = await lockRunning(tx, kind.kind)
  if (one === undefined) return false
  const now = deps.clock.now()
  const { records, consumed, line, skipping } = await readOn(tx, one, deps.rowsPerStep ?? kind.rowsPerStep)
  const position = one.position + consumed
  const isEnd = position >= one.bytes
  const taken = await kind.take(tx, one, { records, isEnd, now })
  if (taken === undefined) await cancelImport(tx, one.id, now)
  else
    await recordProgress(tx, one.id, {
      ...{ from: one.position, position, line, skipping, ...taken },
      ended: isEnd || taken.fails ? { at: now, as: taken.fails ? 'failed' : 'done' } : null,
    })
  return true
}

/** The task of a kind. Any number of processes may run it: an import is in one process' hands for one step. */
export const importTask = (deps: ImportTaskDeps, kind: ImportKind): BackgroundTask => ({
  name: `imports of ${kind.kind}`,
  advance: () => untilUndisturbed(deps.pool, tx => advanceOne(tx, deps, kind)),
})
