/** Phone numbers of people that no profile has, or not in that form. It decides nothing. */
import type { Db } from '../db/pool.ts'

/** The numbers that messages of these people went to or came from, in whatever form they were sent to. */
export const numbersOf = async (
  db: Db,
  sandboxId: string,
  profileIds: readonly string[],
): Promise<readonly string[]> => {
  if (profileIds.length === 0) return []
  const { rows } = await db.query<{ number: string }>(
    `select number from sms_contact where sandbox_id = $1 and profile_id = any($2::uuid[])
     union select number from sms_inbound where sandbox_id = $1 and profile_id = any($2::uuid[])`,
    [sandboxId, profileIds],
  )
  return rows.map(row => row.number)
}
