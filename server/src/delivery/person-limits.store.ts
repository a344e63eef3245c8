/** The uses behind the limits per person, reserved in the transaction of the mark and given back when nothing left. */
import type { Db } from '../db/pool.ts'
import { type PersonAsk, type PersonRefusal, type PersonUse, refusalOf, sinceOf } from './person.ts'

const LONGEST_WINDOW_MS = 366 * 86_400_000
/** The class of our advisory locks; the second number is a hash of campaign and person. */
const LOCK_CLASS = 7203

const keyOf = (ask: Pick<PersonAsk, 'campaignId' | 'personKey'>): string =>
  `${ask.campaignId} ${ask.personKey}`
const isLimited = (ask: PersonAsk): boolean => ask.onceWindowSeconds !== null || ask.perDay !== null

// In the order of the hashes: two callers that share several people cannot wait for each other in a circle.
const lockPeople = async (tx: Db, keys: readonly string[]): Promise<void> => {
  await tx.query(
    `select pg_advisory_xact_lock($1::int, h) from (
       select distinct hashtext(k) as h from unnest($2::text[]) as k order by 1
     ) s`,
    [LOCK_CLASS, keys],
  )
}

// A statement of its own, after the locks: it sees what those committed who had them before.
const readUses = async (tx: Db, asks: readonly PersonAsk[], now: Date): Promise<Map<string, PersonUse[]>> => {
  const { rows } = await tx.query<{
    campaign_id: string
    person_key: string
    message_id: string
    at: Date
  }>(
    `select u.campaign_id, u.person_key, u.message_id, u.at
     from (
       select campaign_id, person_key, min(since) as since, array_agg(message_id) as own
       from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::uuid[])
         as a (campaign_id, person_key, since, message_id)
       group by 1, 2
     ) asked
     join recipient_use u on u.campaign_id = asked.campaign_id and u.person_key = asked.person_key
       and (u.at >= asked.since or u.message_id = any(asked.own))`,
    [
      asks.map(ask => ask.campaignId),
      asks.map(ask => ask.personKey),
      asks.map(ask => sinceOf(ask, now)),
      asks.map(ask => ask.messageId),
    ],
  )
  const uses = new Map<string, PersonUse[]>()
  for (const row of rows) {
    const key = keyOf({ campaignId: row.campaign_id, personKey: row.person_key })
    uses.set(key, [...(uses.get(key) ?? []), { messageId: row.message_id, at: row.at }])
  }
  return uses
}

const insertUses = async (tx: Db, asks: readonly PersonAsk[], now: Date): Promise<void> => {
  await tx.query(
    `insert into recipient_use (campaign_id, person_key, message_id, at)
     select campaign_id, person_key, message_id, $4
     from unnest($1::uuid[], $2::text[], $3::uuid[]) as a (campaign_id, person_key, message_id)
     on conflict do nothing`,
    [asks.map(ask => ask.campaignId), asks.map(ask => ask.personKey), asks.map(ask => ask.messageId), now],
  )
}

/**
 * Inside the caller's transaction (that of the mark). Reserves a use for each message that may go, in the order of the
 * asks; a message that has its use already (a retry) keeps it. Returns those refused. Takes advisory locks in sorted
 * order, held until the transaction ends, so that concurrent callers never overshoot nor deadlock; call it once in a
 * transaction. Asks without a limit cost nothing, and leave no use.
 */
export const reserveUses = async (
  tx: Db,
  asks: readonly PersonAsk[],
  now: Date,
): Promise<ReadonlyMap<string, PersonRefusal>> => {
  const limited = asks.filter(isLimited)
  const refused = new Map<string, PersonRefusal>()
  if (limited.length === 0) return refused
  await lockPeople(tx, limited.map(keyOf))
  const uses = await readUses(tx, limited, now)
  const fresh: PersonAsk[] = []
  for (const ask of limited) {
    const had = uses.get(keyOf(ask)) ?? []
    const refusal = refusalOf(ask, had, now)
    if (refusal !== undefined) refused.set(ask.messageId, refusal)
    else if (!had.some(use => use.messageId === ask.messageId)) {
      uses.set(keyOf(ask), [...had, { messageId: ask.messageId, at: now }])
      fresh.push(ask)
    }
  }
  if (fresh.length > 0) await insertUses(tx, fresh, now)
  return refused
}

/** Forgets uses that no window can reach any more: the longest is a year. */
export const forgetOldUses = async (db: Db, now: Date): Promise<void> => {
  await db.query('delete from recipient_use where at < $1', [new Date(now.getTime() - LONGEST_WINDOW_MS)])
}

/** Gives back the uses of messages that provably did not go (final refusals, cancelled, mark refused). */
export const giveBackUses = async (
  db: Db,
  asks: readonly Pick<PersonAsk, 'messageId' | 'campaignId' | 'personKey'>[],
): Promise<void> => {
  if (asks.length === 0) return
  await db.query(
    `delete from recipient_use u
     using unnest($1::uuid[], $2::text[], $3::uuid[]) as a (campaign_id, person_key, message_id)
     where u.campaign_id = a.campaign_id and u.person_key = a.person_key and u.message_id = a.message_id`,
    [asks.map(ask => ask.campaignId), asks.map(ask => ask.personKey), asks.map(ask => ask.messageId)],
  )
}
