/** The uses behind the limits per person, reserved in the transaction of the mark and given back when nothing left. */
import type { Db } from '../db/pool.ts'
import { mergedAmong } from '../profiles/known-as.store.ts'
import {
  isSpent,
  type PersonAsk,
  type PersonLimit,
  type PersonUse,
  personKeyOfProfile,
  profileOfKey,
} from './person.ts'

const LONGEST_WINDOW_MS = 366 * 86_400_000
/** The class of our advisory locks; the second number is a hash of the person. */
const LOCK_CLASS = 7203

/** A use that a message is to have. */
export interface NewUse {
  readonly scopeId: string
  readonly personKey: string
  readonly messageId: string
}

/** The verdict on some asks: who is refused by which limit, and the uses that the others do not have yet. */
export interface Judged {
  readonly refused: ReadonlyMap<string, PersonLimit>
  readonly fresh: readonly NewUse[]
}

type Uses = ReadonlyMap<string, readonly PersonUse[]>

// No try of the message may have arrived. The list of ids lets the server look into few partitions only.
const neverLeft = (messageId: string, ids = '$1'): string => `not exists (
    select 1 from attempt t
    where t.message_id = ${messageId} and t.message_id = any(${ids}::uuid[]) and t.outcome in ('accepted', 'unknown')
  )`

const keyOf = (scopeId: string, personKey: string): string => `${scopeId} ${personKey}`

// The key of a person today: who was merged into another one counts as that one.
const todaysKeys = async (db: Db, asks: readonly PersonAsk[]): Promise<PersonAsk[]> => {
  const ids = [...new Set(asks.flatMap(ask => profileOfKey(ask.personKey) ?? []))]
  if (ids.length === 0) return [...asks]
  const merged = await mergedAmong(db, ids)
  return asks.map(ask => {
    const profileId = merged.get(profileOfKey(ask.personKey) ?? '')
    return profileId === undefined ? ask : { ...ask, personKey: personKeyOfProfile(profileId) }
  })
}

const sameKeys = (some: readonly PersonAsk[], others: readonly PersonAsk[]): boolean =>
  some.every((ask, index) => ask.personKey === others[index]?.personKey)

// A merge takes these locks too. One that was carried out while this waited for it shows by another key: then that is
// locked as well. Two who do this at once may wait in a circle, which the server ends and the caller repeats.
const lockedKeys = async (tx: Db, asks: readonly PersonAsk[]): Promise<PersonAsk[]> => {
  let keys = await todaysKeys(tx, asks)
  for (;;) {
    await lockPeople(tx, keys)
    const after = await todaysKeys(tx, keys)
    if (sameKeys(keys, after)) return keys
    keys = after
  }
}

// One lock for a person, however many limits; in the order of the hashes, so that two callers that share several people
// cannot wait for each other in a circle.
const lockPeople = async (tx: Db, asks: readonly PersonAsk[]): Promise<void> => {
  await tx.query(
    `select pg_advisory_xact_lock($1::int, h) from (
       select distinct hashtext(k) as h from unnest($2::text[]) as k order by 1
     ) s`,
    [LOCK_CLASS, asks.map(ask => ask.personKey)],
  )
}

// After locks a statement of its own: it sees what those committed who had them before.
const readUses = async (db: Db, asks: readonly PersonAsk[], now: Date): Promise<Uses> => {
  const asked = asks.flatMap(({ messageId, personKey, limits }) =>
    limits.map(limit => ({ messageId, personKey, scopeId: limit.scopeId, since: limit.since(now) })),
  )
  const { rows } = await db.query<{ scope_id: string; person_key: string; message_id: string; at: Date }>(
    `select u.scope_id, u.person_key, u.message_id, u.at
     from (
       select scope_id, person_key, min(since) as since, array_agg(message_id) as own
       from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::uuid[])
         as a (scope_id, person_key, since, message_id)
       group by 1, 2
     ) asked
     join recipient_use u on u.scope_id = asked.scope_id and u.person_key = asked.person_key
       and (u.at >= asked.since or u.message_id = any(asked.own))`,
    [
      asked.map(one => one.scopeId),
      asked.map(one => one.personKey),
      asked.map(one => one.since),
      asked.map(one => one.messageId),
    ],
  )
  const uses = new Map<string, PersonUse[]>()
  for (const row of rows) {
    const key = keyOf(row.scope_id, row.person_key)
    const use = { messageId: row.message_id, at: row.at }
    uses.get(key)?.push(use) ?? uses.set(key, [use])
  }
  return uses
}

const refusalOf = (ask: PersonAsk, uses: Uses, now: Date): PersonLimit | undefined =>
  ask.limits.find(limit => {
    const had = uses.get(keyOf(limit.scopeId, ask.personKey)) ?? []
    return isSpent(limit, { messageId: ask.messageId, uses: had, now })
  })

