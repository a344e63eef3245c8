/**
 * What is kept of addresses, without a person: lists, counts of bounces, rows and mails that bear the address, and texts
 * that mention it. Each function runs within the caller's transaction and can be run again.
 */
import type { ErasureCount, SuppressionCategory, SuppressionReason } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { patternOf, REDACTED, redactJson } from './redact.ts'

/** An address that is suppressed, and why. */
export interface SuppressedAddress {
  readonly value: string
  readonly category: SuppressionCategory
  readonly reason: SuppressionReason
}

/** The entries of the suppression list that name one of these addresses. */
export const suppressedAmong = async (
  tx: Db,
  sandboxId: string,
  addresses: readonly string[],
): Promise<SuppressedAddress[]> => {
  const { rows } = await tx.query<SuppressedAddress>(
    `select value, category, reason from suppression
     where sandbox_id = $1 and list = 'client' and type = 'email' and value = any($2::text[]) for update`,
    [sandboxId, addresses],
  )
  return rows
}

// $1 sandbox, $2 addresses.
const REMOVALS: readonly (readonly [table: string, condition: string])[] = [
  ['suppression', `sandbox_id = $1 and type = 'email' and value = any($2::text[])`],
  ['bounce_count', 'sandbox_id = $1 and address = any($2::text[])'],
  ['bounce_event', 'sandbox_id = $1 and address = any($2::text[])'],
  [
    'suppression_upload_failure',
    `upload_id in (select id from suppression_upload where sandbox_id = $1) and exists (
      select from unnest($2::text[]) a where position(a in lower(value || ' ' || comment)) > 0)`,
  ],
  [
    'inbox',
    `string_to_array(lower(recipient), ', ') && $2::text[]
      and (sandbox is null or sandbox = (select s.name from sandbox s where s.id = $1))`,
  ],
]

// A row that has the address as its key is about the person; a row of the author's own that mentions it is not removed.
const REMOVE_ROWS = `with gone as (
    delete from lookup_row r using lookup_table t
    where t.sandbox_id = $1 and r.rows_id = t.rows_id and r.key = any($2::text[]) returning t.id
  ), counted as (
    update lookup_table t set row_count = t.row_count - g.n
    from (select id, count(*) as n from gone group by id) g where g.id = t.id
  )
  select count(*)::int as n from gone`

// Steps of files wait from here on: none of their sets becomes a table's own between the two removals.
const LOCK_COMING = `select from import
  where sandbox_id = $1 and kind = 'lookup_rows' and state = 'running' order by id for update`

// The set that a file fills before it replaces the rows of a table; the import knows how many they are.
const REMOVE_COMING = `with gone as (
    delete from lookup_row r using import i
    where i.sandbox_id = $1 and i.kind = 'lookup_rows' and i.state = 'running'
      and r.rows_id = i.id and r.key = any($2::text[]) returning r.rows_id
  ), counted as (
    update import i set created_count = i.created_count - g.n
    from (select rows_id, count(*) as n from gone group by rows_id) g where g.rows_id = i.id
  )
  select count(*)::int as n from gone`

// What no table reads any more goes by itself, of every sandbox; of these rows it goes at once. A row that is locked is
// on its way out.
const REMOVE_LEFT = `with emptied as (
    update lookup_leftover set swept_to = '' where swept_to = any($1::text[])
  )
  delete from lookup_row where (rows_id, key) in (
    select r.rows_id, r.key from lookup_leftover l join lookup_row r on r.rows_id = l.rows_id
    where r.key = any($1::text[]) for update of r skip locked)`

const removeLookupRows = async (
  tx: Db,
  sandboxId: string,
  keys: readonly string[],
): Promise<ErasureCount> => {
  await tx.query(LOCK_COMING, [sandboxId])
  const coming = await tx.query<{ n: number }>(REMOVE_COMING, [sandboxId, keys])
  const present = await tx.query<{ n: number }>(REMOVE_ROWS, [sandboxId, keys])
  await tx.query(REMOVE_LEFT, [keys])
  const rows = [...coming.rows, ...present.rows].reduce((sum, row) => sum + row.n, 0)
  return { table: 'lookup_row', deed: 'removed', rows }
}

/** Removes the rows of addresses. */
export const removeAddresses = async (
  tx: Db,
  sandboxId: string,
  { addresses, spellings }: { readonly addresses: readonly string[]; readonly spellings: readonly string[] },
): Promise<readonly ErasureCount[]> => {
  const counts: ErasureCount[] = []
  for (const [table, condition] of REMOVALS) {
    const { rowCount } = await tx.query(`delete from ${table} where ${condition}`, [sandboxId, addresses])
    counts.push({ table, deed: 'removed', rows: rowCount ?? 0 })
  }
  return [...counts, await removeLookupRows(tx, sandboxId, spellings)]
}

const OWN_SANDBOX = 'sandbox_id = $1'
/** Texts that staff, callers or providers wrote, and that may mention anybody. None is long, none of the tables large. */
const TEXTS: readonly (readonly [table: string, column: string, where: string])[] = [
  ['audience_run', 'detail', OWN_SANDBOX],
  ['audience_schedule', 'detail', OWN_SANDBOX],
  ['audience_schedule', 'request_id', OWN_SANDBOX],
  ['hold', 'detail', OWN_SANDBOX],
  ['suppression', 'comment', OWN_SANDBOX],
  ['suppression_upload', 'filename', OWN_SANDBOX],
  ['suppression_upload', 'problem', OWN_SANDBOX],
  ['import', 'name', OWN_SANDBOX],
  ['breaker', 'answer', 'transport_id in (select id from transport where sandbox_id = $1)'],
]
const TREES = [
  ['audience_run', 'execution_id'],
  ['audience_schedule', 'id'],
] as const

const redactTrees = async (tx: Db, sandboxId: string, pattern: string): Promise<ErasureCount[]> => {
  const counts: ErasureCount[] = []
  for (const [table, key] of TREES) {
    const { rows } = await tx.query<{ key: string; context: unknown }>(
      `select ${key} as key, context from ${table} where sandbox_id = $1 and context::text ~* $2 for update`,
      [sandboxId, pattern],
    )
    await tx.query(
      `update ${table} t set context = given.context
       from unnest($1::uuid[], $2::jsonb[]) as given (key, context) where t.${key} = given.key`,
      [rows.map(row => row.key), rows.map(row => JSON.stringify(redactJson(row.context, pattern)))],
    )
    counts.push({ table, deed: 'redacted', rows: rows.length })
  }
  return counts
}

/** Replaces words that name the person where texts and contexts that are shared with others mention them. */
export const redactTexts = async (
  tx: Db,
  sandboxId: string,
  words: readonly string[],
): Promise<readonly ErasureCount[]> => {
  if (words.length === 0) return []
  const pattern = patternOf(words)
  const counts: ErasureCount[] = []
  for (const [table, column, where] of TEXTS) {
    const { rowCount } = await tx.query(
      `update ${table} set ${column} = regexp_replace(${column}, $2, '${REDACTED}', 'gi')
       where ${where} and ${column} ~* $2`,
      [sandboxId, pattern],
    )
    counts.push({ table, deed: 'redacted', rows: rowCount ?? 0 })
  }
  return [...counts, ...(await redactTrees(tx, sandboxId, pattern))]
}
