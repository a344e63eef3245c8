/** The key that browsers subscribe with, by the app that a push configuration has for the web. */
import { standInVapidKeys } from '../channels/push/stand-in/keys.ts'
import type { Db } from '../db/pool.ts'

/** The public VAPID key of the newest active configuration with this app; undefined: there is none. */
export const findPushKey = async (db: Db, sandboxId: string, appID: string): Promise<string | undefined> => {
  const { rows } = await db.query<{ kind: string; key: string | null }>(
    `select t.kind, t.settings #>> '{web,publicKey}' as key
     from channel_configuration c join transport t on t.id = c.transport_id
     where c.sandbox_id = $1 and c.channel = 'push' and c.status = 'active' and c.settings -> 'apps' @> $2::jsonb
     order by c.id desc limit 1`,
    [sandboxId, JSON.stringify([{ platform: 'web', appID }])],
  )
  const [row] = rows
  if (row === undefined) return undefined
  return row.kind === 'sandbox_push' ? standInVapidKeys().publicKey : (row.key ?? undefined)
}
