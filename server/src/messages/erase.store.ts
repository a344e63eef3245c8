/**
 * The messages of a person in the ledger: found by identity through the index, or by a walk through all; and made
 * anonymous. Rows stay, with their states, times, reasons and codes, so that every sum stays what it was.
 */
import type { Db } from '../db/pool.ts'
import { namesNobody, namesPerson, type PersonInLedger } from './person-messages.store.ts'
import type { PersonKey } from './read.store.ts'

/** Whose messages. Addresses are in lower case; only messages with a lower id than `before` are meant. */
export interface MessageOwner extends PersonInLedger {
  readonly sandboxId: string
  readonly addresses: readonly string[]
  readonly before: string
}

/** A message of the person. `busy`: it is at a provider, or an answer may still come; it is to be let be for now. */
export interface OwnMessage {
  readonly id: string
  readonly recipient: Readonly<Record<string, unknown>>
  readonly busy: boolean
}

// A worker that was given up may still bring the provider's answer, which is then written.
const BUSY = `(d.state = 'handing_over' or (d.state = 'unknown' and d.reason = 'worker_lost' and d.changed_at > $1))`

/** Until when answers of workers that were given up may come. */
const ANSWER_MS = 600_000
const answersSince = (now: Date): Date => new Date(now.getTime() - ANSWER_MS)

/** The same expressions as the index of messages by person. */
const IS_PERSON = `hashtextextended(lower(m.recipient ->> 'namespace') || ' ' || (m.recipient ->> 'userId'), 0)
      = hashtextextended(p.namespace || ' ' || p.value, 0)
    and lower(m.recipient ->> 'namespace') = p.namespace and m.recipient ->> 'userId' = p.value`
const isOwn = (ids: string): string =>
  `(${namesPerson('m.recipient', ids)} or not p.former and ${namesNobody('m.recipient')})`

// $1 busy since, $2 and $3 identities and $6 which are former, $4 sandbox, $5 before, $7 the person's ids. One identity at
// a time: the index gives each one's messages by id, so that a step reads no more than it takes.
const byIdentity = (state: string, limit: string): string => `
  select found.id from unnest($2::text[], $3::text[], $6::boolean[]) as p (namespace, value, former)
  cross join lateral (
    select m.id from message m join delivery d on d.message_id = m.id
    where ${IS_PERSON} and m.id < $5 and d.sandbox_id = $4 and not (m.recipient ? 'erased')
      and ${isOwn('$7')} and ${state}
    order by m.id limit ${limit}
  ) found order by found.id limit ${limit}`

const identityValues = (owner: MessageOwner, now: Date): unknown[] => {
  const keys = [...owner.identities, ...owner.former]
  return [
    answersSince(now),
    keys.map(one => one.namespace),
    keys.map(one => one.value),
    ...[owner.sandboxId, owner.before],
    keys.map((_, index) => index >= owner.identities.length),
    owner.profileIds,
  ]
}

/** The next messages under the person's identities that are free; what is anonymous already is not found any more. */
export const freeByIdentity = async (
  db: Db,
  owner: MessageOwner,
  at: { readonly now: Date; readonly limit: number },
): Promise<string[]> => {
  const { rows } = await db.query<{ id: string }>(byIdentity(`not ${BUSY}`, '$8'), [
    ...identityValues(owner, at.now),
    at.limit,
  ])
  return rows.map(row => row.id)
}

/** Whether any message under the person's identities is busy. */
export const isBusyByIdentity = async (db: Db, owner: MessageOwner, now: Date): Promise<boolean> => {
  const { rowCount } = await db.query(byIdentity(BUSY, '1'), identityValues(owner, now))
  return rowCount === 1
}

/** The next messages of a person under one of the identities, today's or former ones, by id. */
export const idsByIdentity = async (
  db: Db,
  owner: MessageOwner,
  from: { readonly identity: PersonKey; readonly after: string; readonly limit: number },
): Promise<string[]> => {
  const { rows } = await db.query<{ id: string }>(
    `select m.id from (select $1::text as namespace, $2::text as value, $6::boolean as former) p
     join message m on ${IS_PERSON} join delivery d on d.message_id = m.id
     where d.sandbox_id = $3 and m.id > $4 and ${isOwn('$7')} order by m.id limit $5`,
    [
      ...[from.identity.namespace, from.identity.value, owner.sandboxId, from.after, from.limit],
      ...[owner.former.includes(from.identity), owner.profileIds],
    ],
  )
  return rows.map(row => row.id)
}

