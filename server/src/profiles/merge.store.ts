/**
 * Merging in the database: all that hangs on one person goes to another, and the one is gone. This is the one place that
 * knows every table with people in it; `merge.store.test.ts` fails when there is one more.
 */
import type { Identity } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import type { MergeSide } from './merge.ts'

/** People of the sandbox, locked in the order of their ids, so that two merges never wait for each other in a circle. */
export const lockSides = async (
  tx: Db,
  sandboxId: string,
  ids: readonly string[],
): Promise<Map<string, MergeSide>> => {
  const { rows } = await tx.query<Omit<MergeSide, 'identities'>>(
    `select id, attributes, modified_at as "modifiedAt" from profile
     where id = any($1::uuid[]) and sandbox_id = $2 order by id for update`,
    [ids, sandboxId],
  )
  // After the locks a statement of its own: nobody gives or takes their identities any more.
  const identities = await tx.query<Identity & { readonly profile_id: string }>(
    'select profile_id, namespace, value from identity where profile_id = any($1::uuid[])',
    [rows.map(row => row.id)],
  )
  const byOwner = new Map<string, Identity[]>(rows.map(row => [row.id, []]))
  for (const { profile_id, namespace, value } of identities.rows)
    byOwner.get(profile_id)?.push({ namespace, value })
  return new Map(rows.map(row => [row.id, { ...row, identities: byOwner.get(row.id) ?? [] }]))
}

/** The ids under which people are kept today, in the order asked. */
export const todaysIds = async (db: Db, sandboxId: string, ids: readonly string[]): Promise<string[]> => {
  const { rows } = await db.query<{ id: string }>(
    `select p.id from unnest($2::uuid[]) with ordinality as asked (id, n)
     left join merged_profile gone on gone.id = asked.id
     join profile p on p.id = coalesce(gone.profile_id, asked.id) and p.sandbox_id = $1 order by asked.n`,
    [sandboxId, ids],
  )
  return rows.map(row => row.id)
}

/** Those among people of the sandbox, locked by the caller, whose erasure has begun: they become nobody else. */
export const erasingAmong = async (
  tx: Db,
  sandboxId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> => {
  const { rows } = await tx.query<{ id: string }>({
    name: 'erasing-among',
    text: `select asked.id from unnest($2::uuid[]) as asked (id)
     join erasure e on e.sandbox_id = $1 and e.state = 'running' and e.subject_key = 'profile:' || asked.id`,
    values: [sandboxId, ids],
  })
  return new Set(rows.map(row => row.id))
}

/** One person who becomes another; `preferred` is the one whose values win. */
export interface Merge {
  readonly into: string
  readonly from: string
  readonly preferred: string
}

/** Where, when and in whose name people are merged. */
export interface MergeActor {
  readonly sandboxId: string
  readonly by: string
  readonly now: Date
}

// The class of the advisory locks under which limits per person are reserved (delivery/person-limits.store.ts).
const LIMIT_LOCKS = 7203

const lockLimits = async (tx: Db, ids: readonly string[]): Promise<void> => {
  await tx.query(
    `select pg_advisory_xact_lock($1::int, h) from (
       select distinct hashtext('profile:' || id) as h from unnest($2::uuid[]) as id order by 1
     ) s`,
    [LIMIT_LOCKS, ids],
  )
}

// $1 into, $2 from. In both, a refusal of a topic wins over a yes, and a yes over one that was not confirmed.
const MOVES: readonly string[] = [
  'update identity set profile_id = $1 where profile_id = $2',
  `insert into former_identity (profile_id, namespace, value)
     select $1, f.namespace, f.value from former_identity f where f.profile_id = $2 on conflict do nothing`,
  'update person_event set profile_id = $1 where profile_id = $2',
  'update interaction set profile_id = $1 where profile_id = $2',
  'update sms_contact set profile_id = $1 where profile_id = $2',
  'update sms_inbound set profile_id = $1 where profile_id = $2',
  `insert into topic_subscription as kept (profile_id, topic_id, value, event_id, modified_at)
     select $1, topic_id, value, event_id, modified_at from topic_subscription where profile_id = $2
     on conflict (profile_id, topic_id) do update
       set value = excluded.value, event_id = excluded.event_id, modified_at = excluded.modified_at
       where array_position(array['n', 'y', 'p'], excluded.value) < array_position(array['n', 'y', 'p'], kept.value)`,
  'update merged_profile set profile_id = $1 where profile_id = $2',
]

const moveMemberships = async (tx: Db, { into, from, preferred }: Merge): Promise<void> => {
  const [first, last] = preferred === into ? ['excluded', 'kept'] : ['kept', 'excluded']
  await tx.query(
    `insert into audience_member as kept (audience_id, profile_id, extra)
     select audience_id, $1, extra from audience_member where profile_id = $2 order by audience_id
     on conflict (audience_id, profile_id) do update set extra = ${first}.extra || ${last}.extra`,
    [into, from],
  )
}

// Scopes are the campaigns and the rules of the sandbox: with each the index finds the person's uses.
const moveUses = async (tx: Db, sandboxId: string, { into, from }: Merge): Promise<void> => {
  await tx.query(
    `with scope as (
       select id from campaign where sandbox_id = $1
       union select (rule ->> 'id')::uuid from rule_set, jsonb_array_elements(rules) rule where sandbox_id = $1
     ), moved as (
       delete from recipient_use u using scope
       where u.scope_id = scope.id and u.person_key = 'profile:' || $3::uuid returning u.scope_id, u.message_id, u.at
     )
     insert into recipient_use (scope_id, person_key, message_id, at)
     select scope_id, 'profile:' || $2::uuid, message_id, at from moved on conflict do nothing`,
    [sandboxId, into, from],
  )
}

/**
 * Carries the merges out, one after another, within the caller's transaction, which has locked all these people. The
 * attributes are the caller's to write. What the ledger, evidence and links say of who is gone stays as it was written:
 * `merged_profile` leads from there to who it is now.
 */
export const carryOut = async (tx: Db, actor: MergeActor, merges: readonly Merge[]): Promise<void> => {
  if (merges.length === 0) return
  await lockLimits(
    tx,
    merges.flatMap(one => [one.into, one.from]),
  )
  for (const merge of merges) {
    const { into, from } = merge
    for (const text of MOVES) await tx.query(text, [into, from])
    await moveMemberships(tx, merge)
    await moveUses(tx, actor.sandboxId, merge)
    await tx.query('delete from profile where id = $1', [from])
    await tx.query(
      'insert into merged_profile (id, sandbox_id, profile_id, merged_at, merged_by) values ($1, $2, $3, $4, $5)',
      [from, actor.sandboxId, into, actor.now, actor.by],
    )
  }
}
