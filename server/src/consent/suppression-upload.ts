/**
 * Works off uploaded files and lists to be emptied, in small steps: entries, refused records and progress are written in
 * one transaction, so that a kill loses the step and nothing else.
 */
import { MAX_ALLOWED_ENTRIES } from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import type { BackgroundTask } from '../lib/background.ts'
import type { Clock } from '../lib/clock.ts'
import { type ManualEntry, upsertManual } from './suppression.store.ts'
import { withoutRoom } from './suppression.ts'
import { type CsvRecord, judgeRecord, readSuppressionCsv } from './suppression-csv.ts'
import {
  clearSome,
  type FailedRecord,
  takeUpload,
  type UploadRecord,
  writeUploadStep,
} from './suppression-upload.store.ts'

/** What the tasks need; `recordsAStep` is for tests. */
export interface UploadDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly newId: () => string
  readonly recordsAStep?: number
}

const RECORDS_A_STEP = 2_000
const CLEARED_A_STEP = 5_000
const LONGEST_SHOWN = 500

// What is wrong with a record may be that it cannot be stored; the report shows it as far as it can.
const shown = (text: string): string => text.replaceAll('\0', '\ufffd').slice(0, LONGEST_SHOWN)

const failed = ({ n, type, value, comment }: CsvRecord, reason: string): FailedRecord => ({
  ...{ n, type: shown(type), value: shown(value), comment: shown(comment), reason },
})

interface Sorted {
  readonly entries: ReadonlyMap<string, ManualEntry & { readonly record: CsvRecord }>
  readonly failures: readonly FailedRecord[]
}

// A value that comes twice counts once, as it came last.
const sortOut = (records: readonly CsvRecord[], by: string, newId: () => string): Sorted => {
  const entries = new Map<string, ManualEntry & { readonly record: CsvRecord }>()
  const failures = records.flatMap(record => {
    const judged = judgeRecord(record)
    if (!judged.ok) return [failed(record, judged.reason)]
    const { type, value, comment } = judged
    entries.set(value, { id: newId(), type, value, comment, by, record })
    return []
  })
  return { entries, failures }
}

const FULL = `The allowed list has ${MAX_ALLOWED_ENTRIES} entries already`

/** Lists what there is room for, and answers all that failed. */
const listAll = async (
  tx: pg.PoolClient,
  upload: UploadRecord,
  sorted: Sorted & { readonly now: Date },
): Promise<readonly FailedRecord[]> => {
  const all = [...sorted.entries.values()]
  const values = all.map(entry => entry.value)
  const full = await withoutRoom(tx, upload, values)
  const entries = all.filter(entry => !full.has(entry.value))
  if (entries.length > 0) await upsertManual(tx, upload, { entries, now: sorted.now })
  const left = all.flatMap(entry => (full.has(entry.value) ? [failed(entry.record, FULL)] : []))
  return [...sorted.failures, ...left].sort((a, b) => a.n - b.n)
}

const advanceUpload = (deps: UploadDeps): Promise<boolean> =>
  transaction(deps.pool, async tx => {
    const upload = await takeUpload(tx)
    if (upload === undefined) return false
    const now = deps.clock.now()
    const file = readSuppressionCsv(upload.content)
    if (!file.ok) {
      const nothing = { recordCount: 0, handledCount: 0, failures: [] }
      await writeUploadStep(tx, upload.id, { status: 'ERROR', problem: file.problem, ...nothing, now })
      return true
    }
    const { handledCount } = upload
    const end = handledCount + (deps.recordsAStep ?? RECORDS_A_STEP)
    const records = file.records.slice(handledCount, end)
    const sorted = sortOut(records, upload.createdBy, deps.newId)
    await writeUploadStep(tx, upload.id, {
      status: end < file.records.length ? 'PENDING' : 'COMPLETE',
      recordCount: file.records.length,
      handledCount: handledCount + records.length,
      failures: await listAll(tx, upload, { ...sorted, now }),
      now,
    })
    return true
  })

/** The tasks of the lists: uploads, and lists to be emptied. */
export const suppressionTasks = (deps: UploadDeps): readonly BackgroundTask[] => [
  { name: 'suppression uploads', advance: () => advanceUpload(deps) },
  {
    name: 'suppression clearing',
    advance: () => transaction(deps.pool, tx => clearSome(tx, CLEARED_A_STEP)),
  },
]