// What an ask takes is seen by those after it in the batch.
const take = (ask: PersonAsk, uses: Map<string, readonly PersonUse[]>, now: Date): NewUse[] => {
  const { messageId, personKey } = ask
  return [...new Set(ask.limits.map(limit => limit.scopeId))].flatMap(scopeId => {
    const key = keyOf(scopeId, personKey)
    const had = uses.get(key) ?? []
    if (had.some(use => use.messageId === messageId)) return []
    uses.set(key, [...had, { messageId, at: now }])
    return [{ scopeId, personKey, messageId }]
  })
}

// In the order of the asks; `uses` stays as it is.
const judge = (asks: readonly PersonAsk[], uses: Uses, now: Date): Judged => {
  const taken = new Map(uses)
  const refused = new Map<string, PersonLimit>()
  const fresh: NewUse[] = []
  for (const ask of asks) {
    const refusal = refusalOf(ask, taken, now)
    if (refusal === undefined) fresh.push(...take(ask, taken, now))
    else refused.set(ask.messageId, refusal)
  }
  return { refused, fresh }
}

// What a person cancelled between two tries has its use still. It is looked for only where somebody would be refused.
const withoutEnded = async (db: Db, uses: Uses): Promise<Uses> => {
  const ids = [...new Set([...uses.values()].flatMap(some => some.map(use => use.messageId)))]
  if (ids.length === 0) return uses
  const { rows } = await db.query<{ message_id: string }>(
    `select d.message_id from delivery d
     where d.message_id = any($1::uuid[]) and d.state in ('cancelled', 'excluded') and ${neverLeft('d.message_id')}`,
    [ids],
  )
  const ended = new Set(rows.map(row => row.message_id))
  return new Map([...uses].map(([key, some]) => [key, some.filter(use => !ended.has(use.messageId))]))
}

/**
 * Inside the caller's transaction (that of the mark). Says who may go, in the order of the asks, under all limits of
 * each; a message that has its use already (a retry) keeps it. Locks the people until the transaction ends, so that
 * concurrent callers never overshoot nor deadlock; call it once in a transaction, and `keepUses` with what goes.
 */
export const judgeUses = async (tx: Db, given: readonly PersonAsk[], now: Date): Promise<Judged> => {
  if (given.length === 0) return { refused: new Map(), fresh: [] }
  const asks = await lockedKeys(tx, given)
  const uses = await readUses(tx, asks, now)
  const judged = judge(asks, uses, now)
  return judged.refused.size === 0 ? judged : judge(asks, await withoutEnded(tx, uses), now)
}

/** Writes the uses of messages that go. */
export const keepUses = async (tx: Db, uses: readonly NewUse[], now: Date): Promise<void> => {
  if (uses.length === 0) return
  await tx.query(
    `insert into recipient_use (scope_id, person_key, message_id, at)
     select scope_id, person_key, message_id, $4
     from unnest($1::uuid[], $2::text[], $3::uuid[]) as a (scope_id, person_key, message_id)
     on conflict do nothing`,
    [uses.map(use => use.scopeId), uses.map(use => use.personKey), uses.map(use => use.messageId), now],
  )
}

/** A look without a lock: for each ask the limit that is spent already. Only the mark decides. */
export const lookAtUses = async (
  db: Db,
  given: readonly PersonAsk[],
  now: Date,
): Promise<readonly (PersonLimit | undefined)[]> => {
  if (given.length === 0) return []
  const asks = await todaysKeys(db, given)
  const uses = await readUses(db, asks, now)
  const refusals = (of: Uses) => asks.map(ask => refusalOf(ask, of, now))
  const found = refusals(uses)
  return found.every(one => one === undefined) ? found : refusals(await withoutEnded(db, uses))
}

/** Forgets uses that no window can reach any more: the longest is a year. */
export const forgetOldUses = async (db: Db, now: Date): Promise<void> => {
  await db.query('delete from recipient_use where at < $1', [new Date(now.getTime() - LONGEST_WINDOW_MS)])
}

/**
 * Gives back the uses of messages that ended without reaching their person. Of a message that was sent again while it
 * was unknown the use stays: an earlier hand-over may have arrived.
 */
export const giveBackUses = async (db: Db, asks: readonly PersonAsk[]): Promise<void> => {
  const uses = (await todaysKeys(db, asks)).flatMap(({ messageId, personKey, limits }) =>
    limits.map(({ scopeId }) => ({ scopeId, personKey, messageId })),
  )
  if (uses.length === 0) return
  await db.query(
    `delete from recipient_use u
     using unnest($1::uuid[], $2::text[], $3::uuid[]) as a (scope_id, person_key, message_id)
     where u.scope_id = a.scope_id and u.person_key = a.person_key and u.message_id = a.message_id
       and ${neverLeft('u.message_id', '$3')}`,
    [uses.map(use => use.scopeId), uses.map(use => use.personKey), uses.map(use => use.messageId)],
  )
}
