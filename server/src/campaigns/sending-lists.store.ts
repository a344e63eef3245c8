/** Seed lists and transport groups: small named lists that channel configurations use. */
import {
  channelOfTransport,
  isSandboxTransport,
  type SeedList,
  type SeedListWrite,
  type TransportGroup,
  type TransportGroupWrite,
  type TransportKind,
} from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { refuseKnown } from './known-refusals.ts'

interface SeedRow {
  readonly id: string
  readonly name: string
  readonly addresses: string[]
  readonly profile: Record<string, unknown>
  readonly context: Record<string, unknown>
  readonly created_at: Date
  readonly modified_at: Date
}

const toSeedList = ({ created_at, modified_at, ...row }: SeedRow): SeedList => ({
  ...row,
  createdAt: created_at.toISOString(),
  modifiedAt: modified_at.toISOString(),
})

/** The seed lists of a sandbox, by name. */
export const listSeedLists = async (db: Db, sandboxId: string): Promise<SeedList[]> => {
  const { rows } = await db.query<SeedRow>(
    `select id, name, addresses, profile, context, created_at, modified_at from seed_list
     where sandbox_id = $1 order by name`,
    [sandboxId],
  )
  return rows.map(toSeedList)
}

/** A row to write, with its moment. */
export interface NamedChange<T> {
  readonly id: string
  readonly sandboxId: string
  readonly now: Date
  readonly write: T
}

const IN_USE = 'A channel configuration uses it.'

/** Writes a seed list: a new one, or over the one of this id. */
export const putSeedList = async (db: Db, change: NamedChange<SeedListWrite>): Promise<void> => {
  const { id, sandboxId, now, write } = change
  await db
    .query(
      `insert into seed_list (id, sandbox_id, name, addresses, profile, context, created_at, modified_at)
       values ($1, $2, $3, $4, $5, $6, $7, $7)
       on conflict (id) do update set name = $3, addresses = $4, profile = $5, context = $6, modified_at = $7
       where seed_list.sandbox_id = $2`,
      [id, sandboxId, write.name, write.addresses, write.profile ?? {}, write.context ?? {}, now],
    )
    .catch((error: unknown) => refuseKnown(error, { inUse: IN_USE }))
}

/** Removes a seed list that no configuration uses. False: there is none of that id. */
export const deleteSeedList = async (db: Db, sandboxId: string, id: string): Promise<boolean> => {
  const { rowCount } = await db
    .query('delete from seed_list where id = $1 and sandbox_id = $2', [id, sandboxId])
    .catch((error: unknown) => refuseKnown(error, { inUse: IN_USE }))
  return rowCount === 1
}

/** The transport groups of a sandbox, by name. */
export const listTransportGroups = async (db: Db, sandboxId: string): Promise<TransportGroup[]> => {
  const { rows } = await db.query<{ id: string; name: string; transport_ids: string[] }>(
    'select id, name, transport_ids from transport_group where sandbox_id = $1 order by name',
    [sandboxId],
  )
  return rows.map(row => ({ id: row.id, name: row.name, transportIds: row.transport_ids }))
}

/** Keeps everybody from using or changing a group until the transaction ends. */
export const lockTransportGroup = async (tx: Db, id: string): Promise<void> => {
  await tx.query('select from transport_group where id = $1 for update', [id])
}

/** Writes a group, in a transaction: a new one, or over the one of this id. Refused while a member is not there. */
export const putTransportGroup = async (tx: Db, change: NamedChange<TransportGroupWrite>): Promise<void> => {
  const { id, sandboxId, now, write } = change
  // A list of ids has no foreign key: nobody may remove them until this commits.
  const { rows } = await tx.query<{ kind: TransportKind }>(
    'select kind from transport where sandbox_id = $1 and id = any($2::uuid[]) order by id for key share',
    [sandboxId, write.transportIds],
  )
  if (rows.length !== write.transportIds.length)
    throw new Fault('payload_invalid', {
      problems: [{ pointer: '/transportIds', message: 'names a transport that is not there' }],
    })
  if (new Set(rows.map(row => channelOfTransport(row.kind))).size > 1)
    throw new Fault('payload_invalid', {
      problems: [{ pointer: '/transportIds', message: 'would mix transports of different channels' }],
    })
  if (new Set(rows.map(row => isSandboxTransport(row.kind))).size > 1)
    throw new Fault('payload_invalid', {
      problems: [{ pointer: '/transportIds', message: 'would mix the Inbox with a real provider' }],
    })
  await tx
    .query(
      `insert into transport_group (id, sandbox_id, name, transport_ids, created_at, modified_at)
         values ($1, $2, $3, $4, $5, $5)
         on conflict (id) do update set name = $3, transport_ids = $4, modified_at = $5
         where transport_group.sandbox_id = $2`,
      [id, sandboxId, write.name, write.transportIds, now],
    )
    .catch((error: unknown) => refuseKnown(error, { inUse: IN_USE }))
}

/** Removes a group that no configuration uses. False: there is none of that id. */
export const deleteTransportGroup = async (db: Db, sandboxId: string, id: string): Promise<boolean> => {
  const { rowCount } = await db
    .query('delete from transport_group where id = $1 and sandbox_id = $2', [id, sandboxId])
    .catch((error: unknown) => refuseKnown(error, { inUse: IN_USE }))
  return rowCount === 1
}
