/** What is kept of phone numbers. Runs within the caller's transaction and can be run again. */
import type { ErasureCount } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

const SANDBOX_OF_INBOX = 'sandbox is null or sandbox = (select s.name from sandbox s where s.id = $1)'

/** Removes the rows of numbers, and of people. */
export const removeNumbers = async (
  tx: Db,
  sandboxId: string,
  of: { readonly numbers: readonly string[]; readonly profileIds: readonly string[] },
): Promise<readonly ErasureCount[]> => {
  const ofNumbers = [sandboxId, of.numbers]
  const ofBoth = [...ofNumbers, of.profileIds]
  const remove = async (table: string, condition: string, values: unknown[]): Promise<ErasureCount> => {
    const { rowCount } = await tx.query(`delete from ${table} where ${condition}`, values)
    return { table, deed: 'removed', rows: rowCount ?? 0 }
  }
  const ownRows = 'sandbox_id = $1 and (number = any($2::text[]) or profile_id = any($3::uuid[]))'
  return [
    await remove('sms_contact', ownRows, ofBoth),
    await remove('sms_inbound', ownRows, ofBoth),
    await remove('sms_refusal', 'sandbox_id = $1 and number = any($2::text[])', ofNumbers),
    await remove('sms_opt_out', 'sandbox_id = $1 and number = any($2::text[])', ofNumbers),
    await remove(
      'inbox',
      `channel = 'sms' and recipient = any($2::text[]) and (${SANDBOX_OF_INBOX})`,
      ofNumbers,
    ),
  ]
}
