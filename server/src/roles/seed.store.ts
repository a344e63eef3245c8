/** The statements of the seed. Ids and times are given; nothing here decides what is seeded. */
import type { AudienceRule, CampaignChannel, CampaignProperties, TransportKind } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import type { SampleProfile } from './seed-samples.ts'

/** Lets one start at a time seed; released with the transaction. 7202 is the seed's own number. */
export const lockSeed = async (db: Db): Promise<void> => {
  await db.query('select pg_advisory_xact_lock(7202)')
}

/** Whether nothing was ever seeded or made: a database without a sandbox is empty. */
export const isEmpty = async (db: Db): Promise<boolean> => {
  const { rowCount } = await db.query('select from sandbox limit 1')
  return rowCount === 0
}

/** Names the organization, once. */
export const insertOrganization = async (db: Db, organization: string): Promise<void> => {
  await db.query(
    "insert into setting (key, value) values ('organization', to_jsonb($1::text)) on conflict (key) do nothing",
    [organization],
  )
}

/** A sandbox as it is written. */
export interface SandboxRow {
  readonly id: string
  readonly name: string
  readonly production: boolean
  readonly now: Date
}

/** Adds a sandbox. */
export const insertSandbox = async (db: Db, row: SandboxRow): Promise<void> => {
  await db.query('insert into sandbox (id, name, production, created_at) values ($1, $2, $3, $4)', [
    row.id,
    row.name,
    row.production,
    row.now,
  ])
}

/** A transport or a configuration: settings under a name in a sandbox. */
export interface NamedRow {
  readonly id: string
  readonly sandboxId: string
  readonly name: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly now: Date
}

/** Adds a transport that delivers to the Inbox page. */
export const insertSandboxTransport = async (
  db: Db,
  row: NamedRow & { readonly kind: TransportKind },
): Promise<void> => {
  await db.query(
    `insert into transport (id, sandbox_id, name, kind, settings, created_at, modified_at)
     values ($1, $2, $3, $6, $4, $5, $5)`,
    [row.id, row.sandboxId, row.name, JSON.stringify(row.settings), row.now, row.kind],
  )
}

/** Adds a channel configuration over a transport. */
export const insertConfiguration = async (
  db: Db,
  row: NamedRow & { readonly transportId: string; readonly channel: CampaignChannel },
): Promise<void> => {
  await db.query(
    `insert into channel_configuration
       (id, sandbox_id, name, channel, transport_id, settings, created_at, modified_at)
     values ($1, $2, $3, $7, $4, $5, $6, $6)`,
    [row.id, row.sandboxId, row.name, row.transportId, JSON.stringify(row.settings), row.now, row.channel],
  )
}

/** A campaign as it is seeded: live with version 1 when `versionId` is given, else a draft. */
export interface CampaignRow {
  readonly id: string
  readonly sandboxId: string
  readonly versionId: string | null
  readonly properties: CampaignProperties
  readonly now: Date
}

/** Adds a campaign, and its first version when it is live. */
export const insertCampaign = async (db: Db, row: CampaignRow): Promise<void> => {
  const properties = JSON.stringify(row.properties)
  await db.query(
    `insert into campaign
       (id, sandbox_id, draft, live_version_id, created_at, created_by, modified_at, modified_by)
     values ($1, $2, case when $3::uuid is null then $4::jsonb end, $3, $5, 'carillon', $5, 'carillon')`,
    [row.id, row.sandboxId, row.versionId, properties, row.now],
  )
  if (row.versionId === null) return
  await db.query(
    `insert into campaign_version (id, campaign_id, sandbox_id, number, properties, created_at, created_by)
     values ($1, $2, $3, 1, $4, $5, 'carillon')`,
    [row.versionId, row.id, row.sandboxId, properties, row.now],
  )
}

/** An audience by a rule. */
export interface AudienceRow {
  readonly id: string
  readonly sandboxId: string
  readonly name: string
  readonly description: string
  readonly rule: AudienceRule
  readonly now: Date
}

/** Adds an audience. */
export const insertAudience = async (db: Db, row: AudienceRow): Promise<void> => {
  await db.query(
    `insert into audience (id, sandbox_id, kind, name, description, rule, created_at, created_by, modified_at, modified_by)
     values ($1, $2, 'rule', $3, $4, $5, $6, 'carillon', $6, 'carillon')`,
    [row.id, row.sandboxId, row.name, row.description, JSON.stringify(row.rule), row.now],
  )
}

/** Adds a person with its identities. */
export const insertProfile = async (
  db: Db,
  row: SampleProfile & { id: string; sandboxId: string; now: Date },
): Promise<void> => {
  await db.query(
    'insert into profile (id, sandbox_id, attributes, created_at, modified_at) values ($1, $2, $3, $4, $4)',
    [row.id, row.sandboxId, JSON.stringify(row.attributes), row.now],
  )
  for (const identity of row.identities) {
    await db.query(
      'insert into identity (sandbox_id, namespace, value, profile_id) values ($1, $2, $3, $4)',
      [row.sandboxId, identity.namespace, identity.value, row.id],
    )
  }
}

/** Sets the schema of a sandbox's profiles. */
export const insertProfileSchema = async (
  db: Db,
  row: { readonly sandboxId: string; readonly schema: Readonly<Record<string, unknown>>; readonly now: Date },
): Promise<void> => {
  await db.query(
    `insert into profile_schema (sandbox_id, schema, revision, modified_at, modified_by)
     values ($1, $2, 1, $3, 'carillon')`,
    [row.sandboxId, JSON.stringify(row.schema), row.now],
  )
}
