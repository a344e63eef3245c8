/** How much came in at the receiver and at each webhook, and which calls of webhooks were taken already. */
import type { Db } from '../db/pool.ts'

/** What became of one thing that came in: `ignored` means nothing here, `refused` cannot be believed. */
export type FeedbackOutcome = 'received' | 'ignored' | 'refused'

/** Counts. */
export const countFeedback = async (
  db: Db,
  of: { readonly source: string; readonly outcome: FeedbackOutcome; readonly n: number; readonly now: Date },
): Promise<void> => {
  await db.query(
    `insert into feedback_tally as t (source, outcome, n, last_at) values ($1, $2, $3, $4)
     on conflict (source, outcome) do update set n = t.n + excluded.n, last_at = greatest(t.last_at, excluded.last_at)`,
    [of.source, of.outcome, of.n, of.now],
  )
}

/** The counts of one source. */
export interface TallyRow {
  readonly source: string
  readonly outcome: FeedbackOutcome
  readonly n: number
  readonly lastAt: Date
}

/** The counts of these sources; what never came is left out. */
export const readTallies = async (db: Db, sources: readonly string[]): Promise<TallyRow[]> => {
  const { rows } = await db.query<Omit<TallyRow, 'lastAt'> & { readonly last_at: Date }>(
    'select source, outcome, n, last_at from feedback_tally where source = any($1::text[])',
    [sources],
  )
  return rows.map(({ last_at, n, ...row }) => ({ ...row, n: Number(n), lastAt: last_at }))
}

/** Whether a call of a webhook was taken before. */
export const wasSeen = async (db: Db, sourceId: string, key: Buffer): Promise<boolean> => {
  const { rows } = await db.query<{ readonly seen: boolean }>(
    'select exists (select from feedback_seen where source_id = $1 and key = $2) as seen',
    [sourceId, key],
  )
  return rows[0]?.seen === true
}

/** Remembers that a call was taken; forgets those from before `forgetBefore`, which are too old to be taken again. */
export const rememberSeen = async (
  db: Db,
  of: {
    readonly sourceId: string
    readonly key: Buffer
    readonly now: Date
    readonly forgetBefore: Date
  },
): Promise<void> => {
  await db.query(
    'insert into feedback_seen (source_id, key, at) values ($1, $2, $3) on conflict do nothing',
    [of.sourceId, of.key, of.now],
  )
  await db.query('delete from feedback_seen where at < $1', [of.forgetBefore])
}
