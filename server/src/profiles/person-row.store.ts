/** The row of a person and its identities, as every writer takes them: the person first, the identities after it. */
import type { Identity } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { Overtaken } from '../db/undisturbed.ts'
import type { Tree } from '../lib/tree.ts'
import { todaysId } from './known-as.store.ts'

/** A person who stays as it is until the end of the transaction. */
export interface LockedPerson {
  readonly id: string
  readonly attributes: Tree
}

const lockOnce = async (tx: Db, sandboxId: string, id: string): Promise<LockedPerson | undefined> => {
  const { rows } = await tx.query<LockedPerson>(
    `select id, attributes from profile where id = ${todaysId('$1::uuid')} and sandbox_id = $2 for update`,
    [id, sandboxId],
  )
  return rows[0]
}

/**
 * Locks a person, by its id or that of somebody who was merged into it. Every writer locks the person first and the
 * identities after it: the other way round two of them wait in a circle.
 */
export const lockPerson = async (tx: Db, sandboxId: string, id: string): Promise<LockedPerson | undefined> =>
  // Who was merged away while this waited is seen by a statement that begins afterwards.
  (await lockOnce(tx, sandboxId, id)) ?? lockOnce(tx, sandboxId, id)

/** Writes the attributes of a locked person. */
export const writeAttributes = async (
  tx: Db,
  at: { readonly id: string; readonly now: Date },
  attributes: Tree,
): Promise<void> => {
  await tx.query('update profile set attributes = $2, modified_at = $3 where id = $1', [
    at.id,
    attributes,
    at.now,
  ])
}

type IdentityColumns = [namespaces: string[], values: string[]]

const columnsOf = (identities: readonly Identity[]): IdentityColumns => [
  identities.map(one => one.namespace),
  identities.map(one => one.value),
]

/** Who has the identities: one entry for each that somebody has. */
export const ownersOf = async (
  tx: Db,
  sandboxId: string,
  identities: readonly Identity[],
): Promise<string[]> => {
  const { rows } = await tx.query<{ profile_id: string }>(
    `select i.profile_id from unnest($2::text[], $3::text[]) as asked (namespace, value)
     join identity i on i.sandbox_id = $1 and i.namespace = asked.namespace and i.value = asked.value`,
    [sandboxId, ...columnsOf(identities)],
  )
  return rows.map(row => row.profile_id)
}

/** Gives the identities to the profile; answers who has them now, which is another one when it came first. */
export const claimIdentities = async (
  tx: Db,
  at: { readonly sandboxId: string; readonly profileId: string },
  identities: readonly Identity[],
): Promise<Set<string>> => {
  await tx.query(
    `insert into identity (sandbox_id, namespace, value, profile_id)
     select $1, namespace, value, $2 from unnest($3::text[], $4::text[]) as asked (namespace, value) on conflict do nothing`,
    [at.sandboxId, at.profileId, ...columnsOf(identities)],
  )
  const owners = await ownersOf(tx, at.sandboxId, identities)
  // Its owner was there at the insert and is gone now.
  if (owners.length < identities.length) throw new Overtaken()
  return new Set(owners)
}

/** Takes away the identities that do not stay. The ledger still finds the person by them. */
export const dropIdentities = async (tx: Db, id: string, staying: readonly Identity[]): Promise<void> => {
  await tx.query(
    `with gone as (
       delete from identity where profile_id = $1
         and (namespace, value) not in (select * from unnest($2::text[], $3::text[])) returning namespace, value
     )
     insert into former_identity (profile_id, namespace, value) select $1, namespace, value from gone
     on conflict do nothing`,
    [id, ...columnsOf(staying)],
  )
}
