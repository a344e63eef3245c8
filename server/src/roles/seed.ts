/**
 * What an empty database gets at the first start: the organization, the sandboxes `prod` and `dev` with a way to
 * send into the Inbox, and samples in `dev`. Knows nothing of how Carillon runs.
 */
import { type CampaignChannel, DEFAULT_RETRY_MINUTES } from '@carillon/contract'
import type pg from 'pg'
import type { Db } from '../db/pool.ts'
import { transaction } from '../db/pool.ts'
import { insertGlobalRuleSet } from '../rules/rule-set.store.ts'
import { deliveryUpdate } from './samples/delivery-update.ts'
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
  ...[orderConfirmation, passwordReset, springOffer, parcelAlert, deliveryUpdate],
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
  readonly configurationIds: Readonly<Partial<Record<CampaignChannel, string>>>
}

const seedSandbox = async (
  tx: Db,
  { now, newId }: SeedOptions,
  { name, production }: { name: string; production: boolean },
): Promise<SeededSandbox> => {
  const [id, transportId, configurationId] = [newId(), newId(), newId()]
  const [pushTransportId, pushConfigurationId] = [newId(), newId()]
  await insertSandbox(tx, { id, name, production, now })
  await insertGlobalRuleSet(tx, { id: newId(), sandboxId: id, now })
  // The sandbox sink gets a new port at each start, so the transport's row holds none.
  const inbox = { sandboxId: id, settings: {}, now }
  await insertSandboxTransport(tx, { ...inbox, id: transportId, name: 'Inbox', kind: 'sandbox_smtp' })
  await insertSandboxTransport(tx, {
    ...inbox,
    id: pushTransportId,
    name: 'Inbox (push)',
    kind: 'sandbox_push',
  })
  await insertConfiguration(tx, {
    id: configurationId,
    channel: 'email',
    sandboxId: id,
    name: 'Default email',
    transportId,
    settings: {
      fromName: 'Carillon',
      fromAddress: `hello@${name}.example.test`,
      replyTo: null,
      retryMinutes: DEFAULT_RETRY_MINUTES,
    },
    now,
  })
  await insertConfiguration(tx, {
    ...{ id: pushConfigurationId, channel: 'push', sandboxId: id, name: 'Default push' },
    ...{ transportId: pushTransportId, now },
    settings: { apps: SAMPLE_APPS, shownBy: 'system', retryMinutes: DEFAULT_RETRY_MINUTES },
  })
  return { id, configurationIds: { email: configurationId, push: pushConfigurationId } }
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
