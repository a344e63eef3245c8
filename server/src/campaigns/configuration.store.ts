/** Channel configurations: what is written, and what the engine uses of it. */
import {
  type CampaignProperties,
  type ChannelConfiguration,
  DEFAULT_RETRY_MINUTES,
  EMAIL_SENDING_DEFAULTS,
  type EmailConfigurationWrite,
  isSandboxTransport,
  type LiveCheck,
  type TransportKind,
  type UnsubscribeLevel,
} from '@carillon/contract'
import type { SendingTemplates } from '../content/sending.ts'
import type { Db } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { fromStored, type StoredProperties } from './campaign.ts'
import { refuseKnown } from './known-refusals.ts'

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
  readonly kinds: ReadonlyMap<string, TransportKind>
  /** How many of them, from the first, share the mail evenly: the members of its group; 1 without one. */
  readonly sharing: number
  readonly templates: SendingTemplates
  readonly retryMinutes: number
  readonly sendToComplaints: boolean
  readonly listUnsubscribe: boolean
  readonly unsubscribeLevel: UnsubscribeLevel
  /** Where bounces go; null: to the sender. */
  readonly bounceDomain: string | null
  readonly sandboxName: string | undefined
}

/** Sending members that are columns and not settings. */
type Column = 'description' | 'category' | 'labels' | 'seedListId' | 'transportGroupId'
type Sending = Omit<typeof EMAIL_SENDING_DEFAULTS, Column>
type StoredSettings = Pick<ChannelConfiguration, 'fromName' | 'fromAddress' | 'replyTo'> & {
  /** What is written beside; members that a row lacks have their defaults. */
  readonly sending?: Partial<Pick<ChannelConfiguration, keyof Sending>>
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
  readonly description: string
  readonly category: ChannelConfiguration['category']
  readonly status: ChannelConfiguration['status']
  readonly labels: string[]
  readonly checks: ChannelConfiguration['lastChecks']
  readonly seed_list_id: string | null
  readonly transport_group_id: string | null
}

const COLUMNS = `id, name, channel, transport_id, fallback_transport_ids, settings, description, category, status, labels,
  checks, seed_list_id, transport_group_id`

// Rows of earlier releases may hold an empty text where nothing is meant.
const noneForEmpty = <T extends Readonly<Record<string, string | null>>>(texts: T): T =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text || null])) as T

const sendingOf = ({ sending }: StoredSettings): Pick<ChannelConfiguration, keyof Sending> => {
  const {
    description: _d,
    category: _c,
    labels: _l,
    seedListId: _s,
    transportGroupId: _g,
    ...defaults
  } = EMAIL_SENDING_DEFAULTS
  const { replyToName, senderName, senderAddress, cc, ...rest } = { ...defaults, ...sending }
  return { ...rest, ...noneForEmpty({ replyToName, senderName, senderAddress, cc }) }
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
  ...noneForEmpty({ replyTo: row.settings.replyTo }),
  retryMinutes: retryMinutesOf(row.settings),
  sendToComplaints: row.settings.sendToComplaints ?? false,
  ...unsubscribeOf(row.settings),
  ...sendingOf(row.settings),
  description: row.description,
  category: row.category,
  labels: row.labels,
  seedListId: row.seed_list_id,
  transportGroupId: row.transport_group_id,
  status: row.status,
  lastChecks: row.checks,
})

