/** Transports and channel configurations. An SMTP password is sealed on the way in and never read back by the API. */
import type {
  ChannelConfiguration,
  EmailConfigurationWrite,
  SmtpSettings,
  Transport,
} from '@carillon/contract'
import pg from 'pg'
import type { Db } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { seal, unseal } from '../lib/seal.ts'

type StoredSmtp = Omit<SmtpSettings, 'password'> & { readonly sealedPassword?: string }

interface TransportDbRow {
  readonly id: string
  readonly name: string
  readonly kind: Transport['kind']
  readonly settings: StoredSmtp | Record<string, never>
}

/** A transport as the engine opens it: with its password. */
export interface TransportRow {
  readonly id: string
  readonly kind: Transport['kind']
  readonly smtp: SmtpSettings | null
}

/** An email configuration as the engine uses it. `sandboxName` is set when its transport is the sandbox's own. */
export interface EmailConfiguration {
  readonly id: string
  readonly transportId: string
  readonly fromName: string
  readonly fromAddress: string
  readonly replyTo: string | null
  readonly retryHours: number
  readonly sandboxName: string | undefined
}

const isStored = (row: TransportDbRow): row is TransportDbRow & { readonly settings: StoredSmtp } =>
  row.kind === 'smtp'

const withoutPassword = (row: TransportDbRow): Transport => {
  if (!isStored(row)) return { id: row.id, name: row.name, kind: row.kind, smtp: null }
  const { sealedPassword, ...smtp } = row.settings
  return { id: row.id, name: row.name, kind: row.kind, smtp }
}

const toSettings = (smtp: SmtpSettings, secret: string): StoredSmtp => {
  const { password, ...rest } = smtp
  return password ? { ...rest, sealedPassword: seal(secret, password) } : rest
}

// 23505: unique_violation, 23503: foreign_key_violation.
const refuseKnown = (error: unknown, messages: { readonly inUse: string }): never => {
  if (error instanceof pg.DatabaseError && error.code === '23505')
    throw new Fault('name_taken', {
      problems: [{ pointer: '/name', message: 'is already used in this sandbox' }],
      cause: error,
    })
  if (error instanceof pg.DatabaseError && error.code === '23503')
    throw new Fault('resource_in_use', { detail: messages.inUse, cause: error })
  throw error
}

/** All transports of a sandbox, by name. */
export const listTransports = async (db: Db, sandboxId: string): Promise<Transport[]> => {
  const { rows } = await db.query<TransportDbRow>(
    'select id, name, kind, settings from transport where sandbox_id = $1 order by name',
    [sandboxId],
  )
  return rows.map(withoutPassword)
}

/** One transport of a sandbox. */
export const findTransport = async (db: Db, sandboxId: string, id: string): Promise<Transport | undefined> =>
  (await listTransports(db, sandboxId)).find(transport => transport.id === id)

/** What is written, by whom it is sealed. */
export interface TransportChange {
  readonly id: string
  readonly sandboxId: string
  readonly name: string
  readonly smtp: SmtpSettings
  readonly secret: string
  readonly now: Date
}

/** Makes an SMTP transport. */
export const insertTransport = async (db: Db, change: TransportChange): Promise<void> => {
  await db
    .query(
      `insert into transport (id, sandbox_id, name, kind, settings, created_at, modified_at) values ($1, $2, $3, 'smtp', $4, $5, $5)`,
      [change.id, change.sandboxId, change.name, toSettings(change.smtp, change.secret), change.now],
    )
    .catch((error: unknown) => refuseKnown(error, { inUse: '' }))
}

/** Replaces an SMTP transport's settings; a password that is left out stays. False: there is none of that id. */
export const replaceTransport = async (db: Db, change: TransportChange): Promise<boolean> => {
  const keep = change.smtp.password === undefined
  const result = await db
    .query(
      `update transport set name = $3, modified_at = $5,
       settings = case when $6 and settings ? 'sealedPassword'
         then $4::jsonb || jsonb_build_object('sealedPassword', settings -> 'sealedPassword') else $4::jsonb end
     where id = $1 and sandbox_id = $2 and kind = 'smtp'`,
      [change.id, change.sandboxId, change.name, toSettings(change.smtp, change.secret), change.now, keep],
    )
    .catch((error: unknown) => refuseKnown(error, { inUse: '' }))
  return result.rowCount === 1
}

/** Removes an SMTP transport that no configuration uses. */
export const deleteTransport = async (db: Db, sandboxId: string, id: string): Promise<boolean> => {
  const result = await db
    .query(`delete from transport where id = $1 and sandbox_id = $2 and kind = 'smtp'`, [id, sandboxId])
    .catch((error: unknown) => refuseKnown(error, { inUse: 'A channel configuration uses this transport.' }))
  return result.rowCount === 1
}

/** A transport by id, whatever its sandbox, with its password: for the engine. Throws when that cannot be unsealed. */
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
  if (!isStored(row)) return { id: row.id, kind: row.kind, smtp: null }
  const { sealedPassword, ...smtp } = row.settings
  if (sealedPassword === undefined) return { id: row.id, kind: row.kind, smtp }
  const password = unseal(secret, sealedPassword)
  // Going on without it would let the provider refuse every message for good.
  if (password === undefined)
    throw new Fault('internal', {
      detail: 'The password of the transport was sealed under another CARILLON_SECRET; set it again.',
    })
  return { id: row.id, kind: row.kind, smtp: { ...smtp, password } }
}

