/** What a sandbox decided about its lists: the threshold of soft bounces, and whether the allowed list is on. */
import { DEFAULT_SOFT_THRESHOLD } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

/** The settings of a sandbox. */
export interface ListSetting {
  readonly softThreshold: number
  readonly allowedOn: boolean
}

/** The settings; the defaults where nothing was set. */
export const readListSetting = async (db: Db, sandboxId: string): Promise<ListSetting> => {
  const { rows } = await db.query<{ soft_threshold: number; allowed_on: boolean }>(
    'select soft_threshold, allowed_on from suppression_setting where sandbox_id = $1',
    [sandboxId],
  )
  const [row] = rows
  return { softThreshold: row?.soft_threshold ?? DEFAULT_SOFT_THRESHOLD, allowedOn: row?.allowed_on ?? false }
}

/** Changes some of the settings. */
export const writeListSetting = async (
  db: Db,
  sandboxId: string,
  setting: Partial<ListSetting>,
): Promise<void> => {
  await db.query(
    `insert into suppression_setting as s (sandbox_id, soft_threshold, allowed_on)
     values ($1, coalesce($2, $4::int), coalesce($3, false))
     on conflict (sandbox_id) do update set
       soft_threshold = coalesce($2, s.soft_threshold), allowed_on = coalesce($3, s.allowed_on)`,
    [sandboxId, setting.softThreshold ?? null, setting.allowedOn ?? null, DEFAULT_SOFT_THRESHOLD],
  )
}

/** Makes others who add to the allowed list wait until this transaction ends: its length is bounded. */
export const lockAllowedList = async (tx: Db, sandboxId: string): Promise<void> => {
  await tx.query('insert into suppression_setting (sandbox_id) values ($1) on conflict do nothing', [
    sandboxId,
  ])
  await tx.query('select from suppression_setting where sandbox_id = $1 for update', [sandboxId])
}