/** All channel configurations of a sandbox, by name. */
export const listConfigurations = async (db: Db, sandboxId: string): Promise<ChannelConfiguration[]> => {
  const { rows } = await db.query<ConfigurationRow>(
    `select ${COLUMNS} from channel_configuration where sandbox_id = $1 order by name`,
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

/**
 * One configuration of a sandbox, which stays as it is until the transaction ends. `share`: for who uses it, and lets others
 * use it too; `update`: for who changes it or takes it out of use.
 */
export const lockConfiguration = async (
  tx: Db,
  { sandboxId, id }: { readonly sandboxId: string; readonly id: string },
  mode: 'share' | 'update',
): Promise<ChannelConfiguration | undefined> => {
  await tx.query(
    `select from channel_configuration where sandbox_id = $1 and id = $2 for ${mode === 'share' ? 'share' : 'no key update'}`,
    [sandboxId, id],
  )
  return findConfiguration(tx, sandboxId, id)
}

/** What is written. */
export interface ConfigurationChange {
  readonly id: string
  readonly sandboxId: string
  readonly now: Date
  readonly write: EmailConfigurationWrite
}

const settingsOf = (write: EmailConfigurationWrite): StoredSettings => {
  const { fromName, fromAddress, replyTo, retryMinutes = DEFAULT_RETRY_MINUTES } = write
  const { sendToComplaints = false } = write
  const { listUnsubscribe = true, unsubscribeLevel = 'channel', bounceDomain = null } = write
  const { replyToName, senderName, senderAddress, headers, cc, bcc, urlParameters } = write
  const { linkHost, dynamicDomain } = write
  const sending = {
    replyToName,
    senderName,
    senderAddress,
    headers,
    cc,
    bcc,
    urlParameters,
    linkHost,
    dynamicDomain,
  }
  return {
    ...{ fromName, fromAddress, replyTo, retryMinutes },
    ...{ sendToComplaints, listUnsubscribe, unsubscribeLevel },
    bounceDomain: bounceDomain?.toLowerCase() ?? null,
    sending: Object.fromEntries(Object.entries(sending).filter(([, value]) => value !== undefined)),
  }
}

const columnsOf = ({ id, sandboxId, now, write }: ConfigurationChange): unknown[] => [
  ...[id, sandboxId, write.name, write.transportId, write.fallbackTransportIds ?? [], settingsOf(write), now],
  ...[write.description ?? '', write.category ?? null, write.labels ?? []],
  ...[write.seedListId ?? null, write.transportGroupId ?? null],
]

// A list of ids has no foreign key: what one does, nobody may remove them until this commits, is done by hand.
const keepTransports = async (tx: Db, { sandboxId, write }: ConfigurationChange): Promise<void> => {
  const { rows: groups } = await tx.query<{ readonly is_member: boolean }>(
    'select $2::uuid = any(transport_ids) as is_member from transport_group where id = $1 for share',
    [write.transportGroupId ?? null, write.transportId],
  )
  if (groups.some(group => !group.is_member))
    throw new Fault('resource_in_use', {
      detail: 'The transport is no member of the transport group any more.',
    })
  const ids = write.fallbackTransportIds ?? []
  const { rowCount } = await tx.query(
    'select from transport where sandbox_id = $1 and id = any($2::uuid[]) order by id for key share',
    [sandboxId, ids],
  )
  if (rowCount !== new Set(ids).size)
    throw new Fault('resource_in_use', { detail: 'A fallback transport does not exist.' })
}

const writeConfiguration = async (
  tx: Db,
  change: ConfigurationChange,
  statement: { readonly text: string; readonly more?: readonly unknown[] },
): Promise<boolean> => {
  await keepTransports(tx, change)
  const result = await tx
    .query(statement.text, [...columnsOf(change), ...(statement.more ?? [])])
    .catch((error: unknown) => refuseKnown(error, { inUse: 'The transport does not exist.' }))
  return result.rowCount === 1
}

/** Makes an email configuration, in a transaction. */
export const insertConfiguration = async (tx: Db, change: ConfigurationChange): Promise<void> => {
  await writeConfiguration(tx, change, {
    more: [change.write.status === 'draft' ? 'draft' : 'active'],
    text: `insert into channel_configuration
       (id, sandbox_id, name, channel, transport_id, fallback_transport_ids, settings, created_at, modified_at,
        description, category, labels, seed_list_id, transport_group_id, status, seed_list_chosen_at)
     values ($1, $2, $3, 'email', $4, $5, $6, $7, $7, $8, $9, $10, $11, $12, $13, $7)`,
  })
}

/** Replaces a configuration, in a transaction. False: there is none of that id. */
export const replaceConfiguration = (tx: Db, change: ConfigurationChange): Promise<boolean> =>
  writeConfiguration(tx, change, {
    text: `update channel_configuration
     set name = $3, transport_id = $4, fallback_transport_ids = $5, settings = $6, modified_at = $7, description = $8,
       category = $9, labels = $10, seed_list_id = $11, transport_group_id = $12,
       seed_list_chosen_at = case when seed_list_id is distinct from $11::uuid then $7 else seed_list_chosen_at end
     where id = $1 and sandbox_id = $2`,
  })

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

interface SendingTransport {
  readonly id: string
  readonly kind: TransportKind
  readonly settings: {
    readonly ratePerSecond?: number | null
    readonly domainLimits?: readonly { readonly domain: string; readonly ratePerSecond?: number | null }[]
  }
}

interface SendingRow extends ConfigurationRow {
  readonly sandbox_name: string
  /** In the order of choice. */
  readonly transports: readonly SendingTransport[]
  readonly sharing: number
}

const limitsOf = ({ settings }: SendingTransport): TransportLimits => ({
  ratePerSecond: settings.ratePerSecond ?? null,
  domainLimits: new Map(
    settings.domainLimits?.flatMap(({ domain, ratePerSecond }) =>
      typeof ratePerSecond === 'number' ? [[domain.toLowerCase(), ratePerSecond] as const] : [],
    ),
  ),
})

const templatesOf = ({ settings }: ConfigurationRow): SendingTemplates => {
  const { fromName, fromAddress, replyTo } = settings
  return { fromName, fromAddress, ...noneForEmpty({ replyTo }), ...sendingOf(settings) }
}

/** An email configuration by id, whatever its sandbox: for the engine. */
export const emailConfigurationById = async (db: Db, id: string): Promise<EmailConfiguration | undefined> => {
  const { rows } = await db.query<SendingRow>(
    `select f.*, s.name as sandbox_name, coalesce(cardinality(g.transport_ids), 1) as sharing,
       (select json_agg(json_build_object('id', t.id, 'kind', t.kind, 'settings', t.settings - 'sealedPassword' - 'ca')
          order by c.place)
        from (select id, min(place) as place
              from unnest(coalesce(g.transport_ids, array[f.transport_id]) || f.fallback_transport_ids)
                with ordinality as c (id, place) group by id) c
        join transport t on t.id = c.id) as transports
     from channel_configuration f
     join sandbox s on s.id = f.sandbox_id
     left join transport_group g on g.id = f.transport_group_id
     where f.id = $1`,
    [id],
  )
  const [row] = rows
  if (row === undefined) return undefined
  const [first] = row.transports
  return {
    id: row.id,
    transportIds: row.transports.map(transport => transport.id),
    kinds: new Map(row.transports.map(transport => [transport.id, transport.kind])),
    limits: new Map(row.transports.map(transport => [transport.id, limitsOf(transport)])),
    sharing: row.sharing,
    templates: templatesOf(row),
    retryMinutes: retryMinutesOf(row.settings),
    sendToComplaints: row.settings.sendToComplaints ?? false,
    ...unsubscribeOf(row.settings),
    sandboxName: first !== undefined && isSandboxTransport(first.kind) ? row.sandbox_name : undefined,
  }
}

interface Moment {
  readonly id: string
  readonly sandboxId: string
  readonly now: Date
}

/** Sets where a configuration stands in its life. */
export const setConfigurationStatus = async (
  db: Db,
  change: Moment & { readonly status: ChannelConfiguration['status'] },
): Promise<void> => {
  await db.query(
    'update channel_configuration set status = $3, modified_at = $4 where id = $1 and sandbox_id = $2',
    [change.id, change.sandboxId, change.status, change.now],
  )
}

/** Keeps what checks found, with their moment. */
export const setConfigurationChecks = async (
  db: Db,
  { id, sandboxId, now, checks }: Moment & { readonly checks: readonly LiveCheck[] },
): Promise<void> => {
  await db.query('update channel_configuration set checks = $3 where id = $1 and sandbox_id = $2', [
    ...[id, sandboxId, JSON.stringify({ at: now.toISOString(), checks })],
  ])
}

/** What a live campaign asks of its configuration. */
export type LiveUse = Pick<CampaignProperties, 'name' | 'category' | 'highThroughput'>

/** The live campaigns that are not stopped and send with it, by the properties of their live version. */
export const liveUses = async (db: Db, sandboxId: string, id: string): Promise<LiveUse[]> => {
  const { rows } = await db.query<{ readonly properties: StoredProperties }>(
    `select v.properties from campaign c join campaign_version v on v.id = c.live_version_id
     where c.sandbox_id = $1 and v.properties ->> 'channelConfigurationId' = $2 and c.stopped_at is null order by c.id`,
    [sandboxId, id],
  )
  return rows.map(row => fromStored(row.properties))
}
