/** The key that browsers subscribe with, by the app that a push transport has for the web. */
import { standInVapidKeys } from '../channels/push/stand-in/keys.ts'
import type { Db } from '../db/pool.ts'

/** The public VAPID key; undefined: no push transport of the sandbox has this app. A sandbox transport has every app. */
export const findPushKey = async (db: Db, sandboxId: string, appID: string): Promise<string | undefined> => {
  const { rows } = await db.query<{ kind: string; key: string | null }>(
    `select kind, settings #>> '{web,publicKey}' as key from transport
     where sandbox_id = $1 and (kind = 'sandbox_push' or (kind = 'push' and settings #>> '{web,appID}' = $2))
     order by kind, name limit 1`,
    [sandboxId, appID],
  )
  const [row] = rows
  if (row === undefined) return undefined
  return row.kind === 'sandbox_push' ? standInVapidKeys().publicKey : (row.key ?? undefined)
}
