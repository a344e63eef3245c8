/**
 * The life of a channel configuration: draft, checked and active (or failed), deactivated. While it is active its name
 * and the domain of its sender stay: records and reputations hang on them. Everything else that changes is used by mail that
 * is rendered from then on.
 */
import type { ChannelConfiguration, ChannelConfigurationWrite, LiveCheck } from '@carillon/contract'
import { type Db, transaction } from '../db/pool.ts'
import { Fault, type Problem } from '../lib/fault.ts'
import {
  type ConfigurationFacts,
  configurationNeedsProfile,
  configurationProblems,
} from './check-configuration.ts'
import {
  findConfiguration,
  insertConfiguration,
  type LiveUse,
  liveUses,
  lockConfiguration,
  replaceConfiguration,
  setConfigurationChecks,
  setConfigurationStatus,
} from './configuration.store.ts'
import { channelOfWrite, isEmail } from './configuration-settings.ts'
import type { Actor } from './lifecycle.ts'
import {
  CHECK_POINTERS,
  type ConfigurationActor,
  domainsOf,
  freshlyBad,
  movedOn,
  runChecks,
  wayOf,
} from './live-checks.ts'
import { credentialsOf } from './push-credentials.ts'
import { listSeedLists, listTransportGroups } from './sending-lists.store.ts'
import { listTransports } from './transport.store.ts'
import { configurationFindings } from './validate.ts'

/** A configuration of the sandbox; throws when there is none of that id. */
export const getConfiguration = async (
  { pool, sandboxId }: Actor,
  id: string,
): Promise<ChannelConfiguration> => {
  const found = await findConfiguration(pool, sandboxId, id)
  if (found === undefined)
    throw new Fault('not_found', { detail: 'There is no such channel configuration in this sandbox.' })
  return found
}

const refuse = (problems: readonly Problem[]): void => {
  if (problems.length > 0) throw new Fault('payload_invalid', { problems: [...problems] })
}

/** What configurations of a sandbox may refer to. */
export const configurationFacts = async (db: Db, sandboxId: string): Promise<ConfigurationFacts> => {
  const transports = await listTransports(db, sandboxId)
  return {
    transports: new Map(transports.map(one => [one.id, one.kind])),
    pushPlatforms: new Map(
      transports.flatMap(({ id, push }) => (push === null ? [] : [[id, credentialsOf(push)]])),
    ),
    groups: await listTransportGroups(db, sandboxId),
    seedListIds: new Set((await listSeedLists(db, sandboxId)).map(one => one.id)),
  }
}

const checkWrite = async ({ pool, sandboxId }: Actor, write: ChannelConfigurationWrite): Promise<void> =>
  refuse(configurationProblems(write, await configurationFacts(pool, sandboxId)))

/** Makes a configuration: a draft where the write says so, else one that can be used at once. */
export const createConfiguration = async (
  by: Actor,
  write: ChannelConfigurationWrite,
): Promise<ChannelConfiguration> => {
  await checkWrite(by, write)
  const id = by.newId()
  await transaction(by.pool, tx =>
    insertConfiguration(tx, { id, sandboxId: by.sandboxId, now: by.now, write }),
  )
  return getConfiguration(by, id)
}

/** The domains that mail of it may be from, as one text; of other channels none. */
const namesOf = (one: ChannelConfigurationWrite): string =>
  isEmail(one) ? [...new Set(domainsOf(one).map(({ domain }) => domain))].sort().join() : ''

const dynamicDomainOf = (one: ChannelConfigurationWrite) => (isEmail(one) ? one.dynamicDomain : null)

const lockedProblems = (before: ChannelConfiguration, write: ChannelConfigurationWrite): Problem[] => {
  if (before.channel !== channelOfWrite(write))
    return [{ pointer: '/channel', message: 'stays; make another configuration' }]
  if (before.status !== 'active') return []
  const message = 'stays while the configuration is active; deactivate it first'
  return [
    ...(before.name === write.name ? [] : [{ pointer: '/name', message }]),
    ...(namesOf(before) === namesOf(write)
      ? []
      : [
          {
            pointer: dynamicDomainOf(before) || dynamicDomainOf(write) ? '/dynamicDomain' : '/fromAddress',
            message: `The domain ${message}`,
          },
        ]),
  ]
}