/** Where the words of a recipient are that say to which address it went, as the plan looks for them. */
const ADDRESSES = `array[
    lower(btrim(w.recipient -> 'channelData' ->> 'emailAddress')),
    lower(btrim(w.recipient -> 'profile' -> 'personalEmail' ->> 'address')),
    lower(btrim(w.recipient -> 'profile' -> 'workEmail' ->> 'address')),
    lower(btrim(w.recipient ->> 'userId'))
  ]`

/** A stretch of the ledger: the person's messages in it, and the last id that was looked at (null: the end). */
export interface Stretch {
  readonly last: string | null
  readonly own: readonly string[]
}

/**
 * Walks on through the ledger: finds messages of the profile under any identity, and those of no profile that went to one
 * of the addresses. What went to the same address for another profile is that person's.
 */
export const walkLedger = async (
  db: Db,
  owner: MessageOwner,
  from: { readonly after: string; readonly limit: number },
): Promise<Stretch> => {
  const { rows } = await db.query<{ last: string | null; own: string[] }>(
    `with w as materialized (
       select m.id, m.recipient from message m where m.id > $1 and m.id < $2 order by m.id limit $3
     )
     select (select w.id from w order by w.id desc limit 1) as last,
       array(
         select w.id from w join delivery d on d.message_id = w.id
         where d.sandbox_id = $6 and not (w.recipient ? 'erased') and (
           ${namesPerson('w.recipient', '$4')}
           or (${ADDRESSES} && $5::text[] and ${namesNobody('w.recipient')}))
         order by w.id
       ) as own`,
    [from.after, owner.before, from.limit, owner.profileIds, owner.addresses, owner.sandboxId],
  )
  return { last: rows[0]?.last ?? null, own: rows[0]?.own ?? [] }
}

/** Messages by id, locked. */
export const lockOwn = async (tx: Db, ids: readonly string[], now: Date): Promise<OwnMessage[]> => {
  const { rows } = await tx.query<OwnMessage>(
    `select m.id, m.recipient, ${BUSY} as busy from message m join delivery d on d.message_id = m.id
     where m.id = any($2::uuid[]) order by m.id for update of d`,
    [answersSince(now), ids],
  )
  return rows
}

/** When, who, and in which row of the sums. */
export interface EraseMoment {
  readonly now: Date
  readonly hour: Date
  readonly shard: number
  readonly by: string
}

/** Ends what was not handed over, also what a worker has in preparation: it gets no permit any more. Answers how many. */
export const cancelOwn = async (tx: Db, ids: readonly string[], at: EraseMoment): Promise<number> => {
  const { rows } = await tx.query<{ n: number }>(
    `with moved as (
       update delivery d set state = 'cancelled', reason = 'profile_erased', changed_at = $2,
         worker_id = null, worker_epoch = null
       where d.message_id = any($1::uuid[]) and d.state in ('ready', 'held', 'claimed')
       returning d.message_id, d.generation, d.execution_id
     ), events as (
       insert into message_event (message_id, at, kind, generation, state, reason, detail, actor)
       select message_id, $2, 'cancelled', generation, 'cancelled', 'profile_erased', '', $5 from moved
     ), sums as (
       insert into tally (scope, hour, state, reason, shard, n)
       select scope, $3, 'cancelled', 'profile_erased', $4, count(*)
       from moved join execution e on e.id = moved.execution_id,
         unnest(array[e.campaign_version_id, case when e.kind = 'audience' then e.id end]) as scope
       where scope is not null group by scope order by 1
       on conflict (scope, hour, state, reason, shard) do update set n = tally.n + excluded.n
     )
     select count(*)::int as n from moved`,
    [ids, at.now, at.hour, at.shard, at.by],
  )
  return rows[0]?.n ?? 0
}

