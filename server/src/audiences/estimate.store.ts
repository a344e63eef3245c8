/** Counting and showing the people of a compiled rule, within a time that the server itself holds. */
import type { Db } from '../db/pool.ts'
import type { CompiledRule } from './compile.ts'

/** From here on, the server ends every statement of the transaction that takes longer. */
export const limitStatements = async (tx: Db, ms: number): Promise<void> => {
  await tx.query(`select set_config('statement_timeout', $1, true)`, [String(ms)])
}

/** All people of the rule. */
export const countPeople = async (tx: Db, { joins, where, values }: CompiledRule): Promise<number> => {
  const { rows } = await tx.query<{ n: number }>(
    `select count(*) as n from profile p ${joins} where ${where}`,
    [...values],
  )
  return rows[0]?.n ?? 0
}

/** What a sample gave: of a `fraction` of all people, so many were looked at, so many are of the rule. */
export interface SampleCount {
  readonly fraction: number
  readonly sampled: number
  readonly hits: number
}

/** Looks at about so many people, each as likely as any other. The rule is compiled with `each`. */
export const countSample = async (tx: Db, rule: CompiledRule, size: number): Promise<SampleCount> => {
  const stats = await tx.query<{ percent: number }>(
    `select case when reltuples > 0 then least(100, 100 * $1::float8 / reltuples) else 100 end as percent
     from pg_class where oid = 'profile'::regclass`,
    [size],
  )
  const percent = stats.rows[0]?.percent ?? 100
  const { rows } = await tx.query<{ sampled: number; hits: number }>(
    `select count(*) as sampled, count(*) filter (where ${rule.where}) as hits
     from profile p tablesample bernoulli ($${rule.values.length + 1}::float8) ${rule.joins}
     where p.sandbox_id = $1`,
    [...rule.values, percent],
  )
  return { fraction: percent / 100, sampled: rows[0]?.sampled ?? 0, hits: rows[0]?.hits ?? 0 }
}

/** Some people of the rule, whichever are found first: their ids. */
export const somePeople = async (
  tx: Db,
  { joins, where, values }: CompiledRule,
  limit: number,
): Promise<string[]> => {
  const { rows } = await tx.query<{ id: string }>(
    `select p.id from profile p ${joins} where ${where} limit $${values.length + 1}`,
    [...values, limit],
  )
  return rows.map(row => row.id)
}
