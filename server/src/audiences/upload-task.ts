/** Takes up the rows of uploaded files, a part of a file in each step; a kill loses nothing but the step. */
import { MAX_UPLOAD_REFUSALS } from '@carillon/contract'
import type pg from 'pg'
import { type Db, transaction } from '../db/pool.ts'
import type { BackgroundTask } from '../lib/background.ts'
import type { Clock } from '../lib/clock.ts'
import {
  countStep,
  deleteAbandoned,
  markDone,
  type OpenUpload,
  takePart,
  takeUpload,
  type UploadRow,
} from './upload.store.ts'
import { type GivenMember, writeMembers } from './write-members.ts'

/** What the task is made of. */
export interface UploadTaskDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly newId: () => string
}

// A file of which nothing came for so long will not come any more.
const ABANDONED_MS = 3_600_000

const isMember = (row: UploadRow): row is Extract<UploadRow, { value: string }> => 'value' in row

const takeUp = async (
  tx: Db,
  upload: OpenUpload,
  { rows, now, newId }: { rows: readonly UploadRow[]; now: Date; newId: () => string },
): Promise<void> => {
  const { id, sandboxId, audienceId, columns, namespace, createProfiles } = upload
  const given = rows
    .filter(isMember)
    .map(({ line, value, extra }): GivenMember => ({ place: line, namespace, value, extra }))
  const target = { audience: { id: audienceId, columns }, sandboxId, createProfiles, now, newId }
  const { added, replaced, refused } = await writeMembers(tx, target, given)
  const refusals = [
    ...refused.map(({ place, reason }) => ({ line: place, reason })),
    ...rows.flatMap(row => (isMember(row) ? [] : [row])),
  ].sort((a, b) => a.line - b.line)
  await countStep(
    tx,
    { uploadId: id, rows: rows.length, added, replaced, refusals, now },
    MAX_UPLOAD_REFUSALS,
  )
}

/** The task. */
export const uploadTask = ({ pool, clock, newId }: UploadTaskDeps): BackgroundTask => ({
  name: 'audience uploads',
  advance: async () => {
    const now = clock.now()
    const hadWork = await transaction(pool, async tx => {
      const upload = await takeUpload(tx)
      if (upload === undefined) return false
      const rows = await takePart(tx, upload.id)
      if (rows === undefined) await markDone(tx, upload.id, now)
      else await takeUp(tx, upload, { rows, now, newId })
      return true
    })
    if (!hadWork) await deleteAbandoned(pool, new Date(now.getTime() - ABANDONED_MS))
    return hadWork
  },
})