/** How many rows of each table were changed. */
export interface Anonymised {
  readonly message: number
  readonly attempt: number
  readonly message_event: number
  readonly inbox: number
  readonly bounce_event: number
  readonly feedback_event: number
  readonly interaction: number
  readonly mirror_page: number
}

const NOTHING: Anonymised = {
  ...{ message: 0, attempt: 0, message_event: 0, inbox: 0, bounce_event: 0, feedback_event: 0 },
  ...{ interaction: 0, mirror_page: 0 },
}

/**
 * Takes the person out of messages, and out of all that hangs on them: recipient, context, the provider's words (which
 * name the address, or its owner), details, mails in the inbox. That a person or the policy re-drove it stays.
 * What was done with the messages is `nobody`'s.
 */
export const anonymise = async (tx: Db, ids: readonly string[], nobody: string): Promise<Anonymised> => {
  const { rows } = await tx.query<Anonymised>(
    `with m as (
       update message set context = '{}', recipient = jsonb_build_object('type', recipient -> 'type',
         'userId', 'erased', 'namespace', 'erased', 'erased', true)
       where id = any($1::uuid[]) returning 1
     ), a as (
       update attempt set answer = '', metadata = null
       where message_id = any($1::uuid[]) and (answer <> '' or metadata is not null) returning 1
     ), e as (
       update message_event set detail = '' where message_id = any($1::uuid[]) and detail <> '' and kind <> 'redriven'
       returning 1
     ), i as (
       delete from inbox where message_id = any($1::uuid[]) returning 1
     ), b as (
       delete from bounce_event where message_id = any($1::uuid[]) returning 1
     ), s as (
       delete from short_link where message_id = any($1::uuid[]) returning 1
     ), f as (
       update feedback_event set answer = '', remote = ''
       where message_id = any($1::uuid[]) and (answer <> '' or remote <> '') returning 1
     ), d as (
       update interaction set profile_id = $2
       where message_id = any($1::uuid[]) and profile_id is not null and profile_id <> $2 returning 1
     ), p as (
       delete from mirror_page where message_id = any($1::uuid[]) returning 1
     )
     select (select count(*)::int from m) as message, (select count(*)::int from a) as attempt,
       (select count(*)::int from e) as message_event, (select count(*)::int from i) as inbox,
       (select count(*)::int from b) as bounce_event, (select count(*)::int from f) as feedback_event,
       (select count(*)::int from d) as interaction, (select count(*)::int from p) as mirror_page`,
    [ids, nobody],
  )
  return rows[0] ?? NOTHING
}

/**
 * Takes the person out of what the calls left. A key that names the person goes: a repeat of that call is a new one. The
 * digest of a call for this person alone is emptied: a repeat is refused as another call under the key.
 */
export const anonymiseCalls = async (
  tx: Db,
  ids: readonly string[],
  values: readonly string[],
): Promise<{ readonly execution: number; readonly trigger_key: number }> => {
  const { rows } = await tx.query<{ execution: number; trigger_key: number }>(
    `with calls as materialized (
       select e.id, e.sandbox_id, e.request_id, e.kind <> 'audience' and e.recipient_count = 1 as alone,
         exists (select from unnest($2::text[]) v where position(lower(v) in lower(e.request_id)) > 0) as naming
       from execution e where e.id in (select m.execution_id from message m where m.id = any($1::uuid[]))
         and e.request_id is not null
     ), renamed as (
       update execution e set request_id = null from calls c where e.id = c.id and c.naming returning 1
     ), gone as (
       delete from trigger_key k using calls c
       where k.sandbox_id = c.sandbox_id and k.request_id = c.request_id and k.execution_id = c.id and c.naming
       returning 1
     ), emptied as (
       update trigger_key k set body_hash = '' from calls c
       where k.sandbox_id = c.sandbox_id and k.request_id = c.request_id and k.execution_id = c.id
         and c.alone and not c.naming and k.body_hash <> '' returning 1
     )
     select (select count(*)::int from renamed) as execution,
       (select count(*)::int from gone) + (select count(*)::int from emptied) as trigger_key`,
    [ids, values],
  )
  return rows[0] ?? { execution: 0, trigger_key: 0 }
}