// A live campaign goes on with the configuration, so what it was activated under must hold of what is written.
const liveProblems = (uses: readonly LiveUse[], write: ChannelConfigurationWrite): Problem[] => {
  const channel = channelOfWrite(write)
  const configuration = { channel, status: 'active', category: write.category ?? null } as const
  const facts = { configuration, configurationNeedsProfile: configurationNeedsProfile(write) }
  return uses.flatMap(use =>
    configurationFindings(use, facts).map(({ code }) => ({
      pointer: code === 'configuration_category' ? '/category' : '',
      message:
        code === 'configuration_category'
          ? `is not that of the live campaign "${use.name}"`
          : `The live campaign "${use.name}" knows no profile, and this personalises by one`,
    })),
  )
}

/**
 * The checks of an active configuration that was checked and would take another way; undefined: nothing to check. What was
 * let pass before may stay as it is; anything else that is wrong is refused.
 */
const recheck = async (
  by: ConfigurationActor,
  before: ChannelConfiguration,
  write: ChannelConfigurationWrite,
): Promise<LiveCheck[] | undefined> => {
  if (before.status !== 'active' || before.lastChecks === null) return undefined
  if (wayOf(before) === wayOf(write)) return undefined
  const checks = await runChecks(by, write)
  refuse(
    freshlyBad(before, checks).map(({ name, host, message }) => ({
      pointer: CHECK_POINTERS[name],
      message: `needs records that are not there: ${host}: ${message}`,
    })),
  )
  return checks
}

const locked = async (tx: Db, by: Actor, id: string): Promise<ChannelConfiguration> => {
  const found = await lockConfiguration(tx, { sandboxId: by.sandboxId, id }, 'update')
  if (found === undefined) throw new Fault('not_found')
  return found
}

/** Replaces a configuration's settings. Refused while a live campaign could not go on with them. */
export const changeConfiguration = async (
  by: ConfigurationActor,
  id: string,
  write: ChannelConfigurationWrite,
): Promise<ChannelConfiguration> => {
  const before = await getConfiguration(by, id)
  refuse(lockedProblems(before, write))
  await checkWrite(by, write)
  const checks = await recheck(by, before, write)
  const { sandboxId, now } = by
  await transaction(by.pool, async tx => {
    const young = await locked(tx, by, id)
    if (young.status !== before.status || wayOf(young) !== wayOf(before)) throw movedOn()
    if (young.status === 'active') refuse(liveProblems(await liveUses(tx, sandboxId, id), write))
    await replaceConfiguration(tx, { id, sandboxId, now, write })
    if (checks !== undefined) await setConfigurationChecks(tx, { id, sandboxId, now, checks })
  })
  return getConfiguration(by, id)
}

/** Looks everything up now; the status stays as it is. */
export const checkConfiguration = async (
  by: ConfigurationActor,
  id: string,
): Promise<ChannelConfiguration> => {
  const configuration = await getConfiguration(by, id)
  const checks = await runChecks(by, configuration)
  const { sandboxId, now } = by
  await setConfigurationChecks(by.pool, { id, sandboxId, now, checks })
  return getConfiguration(by, id)
}

/**
 * Checks a configuration and puts it to use. A record that is missing or wrong makes it `failed`, unless somebody insists;
 * what could not be checked does not stand in the way.
 */
export const submitConfiguration = async (
  by: ConfigurationActor,
  id: string,
  force: boolean,
): Promise<ChannelConfiguration> => {
  const configuration = await getConfiguration(by, id)
  if (configuration.status === 'active')
    throw new Fault('resource_state', { detail: 'The configuration is active already.' })
  const checks = await runChecks(by, configuration)
  const isBad = checks.some(one => one.verdict === 'bad')
  const { sandboxId, now } = by
  await transaction(by.pool, async tx => {
    const young = await locked(tx, by, id)
    if (young.status !== configuration.status || wayOf(young) !== wayOf(configuration)) throw movedOn()
    await setConfigurationChecks(tx, { id, sandboxId, now, checks })
    await setConfigurationStatus(tx, { id, sandboxId, now, status: isBad && !force ? 'failed' : 'active' })
  })
  return getConfiguration(by, id)
}

/** Takes a configuration out of use; refused while a live campaign sends with it. Accepted messages finish. */
export const deactivateConfiguration = async (by: Actor, id: string): Promise<ChannelConfiguration> => {
  await getConfiguration(by, id)
  const { pool, sandboxId, now } = by
  await transaction(pool, async tx => {
    const { status } = await locked(tx, by, id)
    if (status !== 'active')
      throw new Fault('resource_state', { detail: 'Only an active configuration can be deactivated.' })
    if ((await liveUses(tx, sandboxId, id)).length > 0)
      throw new Fault('resource_in_use', { detail: 'A live campaign sends with it; stop that one first.' })
    await setConfigurationStatus(tx, { id, sandboxId, now, status: 'deactivated' })
  })
  return getConfiguration(by, id)
}
