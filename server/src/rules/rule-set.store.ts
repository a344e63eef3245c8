/** Rule sets in the database: few, small, and read whole. */
import { GLOBAL_RULE_SET, type Rule, type RuleSetStatus } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

/** A rule set. */
export interface RuleSetRecord {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly status: RuleSetStatus
  readonly global: boolean
  readonly rules: readonly Rule[]
  readonly revision: number
  readonly createdAt: Date
  readonly createdBy: string
  readonly modifiedAt: Date
  readonly modifiedBy: string
}

const COLUMNS = `s.id, s.name, s.description, s.status, s.global, s.rules, s.revision, s.created_at as "createdAt",
  s.created_by as "createdBy", s.modified_at as "modifiedAt", s.modified_by as "modifiedBy"`

/** A rule set of this sandbox. */
export const findRuleSet = async (
  db: Db,
  sandboxId: string,
  id: string,
): Promise<RuleSetRecord | undefined> => {
  const { rows } = await db.query<RuleSetRecord>(
    `select ${COLUMNS} from rule_set s where s.id = $1 and s.sandbox_id = $2`,
    [id, sandboxId],
  )
  return rows[0]
}

/** Which sets a list shows. */
export interface RuleSetFilter {
  readonly sandboxId: string
  readonly limit: number
  readonly after: string | null
  readonly search: string | undefined
  readonly status: RuleSetStatus | undefined
}

/** Rule sets, newest first; one row more than `limit` when there are more. */
export const listRuleSets = async (db: Db, filter: RuleSetFilter): Promise<RuleSetRecord[]> => {
  const { rows } = await db.query<RuleSetRecord>(
    `select ${COLUMNS} from rule_set s
     where s.sandbox_id = $1 and ($2::uuid is null or s.id < $2) and ($3::text is null or s.status = $3)
       and ($4::text is null or position(lower($4) in lower(s.name)) > 0)
     order by s.id desc limit $5`,
    [filter.sandboxId, filter.after, filter.status ?? null, filter.search ?? null, filter.limit + 1],
  )
  return rows
}

/** The sets in force in a sandbox: the global one and the active others. */
export const activeRuleSets = async (db: Db, sandboxId: string): Promise<RuleSetRecord[]> => {
  const { rows } = await db.query<RuleSetRecord>(
    `select ${COLUMNS} from rule_set s where s.sandbox_id = $1 and s.status = 'active' order by s.id`,
    [sandboxId],
  )
  return rows
}

/** The ids of the active custom sets: what a campaign may name. */
export const activeRuleSetIds = async (db: Db, sandboxId: string): Promise<ReadonlySet<string>> =>
  new Set((await activeRuleSets(db, sandboxId)).filter(set => !set.global).map(set => set.id))

/** Locks the sets of a sandbox until the end of the transaction, by its global one: changes follow each other. */
export const lockRuleSets = async (tx: Db, sandboxId: string): Promise<void> => {
  await tx.query('select from rule_set s where s.sandbox_id = $1 and s.global for no key update', [sandboxId])
}

/** What is written, by whom, when. */
export interface RuleSetChange {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly status: RuleSetStatus
  readonly rules: readonly Rule[]
  readonly by: string
  readonly now: Date
}

/** Adds a custom set. */
export const insertRuleSet = async (
  db: Db,
  change: RuleSetChange & { readonly sandboxId: string },
): Promise<void> => {
  await db.query(
    `insert into rule_set (id, sandbox_id, name, description, status, global, rules, created_at, created_by, modified_at, modified_by)
     values ($1, $2, $3, $4, $5, false, $6, $7, $8, $7, $8)`,
    [
      ...[change.id, change.sandboxId, change.name, change.description, change.status],
      ...[JSON.stringify(change.rules), change.now, change.by],
    ],
  )
}

/** Adds the global set of a new sandbox: active, and without a rule. */
export const insertGlobalRuleSet = async (
  db: Db,
  set: { readonly id: string; readonly sandboxId: string; readonly now: Date },
): Promise<void> => {
  await db.query(
    `insert into rule_set (id, sandbox_id, name, description, status, global, rules, created_at, created_by, modified_at, modified_by)
     values ($1, $2, $3, '', 'active', true, '[]', $4, 'carillon', $4, 'carillon')`,
    [set.id, set.sandboxId, GLOBAL_RULE_SET, set.now],
  )
}

/** Writes a set as it shall be. */
export const writeRuleSet = async (tx: Db, change: RuleSetChange): Promise<void> => {
  await tx.query(
    `update rule_set set name = $2, description = $3, status = $4, rules = $5, revision = revision + 1,
       modified_at = $6, modified_by = $7
     where id = $1`,
    [
      ...[change.id, change.name, change.description, change.status, JSON.stringify(change.rules)],
      ...[change.now, change.by],
    ],
  )
}

/** Removes a set. */
export const deleteRuleSet = async (tx: Db, id: string): Promise<void> => {
  await tx.query('delete from rule_set where id = $1', [id])
}
