/** Which people have a push device. */
import type { Db } from '../db/pool.ts'
import type { DeviceKey } from './push-devices.ts'
import { writingsOf } from './push-token.ts'

// The class of the advisory locks under which a device changes hands.
const DEVICE_LOCKS = 7211

/** Lets one registration of a device at a time go on; `key` says which device. Released with the transaction. */
export const lockDevice = async (tx: Db, sandboxId: string, key: string): Promise<void> => {
  await tx.query('select pg_advisory_xact_lock($1::int, hashtext($2))', [DEVICE_LOCKS, `${sandboxId} ${key}`])
}

/** The people of a sandbox who have the device, by id, in whatever way its token was written. */
export const ownersOfDevice = async (
  db: Db,
  sandboxId: string,
  { appID, token }: DeviceKey,
): Promise<string[]> => {
  const lists = writingsOf(token).map(one => JSON.stringify([{ appID: appID.trim(), token: one }]))
  // One condition for each: the index of devices answers none with a list.
  const isIn = lists.map((_, n) => `attributes -> 'pushNotificationDetails' @> $${n + 2}::jsonb`)
  const { rows } = await db.query<{ id: string }>(
    `select id from profile
     where sandbox_id = $1 and attributes ? 'pushNotificationDetails' and (${isIn.join(' or ')}) order by id`,
    [sandboxId, ...lists],
  )
  return rows.map(row => row.id)
}
