/** Many people at once in the database: each step is one statement for all of them. */
import type { Identity, ProfileOutcome } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { Overtaken } from '../db/undisturbed.ts'
import { type BatchPlan, type BatchRules, type CheckedWrite, keyOf, planBatch } from './batch.ts'
import { insertConsentEvents } from './consent-event.store.ts'
import { consentTrail, type TrailWriter } from './consent-trail.ts'
import { carryOut, erasingAmong, lockSides } from './merge.store.ts'
import type { MergeSide } from './merge.ts'
import { policyOf } from './merge-owners.ts'
import { readMergeRule } from './merge-rule.store.ts'

/** Who writes a batch, where, when and how. */
export interface BatchActor extends Omit<BatchRules, 'merge'>, TrailWriter {}

const ownersOf = async (
  tx: Db,
  sandboxId: string,
  identities: readonly Identity[],
): Promise<Map<string, string>> => {
  const { rows } = await tx.query<Identity & { readonly profile_id: string }>({
    name: 'batch-owners',
    text: `select i.namespace, i.value, i.profile_id from unnest($2::text[], $3::text[]) as asked (namespace, value)
     join identity i on i.sandbox_id = $1 and i.namespace = asked.namespace and i.value = asked.value`,
    values: [sandboxId, identities.map(one => one.namespace), identities.map(one => one.value)],
  })
  return new Map(rows.map(row => [keyOf(row), row.profile_id]))
}

// In the order of the ids, so that two batches never wait for each other in a circle.
const lockPeople = async (
  tx: Db,
  sandboxId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MergeSide>> => {
  if (ids.length === 0) return new Map()
  const people = await lockSides(tx, sandboxId, ids)
  if (people.size < ids.length) throw new Overtaken()
  return people
}

const insertPeople = async (tx: Db, people: BatchPlan['created'], actor: BatchActor): Promise<void> => {
  if (people.size === 0) return
  await tx.query({
    name: 'batch-insert',
    text: `insert into profile (id, sandbox_id, attributes, created_at, modified_at)
     select id, $1, attributes, $2, $2 from unnest($3::uuid[], $4::jsonb[]) as given (id, attributes)`,
    values: [
      actor.sandboxId,
      actor.now,
      [...people.keys()],
      [...people.values()].map(tree => JSON.stringify(tree)),
    ],
  })
}

const updatePeople = async (tx: Db, people: BatchPlan['changed'], now: Date): Promise<void> => {
  if (people.size === 0) return
  await tx.query({
    name: 'batch-update',
    text: `update profile p set attributes = given.attributes, modified_at = $1
     from unnest($2::uuid[], $3::jsonb[]) as given (id, attributes) where p.id = given.id`,
    values: [now, [...people.keys()], [...people.values()].map(tree => JSON.stringify(tree))],
  })
}

const claim = async (tx: Db, sandboxId: string, claims: BatchPlan['claims']): Promise<void> => {
  if (claims.length === 0) return
  const sorted = claims.map(one => ({ ...one, key: keyOf(one) })).sort((a, b) => (a.key < b.key ? -1 : 1))
  await tx.query({
    name: 'batch-claim',
    text: `insert into identity (sandbox_id, namespace, value, profile_id)
     select $1, namespace, value, profile_id from unnest($2::text[], $3::text[], $4::uuid[]) as asked (namespace, value, profile_id)
     on conflict do nothing`,
    values: [
      sandboxId,
      sorted.map(one => one.namespace),
      sorted.map(one => one.value),
      sorted.map(one => one.profileId),
    ],
  })
}

const distinct = (writes: readonly CheckedWrite[]): Identity[] => [
  ...new Map(
    writes.flatMap(one => (one.kind === 'write' ? one.identities.map(it => [keyOf(it), it] as const) : [])),
  ).values(),
]

/**
 * Makes or merges people, each write as `upsertProfile` would in the order given, within the caller's transaction.
 * Throws `Overtaken` when another writer was in between: the caller begins anew (`untilUndisturbed`).
 */
export const upsertPeople = async (
  tx: Db,
  actor: BatchActor,
  writes: readonly CheckedWrite[],
): Promise<readonly ProfileOutcome[]> => {
  const { sandboxId, now, by } = actor
  const rule = await readMergeRule(tx, sandboxId)
  const merge = rule.onConflict === 'merge' ? await policyOf(tx, sandboxId, rule) : null
  const identities = distinct(writes)
  const before = await ownersOf(tx, sandboxId, identities)
  const people = await lockPeople(tx, sandboxId, [...new Set(before.values())])
  const erasing = merge === null ? new Set<string>() : await erasingAmong(tx, sandboxId, [...people.keys()])
  const plan = planBatch(writes, { owners: before, people, erasing }, { ...actor, merge })
  await insertPeople(tx, plan.created, actor)
  await carryOut(tx, { sandboxId, now, by }, plan.merges)
  await updatePeople(tx, plan.changed, now)
  await insertConsentEvents(
    tx,
    plan.changes.flatMap(one => consentTrail(actor, one.id, one)),
  )
  await claim(tx, sandboxId, plan.claims)
  const after = await ownersOf(tx, sandboxId, identities)
  // The people are locked now: what is read here stays so until the commit.
  if (identities.some(one => after.get(keyOf(one)) !== plan.owners.get(keyOf(one)))) throw new Overtaken()
  return plan.outcomes
}
