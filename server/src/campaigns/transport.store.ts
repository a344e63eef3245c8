/** Transports. A secret is sealed on the way in and never read back by the API. */
import type {
  SendgridSettings,
  SesSettings,
  SmtpSettings,
  Transport,
  TransportKind,
  TransportWrite,
} from '@carillon/contract'
import type pg from 'pg'
import { type Db, transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { seal, unseal } from '../lib/seal.ts'
import { refuseKnown } from './known-refusals.ts'

interface TransportDbRow {
  readonly id: string
  readonly name: string
  readonly kind: TransportKind
  readonly settings: Readonly<Record<string, unknown>> & { readonly sealedPassword?: string }
}

/** A transport as the engine opens it: with its secret. */
export interface TransportRow {
  readonly id: string
  readonly kind: TransportKind
  readonly smtp: SmtpSettings | null
  readonly ses?: SesSettings | null
  readonly sendgrid?: SendgridSettings | null
}

/** The member of a kind's settings that is secret. */
const SECRETS = { smtp: 'password', ses: 'secretAccessKey', sendgrid: 'apiKey' } as const
type RealKind = keyof typeof SECRETS
const isReal = (kind: TransportKind): kind is RealKind => Object.hasOwn(SECRETS, kind)

const settingsByKind = (
  kind: TransportKind,
  settings: Readonly<Record<string, unknown>>,
): Pick<Transport, RealKind> => ({
  smtp: kind === 'smtp' ? (settings as SmtpSettings) : null,
  ses: kind === 'ses' ? (settings as SesSettings) : null,
  sendgrid: kind === 'sendgrid' ? (settings as SendgridSettings) : null,
})

const withoutSecret = ({ id, name, kind, settings }: TransportDbRow): Transport => {
  const { sealedPassword: _, ...rest } = settings
  return { id, name, kind, ...settingsByKind(kind, rest) }
}

const kindOf = ({ kind = 'smtp' }: TransportWrite): TransportKind => kind

const toStored = (write: TransportWrite, secret: string): TransportDbRow['settings'] => {
  const kind = kindOf(write)
  if (!isReal(kind)) return {}
  const { [SECRETS[kind]]: plain, ...rest } = (write[kind] ?? {}) as Record<string, unknown>
  return typeof plain === 'string' && plain !== '' ? { ...rest, sealedPassword: seal(secret, plain) } : rest
}

/** All transports of a sandbox, by name. */
export const listTransports = async (db: Db, sandboxId: string): Promise<Transport[]> => {
  const { rows } = await db.query<TransportDbRow>(
    'select id, name, kind, settings from transport where sandbox_id = $1 order by name',
    [sandboxId],
  )
  return rows.map(withoutSecret)
}

/** One transport of a sandbox. */
export const findTransport = async (db: Db, sandboxId: string, id: string): Promise<Transport | undefined> =>
  (await listTransports(db, sandboxId)).find(transport => transport.id === id)

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
  await db
    .query(
      `insert into transport (id, sandbox_id, name, kind, settings, created_at, modified_at)
       values ($1, $2, $3, $4, $5, $6, $6)`,
      [id, sandboxId, write.name, kindOf(write), toStored(write, secret), now],
    )
    .catch((error: unknown) => refuseKnown(error, { inUse: '' }))
}

const keepsSecret = (write: TransportWrite): boolean => {
  const kind = kindOf(write)
  return isReal(kind) && (write[kind] as Record<string, unknown> | undefined)?.[SECRETS[kind]] === undefined
}

/** Replaces a transport's settings; a secret that is left out stays. False: there is none of that id and kind. */
export const replaceTransport = async (db: Db, change: TransportChange): Promise<boolean> => {
  const { id, sandboxId, write, secret, now } = change
  const result = await db
    .query(
      `update transport set name = $3, modified_at = $5,
       settings = case when $6 and settings ? 'sealedPassword'
         then $4::jsonb || jsonb_build_object('sealedPassword', settings -> 'sealedPassword') else $4::jsonb end
     where id = $1 and sandbox_id = $2 and kind = $7`,
      [id, sandboxId, write.name, toStored(write, secret), now, keepsSecret(write), kindOf(write)],
    )
    .catch((error: unknown) => refuseKnown(error, { inUse: '' }))
  return result.rowCount === 1
}

const IN_USE = 'A channel configuration or a transport group uses this transport.'

/** Removes a transport that nothing uses, neither as a first choice nor as a fallback nor in a group. */
export const deleteTransport = async (pool: pg.Pool, sandboxId: string, id: string): Promise<boolean> =>
  transaction(pool, async tx => {
    // Waits for a configuration that is being written with it (see `keepTransports`), and makes later ones wait.
    await tx.query(`select from transport where id = $1 and sandbox_id = $2 for update`, [id, sandboxId])
    const { rowCount: users } = await tx.query(
      `select 1 from channel_configuration where sandbox_id = $2 and $1 = any(fallback_transport_ids)
       union all select 1 from transport_group where sandbox_id = $2 and $1 = any(transport_ids) limit 1`,
      [id, sandboxId],
    )
    if (users) throw new Fault('resource_in_use', { detail: IN_USE })
    // The sandbox's own Inbox stays: samples and tests need it.
    const result = await tx
      .query(`delete from transport where id = $1 and sandbox_id = $2 and kind <> 'sandbox_smtp'`, [
        id,
        sandboxId,
      ])
      .catch((error: unknown) => refuseKnown(error, { inUse: IN_USE }))
    return result.rowCount === 1
  })

/** A transport by id, whatever its sandbox, with its secret: for the engine. Throws when that cannot be unsealed. */
export const transportById = async (
  db: Db,
  id: string,
  secret: string,
): Promise<TransportRow | undefined> => {
  const { rows } = await db.query<TransportDbRow>(
    'select id, name, kind, settings from transport where id = $1',
    [id],
  )
  const [row] = rows
  if (row === undefined) return undefined
  const { id: found, kind } = row
  const { sealedPassword, ...rest } = row.settings
  if (sealedPassword === undefined || !isReal(kind)) return { id: found, kind, ...settingsByKind(kind, rest) }
  const plain = unseal(secret, sealedPassword)
  // Going on without it would let the provider refuse every message for good.
  if (plain === undefined)
    throw new Fault('internal', {
      detail: 'The secret of the transport was sealed under another CARILLON_SECRET; set it again.',
    })
  return { id: found, kind, ...settingsByKind(kind, { ...rest, [SECRETS[kind]]: plain }) }
}
