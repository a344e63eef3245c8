/** The API process' parts put together: intake, dry run, resources, the studio's files, and the HTTP server. */
import type { CampaignProperties } from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import type { Logger } from 'pino'
import { createIntake } from '../campaigns/accept.ts'
import { createCampaignCache } from '../campaigns/campaign-cache.ts'
import { createSandboxClocks } from '../campaigns/sandbox-clock.ts'
import { type TestCall, triggerCall, triggerTest } from '../campaigns/trigger.ts'
import { createDns, type Dns } from '../channels/email/dns/resolver.ts'
import { createFeedbackAddresses } from '../channels/email/verp.ts'
import { createCallAddresses } from '../channels/sms/call-address.ts'
import { createAddressHash } from '../consent/address-hash.ts'
import { createConsentLinks } from '../consent/links.ts'
import { declaredSchemas } from '../content/authoring.ts'
import { createContentSources, withDrafts } from '../content/content-sources.ts'
import { dryRun } from '../delivery/dry-run.ts'
import { createHolds } from '../delivery/holds.ts'
import type { SandboxPorts } from '../delivery/opener.ts'
import { createVersions } from '../delivery/versions.ts'
import { createFeedbackCounter } from '../feedback/counter.ts'
import { fetchText } from '../feedback/fetch-text.ts'
import { createSnsVerifier, type FetchText } from '../feedback/sns.ts'
import { createApp } from '../http/app.ts'
import { preferencePages } from '../http/preferences/preference-pages.ts'
import { browserPushRoutes } from '../http/push/browser.routes.ts'
import { shortLinkRoutes } from '../http/short-links.routes.ts'
import { smsCallRoutes } from '../http/sms-calls.routes.ts'
import { trackingRoutes } from '../http/tracking/tracking.routes.ts'
import { webhookRoutes } from '../http/webhooks.routes.ts'
import type { Clock } from '../lib/clock.ts'
import { unitaryStatus } from '../messages/status.store.ts'
import { createInteractions } from '../tracking/interactions.ts'
import { createTracking } from '../tracking/tracking.ts'
import { audiencePort } from './audience-port.ts'
import { organizationOf } from './instance.store.ts'
import { resourcesOf } from './resources.ts'

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
  /** Who is asked for DNS records. Left out: the machine's own name servers. */
  readonly dns?: Dns
  /** Where the sandbox's stand-ins listen; left out: nowhere. */
  readonly sinks?: SandboxPorts
  readonly studioDir?: string
  /** Where the receiver of bounces listens; left out: there is none. */
  readonly feedbackPort?: number
  /** How texts of providers are read; left out: by HTTP. */
  readonly fetchText?: FetchText
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
/** Of what webhooks settle. */
const WEBHOOK_SHARD = 96

/** The longest that an end waits for opens and clicks to be written. */
const FLUSH_MS = 3_000

const isReady = async (pool: pg.Pool): Promise<boolean> => {
  await pool.query('select 1')
  return true
}

const webhooksOf = (options: Omit<ApiOptions, 'host' | 'port'>) => {
  const { pool, clock, newId, secret, publicUrl, fetchText: read = fetchText } = options
  const counter = createFeedbackCounter({ pool, clock })
  const mail = webhookRoutes({
    ...{ pool, clock, newId, shard: WEBHOOK_SHARD, fetchText: read, verifySns: createSnsVerifier(read) },
    addresses: createFeedbackAddresses(secret),
    counter,
  })
  const sms = smsCallRoutes({
    ...{ pool, clock, newId, shard: WEBHOOK_SHARD, counter, secret, publicUrl },
    addresses: createCallAddresses({ secret, publicUrl }),
  })
  // Each has its own idea of bodies.
  return async (app: FastifyInstance): Promise<void> => {
    await app.register(mail)
    await app.register(sms)
  }
}

/** What people reach from their messages. */
const pagesOf =
  (deps: Parameters<typeof preferencePages>[0]) =>
  async (app: FastifyInstance): Promise<void> => {
    await app.register(preferencePages(deps))
    await app.register(shortLinkRoutes(deps))
  }

/** Puts the API together without listening: what the role serves, and what tests call. */
export const composeApi = async (options: Omit<ApiOptions, 'host' | 'port'>): Promise<FastifyInstance> => {
  const { pool, clock, newId, random, secret, publicUrl, log } = options
  const organization = (await organizationOf(pool)) ?? ''
  const campaigns = createCampaignCache(pool, clock)
  const clocks = createSandboxClocks({ db: pool, clock })
  const sources = createContentSources(pool, { clock, secret })
  const links = createConsentLinks({ secret, publicUrl })
  const tracking = createTracking({ secret, publicUrl })
  const interactions = createInteractions({ pool, log })
  const addressHash = createAddressHash(secret)
  const holds = createHolds({ db: pool, clock })
  const versions = createVersions({ db: pool, clock, sources })
  const intake = createIntake({ pool: options.intakePool ?? pool, clock, newId, firstShard: FIRST_SHARD })
  const deps = { pool, clock, clocks, newId, campaigns, intake }
  const trigger = { test: (call: TestCall) => triggerTest(deps, call) }
  const shared = {
    ...{ pool, clock, clocks, newId, publicUrl, organization, secret },
    ...{ links, tracking, interactions, trigger },
    dns: options.dns ?? createDns(),
    sinks: options.sinks ?? { smtp: 0, http: 0, push: { http: 0, http2: 0 } },
    stage: async (sandboxId: string, contextSchema?: CampaignProperties['contextSchema']) => ({
      sandboxId,
      clock: (await clocks.clocksIn([sandboxId]))(sandboxId),
      random,
      sources: withDrafts(pool, sources),
      declared: await declaredSchemas(pool, sandboxId, contextSchema),
    }),
    onCampaignChanged: campaigns.forget,
    feedbackPort: options.feedbackPort,
  }
  const dryRunDeps = {
    ...{ db: pool, clock, clocks, random, campaigns },
    ...{ versions, sources, holds, links, addressHash, tracking },
  }
  const app = await createApp({
    ...{ pool, clock, newId, secret, publicUrl, organization, log },
    ...(options.studioDir === undefined ? {} : { studioDir: options.studioDir }),
    ready: () => isReady(pool),
    trigger: {
      trigger: call => triggerCall(deps, call),
      dryRun: call => dryRun(dryRunDeps, call),
      status: (sandboxId, executionId) => unitaryStatus(pool, sandboxId, executionId),
    },
    audiences: audiencePort(deps),
    resources: resourcesOf({ ...shared, runs: deps, dryRun: call => dryRun(dryRunDeps, call) }),
    webhooks: webhooksOf(options),
    pages: pagesOf({ pool, clock, log, newId, secret, links, interactions }),
    tracking: trackingRoutes({ pool, clock, log, secret, interactions }),
    interactions,
    browsers: browserPushRoutes({ pool, clock, newId, secret, interactions }),
  })
  app.addHook('onClose', () => interactions.close(FLUSH_MS))
  return app
}

/** Puts the API together and listens. */
export const startApi = async (options: ApiOptions): Promise<ApiRole> => {
  const app = await composeApi(options)
  await app.listen({ host: options.host, port: options.port })
  return { port: options.port, url: options.publicUrl, close: () => app.close() }
}