interface ConfigurationRow {
  readonly id: string
  readonly name: string
  readonly channel: 'email'
  readonly transport_id: string
  readonly settings: Omit<EmailConfigurationWrite, 'name' | 'transportId'>
}

const toConfiguration = (row: ConfigurationRow): ChannelConfiguration => ({
  id: row.id,
  channel: row.channel,
  name: row.name,
  transportId: row.transport_id,
  ...row.settings,
})

/** All channel configurations of a sandbox, by name. */
export const listConfigurations = async (db: Db, sandboxId: string): Promise<ChannelConfiguration[]> => {
  const { rows } = await db.query<ConfigurationRow>(
    'select id, name, channel, transport_id, settings from channel_configuration where sandbox_id = $1 order by name',
    [sandboxId],
  )
  return rows.map(toConfiguration)
}

/** One configuration of a sandbox. */
export const findConfiguration = async (
  db: Db,
  sandboxId: string,
  id: string,
): Promise<ChannelConfiguration | undefined> =>
  (await listConfigurations(db, sandboxId)).find(configuration => configuration.id === id)

/** What is written. */
export interface ConfigurationChange {
  readonly id: string
  readonly sandboxId: string
  readonly now: Date
  readonly write: EmailConfigurationWrite
}

const settingsOf = ({
  name,
  transportId,
  ...settings
}: EmailConfigurationWrite): Omit<EmailConfigurationWrite, 'name' | 'transportId'> => settings

/** Makes an email configuration. */
export const insertConfiguration = async (db: Db, change: ConfigurationChange): Promise<void> => {
  const { write } = change
  await db
    .query(
      `insert into channel_configuration (id, sandbox_id, name, channel, transport_id, settings, created_at, modified_at)
     values ($1, $2, $3, 'email', $4, $5, $6, $6)`,
      [change.id, change.sandboxId, write.name, write.transportId, settingsOf(write), change.now],
    )
    .catch((error: unknown) => refuseKnown(error, { inUse: 'The transport does not exist.' }))
}

/** Replaces a configuration. False: there is none of that id. */
export const replaceConfiguration = async (db: Db, change: ConfigurationChange): Promise<boolean> => {
  const { write } = change
  const result = await db
    .query(
      'update channel_configuration set name = $3, transport_id = $4, settings = $5, modified_at = $6 where id = $1 and sandbox_id = $2',
      [change.id, change.sandboxId, write.name, write.transportId, settingsOf(write), change.now],
    )
    .catch((error: unknown) => refuseKnown(error, { inUse: 'The transport does not exist.' }))
  return result.rowCount === 1
}

// Messages of an older version, or of a test, still need the configuration that they were accepted with.
const OPEN_MESSAGES = `coalesce((select sum(case when t.state = 'accepted' then t.n else -t.n end) from tally t where t.scope = v.id), 0) > 0`

/** Removes a configuration that no draft, no live version and no open message uses. */
export const deleteConfiguration = async (db: Db, sandboxId: string, id: string): Promise<boolean> => {
  const { rowCount: users } = await db.query(
    `select 1 from campaign c left join campaign_version v on v.id = c.live_version_id
     where c.sandbox_id = $1 and $2 in (c.draft ->> 'channelConfigurationId', v.properties ->> 'channelConfigurationId') limit 1`,
    [sandboxId, id],
  )
  if (users) throw new Fault('resource_in_use', { detail: 'A campaign uses this channel configuration.' })
  const { rowCount: waiting } = await db.query(
    `select 1 from campaign_version v
     where v.sandbox_id = $1 and v.properties ->> 'channelConfigurationId' = $2 and ${OPEN_MESSAGES} limit 1`,
    [sandboxId, id],
  )
  if (waiting) throw new Fault('resource_in_use', { detail: 'Messages that are not sent yet need it.' })
  const { rowCount } = await db.query('delete from channel_configuration where id = $1 and sandbox_id = $2', [
    id,
    sandboxId,
  ])
  return rowCount === 1
}

/** An email configuration by id, whatever its sandbox: for the engine. */
export const emailConfigurationById = async (db: Db, id: string): Promise<EmailConfiguration | undefined> => {
  const { rows } = await db.query<
    ConfigurationRow & { readonly kind: string; readonly sandbox_name: string }
  >(
    `select f.id, f.name, f.channel, f.transport_id, f.settings, t.kind, s.name as sandbox_name
     from channel_configuration f join transport t on t.id = f.transport_id join sandbox s on s.id = f.sandbox_id
     where f.id = $1`,
    [id],
  )
  const [row] = rows
  if (row === undefined) return undefined
  const { fromName, fromAddress, replyTo, retryHours } = row.settings
  return {
    id: row.id,
    transportId: row.transport_id,
    fromName,
    fromAddress,
    replyTo,
    retryHours,
    sandboxName: row.kind === 'sandbox_smtp' ? row.sandbox_name : undefined,
  }
}
