/** Which people have a push device. */
import type { Db } from '../db/pool.ts'
import type { DeviceKey } from './push-devices.ts'

/** The people of a sandbox who have the device, by id. */
export const ownersOfDevice = async (
  db: Db,
  sandboxId: string,
  { appID, token }: DeviceKey,
): Promise<string[]> => {
  const { rows } = await db.query<{ id: string }>(
    `select id from profile
     where sandbox_id = $1 and attributes ? 'pushNotificationDetails'
       and attributes -> 'pushNotificationDetails' @> $2::jsonb
     order by id`,
    [sandboxId, JSON.stringify([{ appID, token }])],
  )
  return rows.map(row => row.id)
}
