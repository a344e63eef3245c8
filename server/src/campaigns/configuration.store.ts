/** Transports and channel configurations. An SMTP password is sealed on the way in and never read back by the API. */
import {
  type ChannelConfiguration,
  DEFAULT_RETRY_MINUTES,
  type EmailConfigurationWrite,
  type SmtpSettings,
  type Transport,
  type UnsubscribeLevel,
} from '@carillon/contract'
import pg from 'pg'
import { type Db, transaction } from '../db/pool.ts'
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

/** The set rates of a transport, in messages per second: of all of it (null: none), and by recipients' domain in lower case. */
export interface TransportLimits {
  readonly ratePerSecond: number | null
  readonly domainLimits: ReadonlyMap<string, number>
}

/**
 * An email configuration as the engine uses it. `transportIds`: the first choice first, then the fallbacks; `limits`
 * has an entry for each. `sandboxName` is set when the first choice is the sandbox's own.
 */
export interface EmailConfiguration {
  readonly id: string
  readonly transportIds: readonly string[]
  readonly limits: ReadonlyMap<string, TransportLimits>
  readonly fromName: string
  readonly fromAddress: string
  readonly replyTo: string | null
  readonly retryMinutes: number
  readonly sendToComplaints: boolean
  readonly listUnsubscribe: boolean
  readonly unsubscribeLevel: UnsubscribeLevel
  /** Where bounces go; null: to the sender. */
  readonly bounceDomain: string | null
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

const IN_USE = 'A channel configuration uses this transport.'

/** Removes an SMTP transport that no configuration uses, neither as its first choice nor as a fallback. */
export const deleteTransport = async (pool: pg.Pool, sandboxId: string, id: string): Promise<boolean> =>
  transaction(pool, async tx => {
    // Waits for a configuration that is being written with it (see `keepTransports`), and makes later ones wait.
    await tx.query(`select from transport where id = $1 and sandbox_id = $2 for update`, [id, sandboxId])
    const { rowCount: users } = await tx.query(
      'select from channel_configuration where sandbox_id = $2 and $1 = any(fallback_transport_ids) limit 1',
      [id, sandboxId],
    )
    if (users) throw new Fault('resource_in_use', { detail: IN_USE })
    const result = await tx
      .query(`delete from transport where id = $1 and sandbox_id = $2 and kind = 'smtp'`, [id, sandboxId])
      .catch((error: unknown) => refuseKnown(error, { inUse: IN_USE }))
    return result.rowCount === 1
  })

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

type StoredSettings = Pick<ChannelConfiguration, 'fromName' | 'fromAddress' | 'replyTo'> & {
  readonly retryMinutes?: number
  readonly sendToComplaints?: boolean
  /** The words of an earlier release. */
  readonly retryHours?: number
  readonly listUnsubscribe?: boolean
  readonly unsubscribeLevel?: UnsubscribeLevel
  readonly bounceDomain?: string | null
}

interface ConfigurationRow {
  readonly id: string
  readonly name: string
  readonly channel: 'email'
  readonly transport_id: string
  readonly fallback_transport_ids: string[]
  readonly settings: StoredSettings
}

const retryMinutesOf = ({ retryMinutes, retryHours }: StoredSettings): number =>
  retryMinutes ?? (retryHours === undefined ? DEFAULT_RETRY_MINUTES : retryHours * 60)

const unsubscribeOf = (settings: StoredSettings) => {
  const { listUnsubscribe = true, unsubscribeLevel = 'channel', bounceDomain = null } = settings
  return { listUnsubscribe, unsubscribeLevel, bounceDomain }
}

const toConfiguration = (row: ConfigurationRow): ChannelConfiguration => ({
  id: row.id,
  channel: row.channel,
  name: row.name,
  transportId: row.transport_id,
  fallbackTransportIds: row.fallback_transport_ids,
  fromName: row.settings.fromName,
  fromAddress: row.settings.fromAddress,
  replyTo: row.settings.replyTo,
  retryMinutes: retryMinutesOf(row.settings),
  sendToComplaints: row.settings.sendToComplaints ?? false,
  ...unsubscribeOf(row.settings),
})

/** All channel configurations of a sandbox, by name. */
export const listConfigurations = async (db: Db, sandboxId: string): Promise<ChannelConfiguration[]> => {
  const { rows } = await db.query<ConfigurationRow>(
    `select id, name, channel, transport_id, fallback_transport_ids, settings
     from channel_configuration where sandbox_id = $1 order by name`,
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

const columnsOf = ({ id, sandboxId, now, write }: ConfigurationChange): unknown[] => {
  const { fromName, fromAddress, replyTo, retryMinutes = DEFAULT_RETRY_MINUTES } = write
  const { sendToComplaints = false } = write
  const { listUnsubscribe = true, unsubscribeLevel = 'channel', bounceDomain = null } = write
  const settings: StoredSettings = {
    ...{ fromName, fromAddress, replyTo, retryMinutes },
    ...{ sendToComplaints, listUnsubscribe, unsubscribeLevel, bounceDomain },
  }
  return [id, sandboxId, write.name, write.transportId, write.fallbackTransportIds ?? [], settings, now]
}

// A list of ids has no foreign key: what one does, nobody may remove them until this commits, is done by hand.
const keepTransports = async (tx: Db, { sandboxId, write }: ConfigurationChange): Promise<void> => {
  const ids = write.fallbackTransportIds ?? []
  const { rowCount } = await tx.query(
    'select from transport where sandbox_id = $1 and id = any($2::uuid[]) order by id for key share',
    [sandboxId, ids],
  )
  if (rowCount !== new Set(ids).size)
    throw new Fault('resource_in_use', { detail: 'A fallback transport does not exist.' })
}

const writeConfiguration = async (
  pool: pg.Pool,
  change: ConfigurationChange,
  statement: string,
): Promise<boolean> =>
  transaction(pool, async tx => {
    await keepTransports(tx, change)
    const result = await tx
      .query(statement, columnsOf(change))
      .catch((error: unknown) => refuseKnown(error, { inUse: 'The transport does not exist.' }))
    return result.rowCount === 1
  })

/** Makes an email configuration. */
export const insertConfiguration = async (pool: pg.Pool, change: ConfigurationChange): Promise<void> => {
  await writeConfiguration(
    pool,
    change,
    `insert into channel_configuration
       (id, sandbox_id, name, channel, transport_id, fallback_transport_ids, settings, created_at, modified_at)
     values ($1, $2, $3, 'email', $4, $5, $6, $7, $7)`,
  )
}

/** Replaces a configuration. False: there is none of that id. */
export const replaceConfiguration = (pool: pg.Pool, change: ConfigurationChange): Promise<boolean> =>
  writeConfiguration(
    pool,
    change,
    `update channel_configuration
     set name = $3, transport_id = $4, fallback_transport_ids = $5, settings = $6, modified_at = $7
     where id = $1 and sandbox_id = $2`,
  )

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

interface SendingRow extends ConfigurationRow {
  readonly sandbox_name: string
  /** In the order of choice. */
  readonly transports: readonly Pick<TransportDbRow, 'id' | 'kind' | 'settings'>[]
}

const limitsOf = (settings: TransportDbRow['settings']): TransportLimits => ({
  ratePerSecond: settings.ratePerSecond ?? null,
  domainLimits: new Map(
    settings.domainLimits?.map(limit => [limit.domain.toLowerCase(), limit.ratePerSecond]),
  ),
})

/** An email configuration by id, whatever its sandbox: for the engine. */
export const emailConfigurationById = async (db: Db, id: string): Promise<EmailConfiguration | undefined> => {
  const { rows } = await db.query<SendingRow>(
    `select f.id, f.name, f.channel, f.transport_id, f.fallback_transport_ids, f.settings, s.name as sandbox_name,
       (select json_agg(json_build_object('id', t.id, 'kind', t.kind, 'settings', t.settings - 'sealedPassword')
          order by c.place)
        from unnest(f.transport_id || f.fallback_transport_ids) with ordinality as c (id, place)
        join transport t on t.id = c.id) as transports
     from channel_configuration f join sandbox s on s.id = f.sandbox_id
     where f.id = $1`,
    [id],
  )
  const [row] = rows
  if (row === undefined) return undefined
  const { fromName, fromAddress, replyTo } = row.settings
  return {
    id: row.id,
    transportIds: row.transports.map(transport => transport.id),
    limits: new Map(row.transports.map(transport => [transport.id, limitsOf(transport.settings)])),
    fromName,
    fromAddress,
    replyTo,
    retryMinutes: retryMinutesOf(row.settings),
    sendToComplaints: row.settings.sendToComplaints ?? false,
    ...unsubscribeOf(row.settings),
    sandboxName: row.transports[0]?.kind === 'sandbox_smtp' ? row.sandbox_name : undefined,
  }
}
