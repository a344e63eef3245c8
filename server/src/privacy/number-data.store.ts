/** What is kept of phone numbers. Runs within the caller's transaction and can be run again. */
import type { ErasureCount } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

// $1 sandbox, $2 numbers, $3 profiles; every condition names all of them.
const REMOVALS: readonly (readonly [table: string, condition: string])[] = [
  ['sms_contact', 'sandbox_id = $1 and (number = any($2::text[]) or profile_id = any($3::uuid[]))'],
  ['sms_inbound', 'sandbox_id = $1 and (number = any($2::text[]) or profile_id = any($3::uuid[]))'],
  [
    'sms_refusal',
    'sandbox_id = $1 and number = any($2::text[]) and ($3::uuid[] is null or cardinality($3) >= 0)',
  ],
  [
    'sms_opt_out',
    'sandbox_id = $1 and number = any($2::text[]) and ($3::uuid[] is null or cardinality($3) >= 0)',
  ],
  [
    'inbox',
    `channel = 'sms' and recipient = any($2::text[]) and ($3::uuid[] is null or cardinality($3) >= 0)
      and (sandbox is null or sandbox = (select s.name from sandbox s where s.id = $1))`,
  ],
]

/** Removes the rows of numbers, and of people. */
export const removeNumbers = async (
  tx: Db,
  sandboxId: string,
  of: { readonly numbers: readonly string[]; readonly profileIds: readonly string[] },
): Promise<readonly ErasureCount[]> => {
  const counts: ErasureCount[] = []
  for (const [table, condition] of REMOVALS) {
    const { rowCount } = await tx.query(`delete from ${table} where ${condition}`, [
      sandboxId,
      of.numbers,
      of.profileIds,
    ])
    counts.push({ table, deed: 'removed', rows: rowCount ?? 0 })
  }
  return counts
}
