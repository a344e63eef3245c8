/**
 * What an empty database gets at the first start: the organization, the sandboxes `prod` and `dev` with a way to
 * send into the Inbox, and samples in `dev`. Knows nothing of how Carillon runs.
 */
import {
  type CampaignChannel,
  CHANNELS,
  DEFAULT_RETRY_MINUTES,
  PUSH_SENDING_DEFAULTS,
  SMS_SENDING_DEFAULTS,
  type TransportKind,
} from '@carillon/contract'
import type pg from 'pg'
import type { Db } from '../db/pool.ts'
import { transaction } from '../db/pool.ts'
import { insertGlobalRuleSet } from '../rules/rule-set.store.ts'
import { deliveryUpdate } from './samples/delivery-update.ts'
import { oneTimeCode } from './samples/one-time-code.ts'
import { orderConfirmation } from './samples/order-confirmation.ts'
import { parcelAlert, SAMPLE_APPS } from './samples/parcel-alert.ts'
import { passwordReset } from './samples/password-reset.ts'
import { profileSchema } from './samples/profile-schema.ts'
import { sampleProfiles } from './samples/profiles.ts'
import { offerAudience, springOffer } from './samples/spring-offer.ts'
import {
  insertAudience,
  insertCampaign,
  insertConfiguration,
  insertOrganization,
  insertProfile,
  insertProfileSchema,
  insertSandbox,
  insertSandboxTransport,
  isEmpty,
  lockSeed,
} from './seed.store.ts'
import { propertiesOf, type SampleCampaign } from './seed-samples.ts'

/** What the seed is given. */
export interface SeedOptions {
  readonly now: Date
  readonly newId: () => string
}

/** The sample campaigns, the one of the printed trigger call first. */
export const SAMPLE_CAMPAIGNS: readonly SampleCampaign[] = [
  ...[orderConfirmation, passwordReset, springOffer, deliveryUpdate, oneTimeCode, parcelAlert],
]

/**
 * Fills an empty database, in one transaction under a lock: several starts at once seed once, and a start that dies
 * half-way leaves nothing. A database that has a sandbox is left as it is. Answers whether it seeded.
 */
export const seed = async (pool: pg.Pool, options: SeedOptions): Promise<boolean> =>
  transaction(pool, async tx => {
    await lockSeed(tx)
    if (!(await isEmpty(tx))) return false
    // The last eight digits of a UUIDv7 are random.
    await insertOrganization(tx, `carillon-${options.newId().slice(-8)}@CarillonOrg`)
    await seedSandbox(tx, options, { name: 'prod', production: true })
    const dev = await seedSandbox(tx, options, { name: 'dev', production: false })
    await seedSamples(tx, options, dev)
    return true
  })

interface SeededSandbox {
  readonly id: string
  readonly configurationIds: Readonly<Record<CampaignChannel, string>>
}

const seedSandbox = async (
  tx: Db,
  { now, newId }: SeedOptions,
  { name, production }: { name: string; production: boolean },
): Promise<SeededSandbox> => {
  const id = newId()
  await insertSandbox(tx, { id, name, production, now })
  await insertGlobalRuleSet(tx, { id: newId(), sandboxId: id, now })
  const configurationIds = { email: newId(), sms: newId(), push: newId() }
  for (const channel of CHANNELS) {
    const { transport, configuration } = FIRST[channel](name)
    const transportId = newId()
    // The stand-ins get a new port at each start, so the transport's row holds none.
    await insertSandboxTransport(tx, { id: transportId, sandboxId: id, ...transport, settings: {}, now })
    await insertConfiguration(tx, {
      ...{ id: configurationIds[channel], sandboxId: id, channel, transportId, now },
      ...configuration,
    })
  }
  return { id, configurationIds }
}

interface First {
  readonly transport: { readonly name: string; readonly kind: TransportKind }
  readonly configuration: { readonly name: string; readonly settings: Readonly<Record<string, unknown>> }
}

/** What a channel of a new sandbox sends with: into the Inbox. */
const FIRST: Readonly<Record<CampaignChannel, (sandbox: string) => First>> = {
  email: sandbox => ({
    transport: { name: 'Inbox', kind: 'sandbox_smtp' },
    configuration: {
      name: 'Default email',
      settings: {
        ...{ fromName: 'Carillon', fromAddress: `hello@${sandbox}.example.test`, replyTo: null },
        retryMinutes: DEFAULT_RETRY_MINUTES,
      },
    },
  }),
  sms: () => ({
    transport: { name: 'Inbox for SMS', kind: 'sandbox_twilio' },
    configuration: {
      name: 'SMS into the Inbox',
      settings: { ...SMS_SENDING_DEFAULTS, sender: '+3197010203040', retryMinutes: DEFAULT_RETRY_MINUTES },
    },
  }),
  push: () => ({
    transport: { name: 'Inbox for push', kind: 'sandbox_push' },
    configuration: {
      name: 'Push into the Inbox',
      settings: { ...PUSH_SENDING_DEFAULTS, apps: SAMPLE_APPS, retryMinutes: DEFAULT_RETRY_MINUTES },
    },
  }),
}

const seedSamples = async (tx: Db, { now, newId }: SeedOptions, sandbox: SeededSandbox): Promise<void> => {
  // Lists show the highest id first, and the first sample is to lead the list.
  const ids = SAMPLE_CAMPAIGNS.map(() => newId())
    .sort()
    .reverse()
  const audienceId = newId()
  await insertAudience(tx, { id: audienceId, sandboxId: sandbox.id, ...offerAudience, now })
  const references = { configurationIds: sandbox.configurationIds, audienceId }
  for (const [index, campaign] of SAMPLE_CAMPAIGNS.entries()) {
    await insertCampaign(tx, {
      id: ids[index] ?? newId(),
      sandboxId: sandbox.id,
      versionId: campaign.live ? newId() : null,
      properties: propertiesOf(campaign, references),
      now,
    })
  }
  await insertProfileSchema(tx, { sandboxId: sandbox.id, schema: profileSchema, now })
  for (const profile of sampleProfiles) {
    await insertProfile(tx, { ...profile, id: newId(), sandboxId: sandbox.id, now })
  }
}
