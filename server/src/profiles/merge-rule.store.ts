/** What a sandbox does when identities of different people come together. */
import type { MergeRule } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

const REFUSE: MergeRule = { onConflict: 'refuse', attributes: 'newest' }

/** The rule of a sandbox; nothing was said: it is refused. */
export const readMergeRule = async (db: Db, sandboxId: string): Promise<MergeRule> => {
  const { rows } = await db.query<MergeRule>(
    'select on_conflict as "onConflict", attributes from merge_rule where sandbox_id = $1',
    [sandboxId],
  )
  return rows[0] ?? REFUSE
}

/** Writes the rule of a sandbox. */
export const writeMergeRule = async (
  db: Db,
  rule: MergeRule,
  change: { readonly sandboxId: string; readonly by: string; readonly now: Date },
): Promise<void> => {
  await db.query(
    `insert into merge_rule (sandbox_id, on_conflict, attributes, modified_at, modified_by) values ($1, $2, $3, $4, $5)
     on conflict (sandbox_id) do update set on_conflict = excluded.on_conflict, attributes = excluded.attributes,
       modified_at = excluded.modified_at, modified_by = excluded.modified_by`,
    [change.sandboxId, rule.onConflict, rule.attributes, change.now, change.by],
  )
}
