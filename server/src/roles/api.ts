/** The API process' parts put together: intake, dry run, resources, the studio's files, and the HTTP server. */
import type { CampaignProperties } from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import type { Logger } from 'pino'
import { createIntake } from '../campaigns/accept.ts'
import { createCampaignCache } from '../campaigns/campaign-cache.ts'
import { createSandboxClocks } from '../campaigns/sandbox-clock.ts'
import { type TestCall, triggerCall, triggerTest } from '../campaigns/trigger.ts'
import { declaredSchemas } from '../content/authoring.ts'
import { createContentSources, withDrafts } from '../content/content-sources.ts'
import { dryRun } from '../delivery/dry-run.ts'
import { createHolds } from '../delivery/holds.ts'
import { createVersions } from '../delivery/versions.ts'
import { createApp } from '../http/app.ts'
import { campaignRoutes } from '../http/resources/campaigns.routes.ts'
import { clockRoutes } from '../http/resources/clock.routes.ts'
import { configurationRoutes } from '../http/resources/configurations.routes.ts'
import { deadLetterRoutes } from '../http/resources/dead-letters.routes.ts'
import { encryptionKeyRoutes } from '../http/resources/encryption-keys.routes.ts'
import { executionRoutes } from '../http/resources/executions.routes.ts'
import { fragmentRoutes } from '../http/resources/fragments.routes.ts'
import { holdRoutes } from '../http/resources/holds.routes.ts'
import { importRoutes } from '../http/resources/imports.routes.ts'
import { inboxRoutes } from '../http/resources/inbox.routes.ts'
import { lookupTableRoutes } from '../http/resources/lookup-tables.routes.ts'
import { namespaceRoutes } from '../http/resources/namespaces.routes.ts'
import { profileBatchRoutes } from '../http/resources/profile-batch.routes.ts'
import { profileExportRoutes } from '../http/resources/profile-export.routes.ts'
import { profileSchemaRoutes } from '../http/resources/profile-schema.routes.ts'
import { profileRoutes } from '../http/resources/profiles.routes.ts'
import { templateRoutes } from '../http/resources/templates.routes.ts'
import { trafficRoutes } from '../http/resources/traffic.routes.ts'
import { whyRoutes } from '../http/resources/why.routes.ts'
import type { Clock } from '../lib/clock.ts'
import { unitaryStatus } from '../messages/status.store.ts'
import { organizationOf } from './instance.store.ts'

/** What the API is started with. */
export interface ApiOptions {
  readonly pool: pg.Pool
  /** For accepting alone: what the studio asks cannot keep it waiting. Left out: `pool`. */
  readonly intakePool?: pg.Pool
  readonly clock: Clock
  readonly log: Logger
  readonly newId: () => string
  readonly random: () => number
  readonly secret: string
  readonly host: string
  readonly port: number
  readonly publicUrl: string
  readonly studioDir?: string
}

/** A listening API. */
export interface ApiRole {
  readonly port: number
  readonly url: string
  /** Takes no new calls and answers those that came. */
  close(): Promise<void>
}

/** The sum rows of this process' accepts; workers count from 100. */
const FIRST_SHARD = 0

const isReady = async (pool: pg.Pool): Promise<boolean> => {
  await pool.query('select 1')
  return true
}

/** Puts the API together without listening: what the role serves, and what tests call. */
export const composeApi = async (options: Omit<ApiOptions, 'host' | 'port'>): Promise<FastifyInstance> => {
  const { pool, clock, newId, random, secret, publicUrl, log } = options
  const organization = (await organizationOf(pool)) ?? ''
  const campaigns = createCampaignCache(pool, clock)
  const clocks = createSandboxClocks({ db: pool, clock })
  const sources = createContentSources(pool, { clock, secret })
  const holds = createHolds({ db: pool, clock })
  const versions = createVersions({ db: pool, clock, sources })
  const intake = createIntake({ pool: options.intakePool ?? pool, clock, newId, firstShard: FIRST_SHARD })
  const deps = { pool, clock, clocks, newId, campaigns, intake }
  const trigger = { test: (call: TestCall) => triggerTest(deps, call) }
  const shared = {
    pool,
    clock,
    clocks,
    newId,
    publicUrl,
    organization,
    secret,
    trigger,
    stage: async (sandboxId: string, contextSchema?: CampaignProperties['contextSchema']) => ({
      sandboxId,
      clock: (await clocks.clocksIn([sandboxId]))(sandboxId),
      random,
      sources: withDrafts(pool, sources),
      schemas: await declaredSchemas(pool, sandboxId, contextSchema),
    }),
    onCampaignChanged: campaigns.forget,
  }
  return createApp({
    pool,
    clock,
    secret,
    publicUrl,
    organization,
    log,
    ...(options.studioDir === undefined ? {} : { studioDir: options.studioDir }),
    ready: () => isReady(pool),
    trigger: {
      trigger: call => triggerCall(deps, call),
      dryRun: call => dryRun({ db: pool, clock, clocks, random, campaigns, versions, sources, holds }, call),
      status: (sandboxId, executionId) => unitaryStatus(pool, sandboxId, executionId),
    },
    resources: [
      campaignRoutes(shared),
      profileRoutes(shared),
      profileBatchRoutes(shared),
      profileExportRoutes(shared),
      importRoutes(shared),
      namespaceRoutes(shared),
      profileSchemaRoutes(shared),
      fragmentRoutes(shared),
      lookupTableRoutes(shared),
      encryptionKeyRoutes(shared),
      executionRoutes(shared),
      deadLetterRoutes(shared),
      whyRoutes(shared),
      trafficRoutes(shared),
      holdRoutes(shared),
      configurationRoutes(shared),
      inboxRoutes(shared),
      clockRoutes(shared),
      templateRoutes(shared),
    ],
  })
}

/** Puts the API together and listens. */
export const startApi = async (options: ApiOptions): Promise<ApiRole> => {
  const app = await composeApi(options)
  await app.listen({ host: options.host, port: options.port })
  return { port: options.port, url: options.publicUrl, close: () => app.close() }
}
