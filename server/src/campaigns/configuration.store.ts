/** Channel configurations: what is written, and what the engine uses of it. */
import {
  type CampaignChannel,
  type CampaignProperties,
  type ChannelConfiguration,
  type ChannelConfigurationWrite,
  DEFAULT_RETRY_MINUTES,
  isSandboxTransport,
  type LiveCheck,
  type TransportKind,
} from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { fromStored, type StoredProperties } from './campaign.ts'
import {
  channelOfWrite,
  type SendingConfiguration,
  type StoredSettings,
  shownSettings,
  storedSettings,
  type TransportLimits,
  usedSettings,
} from './configuration-settings.ts'
import { refuseKnown } from './known-refusals.ts'

interface ConfigurationRow {
  readonly id: string
  readonly name: string
  readonly channel: CampaignChannel
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

/** `retryHours`: the word of an earlier release. */
const retryMinutesOf = (settings: StoredSettings): number => {
  const { retryMinutes, retryHours } = settings as { retryMinutes?: number; retryHours?: number }
  return retryMinutes ?? (retryHours === undefined ? DEFAULT_RETRY_MINUTES : retryHours * 60)
}

const toConfiguration = (row: ConfigurationRow): ChannelConfiguration => {
  const configuration = {
    id: row.id,
    name: row.name,
    transportId: row.transport_id,
    fallbackTransportIds: row.fallback_transport_ids,
    ...shownSettings(row.channel, row.settings),
    retryMinutes: retryMinutesOf(row.settings),
    description: row.description,
    category: row.category,
    labels: row.labels,
    transportGroupId: row.transport_group_id,
    status: row.status,
    lastChecks: row.checks,
    // Seed lists are of email addresses.
    ...(row.channel === 'email' ? { seedListId: row.seed_list_id } : {}),
  }
  return configuration as ChannelConfiguration
}

/** All channel configurations of a sandbox, by name. */
export const listConfigurations = async (db: Db, sandboxId: string): Promise<ChannelConfiguration[]> => {
  const { rows } = await db.query<ConfigurationRow>(
    `select ${COLUMNS} from channel_configuration where sandbox_id = $1 order by name`,
    [sandboxId],
  )
  return rows.map(toConfiguration)
}

/** The configurations in use that send over a transport: as their first choice, in their group, or as a fallback; by name. */
export const configurationsOver = async (
  db: Db,
  sandboxId: string,
  transportId: string,
): Promise<ChannelConfiguration[]> => {
  const names = COLUMNS.split(',').map(name => `f.${name.trim()}`)
  const { rows } = await db.query<ConfigurationRow>(
    `select ${names.join(', ')} from channel_configuration f left join transport_group g on g.id = f.transport_group_id
     where f.sandbox_id = $1 and f.status = 'active'
       and $2::uuid = any(coalesce(g.transport_ids, array[f.transport_id]) || f.fallback_transport_ids)
     order by f.name`,
    [sandboxId, transportId],
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
  readonly write: ChannelConfigurationWrite
}

const columnsOf = ({ id, sandboxId, now, write }: ConfigurationChange): unknown[] => [
  ...[id, sandboxId, write.name, write.transportId, write.fallbackTransportIds ?? []],
  ...[{ ...storedSettings(write), retryMinutes: write.retryMinutes ?? DEFAULT_RETRY_MINUTES }, now],
  ...[write.description ?? '', write.category ?? null, write.labels ?? []],
  ...[('seedListId' in write ? write.seedListId : null) ?? null, write.transportGroupId ?? null],
  channelOfWrite(write),
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

/** Makes a configuration, in a transaction. */
export const insertConfiguration = async (tx: Db, change: ConfigurationChange): Promise<void> => {
  await writeConfiguration(tx, change, {
    more: [change.write.status === 'draft' ? 'draft' : 'active'],
    text: `insert into channel_configuration
       (id, sandbox_id, name, channel, transport_id, fallback_transport_ids, settings, created_at, modified_at,
        description, category, labels, seed_list_id, transport_group_id, status, seed_list_chosen_at)
     values ($1, $2, $3, $13, $4, $5, $6, $7, $7, $8, $9, $10, $11, $12, $14, $7)`,
  })
}

/** Replaces a configuration, in a transaction. False: there is none of that id and channel. */
export const replaceConfiguration = (tx: Db, change: ConfigurationChange): Promise<boolean> =>
  writeConfiguration(tx, change, {
    text: `update channel_configuration
     set name = $3, transport_id = $4, fallback_transport_ids = $5, settings = $6, modified_at = $7, description = $8,
       category = $9, labels = $10, seed_list_id = $11, transport_group_id = $12,
       seed_list_chosen_at = case when seed_list_id is distinct from $11::uuid then $7 else seed_list_chosen_at end
     where id = $1 and sandbox_id = $2 and channel = $13`,
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

/** A configuration by id, whatever its sandbox: for the engine. */
export const sendingConfigurationById = async (
  db: Db,
  id: string,
): Promise<SendingConfiguration | undefined> => {
  const { rows } = await db.query<SendingRow>(
    `select f.*, s.name as sandbox_name, coalesce(cardinality(g.transport_ids), 1) as sharing,
       (select json_agg(json_build_object('id', t.id, 'kind', t.kind, 'settings', t.settings - '{sealedPassword,sealedSecrets,ca,payload,certificate}'::text[])
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
    retryMinutes: retryMinutesOf(row.settings),
    ...usedSettings(row.channel, row.settings),
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
export type LiveUse = Pick<CampaignProperties, 'name' | 'category' | 'channel' | 'highThroughput'>

/** The live campaigns that are not stopped and send with it, by the properties of their live version. */
export const liveUses = async (db: Db, sandboxId: string, id: string): Promise<LiveUse[]> => {
  const { rows } = await db.query<{ readonly properties: StoredProperties }>(
    `select v.properties from campaign c join campaign_version v on v.id = c.live_version_id
     where c.sandbox_id = $1 and v.properties ->> 'channelConfigurationId' = $2 and c.stopped_at is null order by c.id`,
    [sandboxId, id],
  )
  return rows.map(row => fromStored(row.properties))
}
