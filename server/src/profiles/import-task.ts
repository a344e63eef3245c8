/** Runs imports in the background: some thousand rows a step, whose people, counts and position are one transaction. */
import type { ImportOutcome, ProfileOutcome } from '@carillon/contract'
import type pg from 'pg'
import type { BackgroundTask } from '../lib/background.ts'
import type { Clock } from '../lib/clock.ts'
import { upsertPeople } from './batch.store.ts'
import { checkWrite } from './batch.ts'
import { type ImportRecord, lockRunning, readPiece, recordProgress } from './import.store.ts'
import { type FileRecord, type Reading, readRecords } from './records.ts'
import { type Row, toRow } from './rows.ts'
import { untilUndisturbed } from './undisturbed.ts'

/** What the task needs; `rowsPerStep` is smaller in tests. */
export interface ImportTaskDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly newId: () => string
  readonly rowsPerStep?: number
}

const ROWS = 1_000

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

const WORDS: Readonly<Record<string, string>> = {
  profile_conflict: 'the identities belong to different people',
  payload_unstorable: 'holds a character that cannot be stored (U+0000)',
}

const reasonOf = (outcome: ProfileOutcome): string => {
  const { code, errors } = outcome
  const [error] = errors
  return WORDS[code ?? ''] ?? (error === undefined ? (code ?? '') : `${error.pointer} ${error.message}`)
}

const rowsOf = (one: ImportRecord, records: readonly FileRecord[]): Row[] => {
  const mapping = one.mapping ?? { columns: [], onConflict: 'overwrite' }
  return records.map(record => toRow(record, mapping))
}

type Refusal = { readonly line: number; readonly reason: string }

const writeRows = async (
  tx: pg.PoolClient,
  one: ImportRecord,
  work: ImportTaskDeps & { readonly rows: readonly Row[] },
): Promise<{ outcomes: readonly ProfileOutcome[]; refused: Refusal[] }> => {
  const people = work.rows.flatMap(row => (row.kind === 'person' ? [row] : []))
  const actor = {
    ...{ sandboxId: one.sandbox_id, now: work.clock.now(), newId: work.newId },
    onConflict: one.mapping?.onConflict ?? 'overwrite',
  }
  const outcomes = await upsertPeople(
    tx,
    actor,
    people.map(row => checkWrite(row.person)),
  )
  const late = outcomes.flatMap((outcome, index): Refusal[] => {
    const line = people[index]?.line
    return outcome.status === 'refused' && line !== undefined ? [{ line, reason: reasonOf(outcome) }] : []
  })
  const early = work.rows.flatMap((row): Refusal[] => (row.kind === 'refused' ? [row] : []))
  return { outcomes, refused: [...early, ...late] }
}

const advanceOne = async (tx: pg.PoolClient, deps: ImportTaskDeps): Promise<boolean> => {
  const one = await lockRunning(tx)
  if (one === undefined) return false
  const reading = await readOn(tx, one, deps.rowsPerStep ?? ROWS)
  const { outcomes, refused } = await writeRows(tx, one, { ...deps, rows: rowsOf(one, reading.records) })
  const idsOf = (status: ImportOutcome): string[] =>
    outcomes.flatMap(({ status: became, id }) => (became === status && id !== null ? [id] : []))
  const position = one.position + reading.consumed
  await recordProgress(tx, one.id, {
    ...{ from: one.position, position, line: reading.line, skipping: reading.skipping, refused },
    people: { created: idsOf('created'), updated: idsOf('updated'), skipped: idsOf('skipped') },
    finishedAt: position >= one.bytes ? deps.clock.now() : null,
  })
  return true
}

/** The task. Any number of processes may run it: an import is in one process' hands for one step. */
export const importTask = (deps: ImportTaskDeps): BackgroundTask => ({
  name: 'imports',
  advance: () => untilUndisturbed(deps.pool, tx => advanceOne(tx, deps)),
})
