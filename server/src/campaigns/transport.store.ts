/** Transports. Secrets are sealed on the way in, each by itself, and never read back by the API. */
import {
  isOwnOfSandbox,
  isSandboxTransport,
  OWN_KINDS,
  PROVIDER_KINDS,
  type ProviderKind,
  providerOf,
  type SettingsByProvider,
  secretsOf,
  type Transport,
  type TransportKind,
  type TransportWrite,
} from '@carillon/contract'
import type pg from 'pg'
import { type Db, transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { unseal } from '../lib/seal.ts'
import { refuseKnown } from './known-refusals.ts'
import { type StoredTransport, splitSecrets, storedSecretsOf, withSecrets } from './transport-secrets.ts'

interface TransportDbRow {
  readonly id: string
  readonly name: string
  readonly kind: TransportKind
  readonly settings: StoredTransport
}

/** A transport as the engine opens it: with its secrets. The settings are those of its kind; a stand-in has none. */
export interface TransportRow extends Partial<SettingsByProvider> {
  readonly id: string
  readonly kind: TransportKind
  readonly sandboxName: string
}

/** With the id of its sandbox. */
export type StoredTransportRow = TransportRow & { readonly sandboxId: string }

const isReal = (kind: TransportKind): kind is ProviderKind => !isSandboxTransport(kind)

const withoutSecrets = ({ id, name, kind, settings }: TransportDbRow): Transport => {
  const { sealedPassword: _password, sealedSecrets: _secrets, ...rest } = settings
  const shown = PROVIDER_KINDS.map(one => [one, one === kind ? rest : null])
  const storedSecrets = storedSecretsOf(settings, secretsOf(providerOf(kind)))
  return { id, name, kind, storedSecrets, ...Object.fromEntries(shown) } as Transport
}

const kindOf = ({ kind = 'smtp' }: TransportWrite): TransportKind => kind

const settingsOf = (write: TransportWrite): Readonly<Record<string, unknown>> => {
  const kind = kindOf(write)
  return isReal(kind) ? ((write[kind] ?? {}) as Record<string, unknown>) : {}
}

/** All transports of a sandbox, by name. */
export const listTransports = async (db: Db, sandboxId: string): Promise<Transport[]> => {
  const { rows } = await db.query<TransportDbRow>(
    'select id, name, kind, settings from transport where sandbox_id = $1 order by name',
    [sandboxId],
  )
  return rows.map(withoutSecrets)
}

/** One transport of a sandbox. */
export const findTransport = async (db: Db, sandboxId: string, id: string): Promise<Transport | undefined> =>
  (await listTransports(db, sandboxId)).find(transport => transport.id === id)

/** One transport of a sandbox, which stays as it is until the transaction ends. */
export const lockTransport = async (
  tx: Db,
  sandboxId: string,
  id: string,
): Promise<Transport | undefined> => {
  await tx.query('select from transport where sandbox_id = $1 and id = $2 for no key update', [sandboxId, id])
  return findTransport(tx, sandboxId, id)
}

/** What is written, by whom it is sealed. */
export interface TransportChange {
  readonly id: string
  readonly sandboxId: string
  readonly write: TransportWrite
  readonly secret: string
  readonly now: Date
}

/** Makes a transport. */
export const insertTransport = async (db: Db, change: TransportChange): Promise<void> => {
  const { id, sandboxId, write, secret, now } = change
  const { rest, sealed } = splitSecrets(settingsOf(write), secretsOf(providerOf(kindOf(write))), secret)
  const settings = Object.keys(sealed).length === 0 ? rest : { ...rest, sealedSecrets: sealed }
  await db
    .query(
      `insert into transport (id, sandbox_id, name, kind, settings, created_at, modified_at)
       values ($1, $2, $3, $4, $5, $6, $6)`,
      [id, sandboxId, write.name, kindOf(write), settings, now],
    )
    .catch((error: unknown) => refuseKnown(error, { inUse: '' }))
}

/** Replaces a transport's settings; a secret that is left out stays. False: there is none of that id and kind. */
export const replaceTransport = async (db: Db, change: TransportChange): Promise<boolean> => {
  const { id, sandboxId, write, secret, now } = change
  const names = secretsOf(providerOf(kindOf(write)))
  const { rest, sealed, kept } = splitSecrets(settingsOf(write), names, secret)
  const keepsFirst = kept.includes(names[0] ?? '')
  const result = await db
    .query(
      // `sealedPassword`: the form of an earlier release, for the first secret of a kind.
      `update transport set name = $3, modified_at = $5,
         settings = $4::jsonb
           || case when $6 and settings ? 'sealedPassword'
                then jsonb_build_object('sealedPassword', settings -> 'sealedPassword') else '{}' end
           || jsonb_build_object('sealedSecrets', coalesce(
                (select jsonb_object_agg(k.key, k.value)
                 from jsonb_each(coalesce(settings -> 'sealedSecrets', '{}')) k where k.key = any($8::text[])), '{}') || $9::jsonb)
       where id = $1 and sandbox_id = $2 and kind = $7`,
      [id, sandboxId, write.name, rest, now, keepsFirst, kindOf(write), kept, sealed],
    )
    .catch((error: unknown) => refuseKnown(error, { inUse: '' }))
  return result.rowCount === 1
}

const IN_USE = 'A channel configuration or a transport group uses this transport.'
const LAST_OWN = 'The last Inbox transport of a channel stays: samples and tests need it.'

/**
 * Removes a transport that nothing uses, neither as a first choice nor as a fallback nor in a group. Refused for the last one
 * of a kind that a sandbox begins with. False: there is none of that id.
 */
export const deleteTransport = async (pool: pg.Pool, sandboxId: string, id: string): Promise<boolean> =>
  transaction(pool, async tx => {
    // Waits for a configuration that is being written with it (see `keepTransports`), and makes later ones wait. Two removals
    // of the last two Inbox transports wait for each other.
    const { rows } = await tx.query<{ readonly id: string; readonly kind: TransportKind }>(
      'select id, kind from transport where sandbox_id = $2 and (id = $1 or kind = any($3)) order by id for update',
      [id, sandboxId, OWN_KINDS],
    )
    const found = rows.find(row => row.id === id)
    if (found === undefined) return false
    const isLast = rows.filter(row => row.kind === found.kind).length === 1
    if (isOwnOfSandbox(found.kind) && isLast) throw new Fault('resource_in_use', { detail: LAST_OWN })
    const { rowCount: users } = await tx.query(
      `select 1 from channel_configuration where sandbox_id = $2 and $1 = any(fallback_transport_ids)
       union all select 1 from transport_group where sandbox_id = $2 and $1 = any(transport_ids) limit 1`,
      [id, sandboxId],
    )
    if (users) throw new Fault('resource_in_use', { detail: IN_USE })
    const result = await tx
      .query('delete from transport where id = $1 and sandbox_id = $2', [id, sandboxId])
      .catch((error: unknown) => refuseKnown(error, { inUse: IN_USE }))
    return result.rowCount === 1
  })

/** A transport by id, whatever its sandbox, with its secrets: for the engine. Throws when one cannot be unsealed. */
export const transportById = async (
  db: Db,
  id: string,
  secret: string,
): Promise<StoredTransportRow | undefined> => {
  const { rows } = await db.query<
    TransportDbRow & { readonly sandbox_name: string; readonly sandbox_id: string }
  >(
    `select t.id, t.name, t.kind, t.settings, t.sandbox_id, s.name as sandbox_name
     from transport t join sandbox s on s.id = t.sandbox_id where t.id = $1`,
    [id],
  )
  const [row] = rows
  if (row === undefined) return undefined
  const { kind } = row
  const found = { id: row.id, kind, sandboxName: row.sandbox_name, sandboxId: row.sandbox_id }
  if (!isReal(kind)) return found
  const settings = withSecrets(row.settings, secretsOf(kind), sealed => unseal(secret, sealed))
  // Going on without it would let the provider refuse every message for good.
  if (settings === undefined)
    throw new Fault('internal', {
      detail: 'A secret of the transport was sealed under another CARILLON_SECRET; set it again.',
    })
  return { ...found, [kind]: settings }
}
