/**
 * The life of a channel configuration: draft, checked and active (or failed), deactivated. While it is active its name
 * and the domain of its sender stay: records and reputations hang on them. Everything else that changes is used by mail that
 * is rendered from then on.
 */
import type {
  ChannelConfiguration,
  ChannelConfigurationWrite,
  EmailConfigurationWrite,
  LiveCheck,
} from '@carillon/contract'
import { checkSending, type SendingFacts, type SendingWay } from '../channels/email/dns/checks.ts'
import type { Dns } from '../channels/email/dns/resolver.ts'
import { type Db, transaction } from '../db/pool.ts'
import { Fault, type Problem } from '../lib/fault.ts'
import {
  type ConfigurationFacts,
  configurationNeedsProfile,
  configurationProblems,
  writtenDomain,
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
import { listDkimKeys } from './dkim-key.store.ts'
import type { Actor } from './lifecycle.ts'
import { credentialsOf } from './push-credentials.ts'
import { listSeedLists, listTransportGroups } from './sending-lists.store.ts'
import { listTransports } from './transport.store.ts'
import { configurationFindings } from './validate.ts'

/** Who acts on a configuration, and with what. */
export interface ConfigurationActor extends Actor {
  readonly dns: Dns
  readonly publicUrl: string
}

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

/** What of a configuration the live checks are about. */
const wayOf = (one: ChannelConfigurationWrite): string =>
  JSON.stringify([
    ...[one.transportId, one.transportGroupId ?? null, one.fallbackTransportIds ?? []],
    ...(isEmail(one) ? [one.bounceDomain?.toLowerCase() ?? null, domainsOf(one)] : []),
  ])

const CHECK_POINTERS = {
  ...{ spf: '/transportId', dkim: '/transportId', dmarc: '/fromAddress', mx: '/bounceDomain' },
  links: '/linkHost',
} as const satisfies Record<LiveCheck['name'], string>

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
  const known = before.lastChecks.checks.filter(one => one.verdict === 'bad')
  const checks = await runChecks(by, write)
  const fresh = checks.filter(
    ({ verdict, name, host }) =>
      verdict === 'bad' && !known.some(one => one.name === name && one.host === host),
  )
  refuse(
    fresh.map(({ name, host, message }) => ({
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

const movedOn = (): Fault =>
  new Fault('resource_state', {
    detail: 'Somebody else changed the configuration meanwhile; look at it again.',
  })

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

/** The ways that its mail may take, over the members of its group and the fallbacks too; none: it ends in the Inbox. */
const waysOf = async (by: Actor, configuration: EmailConfigurationWrite): Promise<SendingWay[]> => {
  const { transportId, fallbackTransportIds = [], transportGroupId } = configuration
  const groups = await listTransportGroups(by.pool, by.sandboxId)
  const members = groups.find(group => group.id === transportGroupId)?.transportIds ?? []
  const ids = new Set([transportId, ...members, ...fallbackTransportIds])
  const transports = (await listTransports(by.pool, by.sandboxId)).filter(one => ids.has(one.id))
  return transports.flatMap(({ kind, smtp }): SendingWay[] => {
    if (kind === 'ses' || kind === 'sendgrid') return [{ kind }]
    return smtp === null ? [] : [{ kind: 'smtp', host: smtp.host }]
  })
}

const domainsOf = ({ fromAddress, dynamicDomain, linkHost = null }: EmailConfigurationWrite) =>
  !dynamicDomain
    ? [{ domain: writtenDomain(fromAddress) ?? '', linkHost }]
    : dynamicDomain.domains.map(one => ({
        domain: one.domain.toLowerCase(),
        linkHost: one.linkHost ?? linkHost,
      }))

const isUnder = (domain: string, parent: string): boolean =>
  domain === parent || domain.endsWith(`.${parent}`)

/** The live checks of everything that a configuration sends from. Into the Inbox there is nothing to check. */
const runChecks = async (
  by: ConfigurationActor,
  configuration: ChannelConfigurationWrite,
): Promise<LiveCheck[]> => {
  if (!isEmail(configuration)) return []
  const ways = await waysOf(by, configuration)
  if (ways.length === 0) return []
  const keys = (await listDkimKeys(by.pool, by.sandboxId)).filter(key => key.status === 'active')
  const host = new URL(by.publicUrl).hostname
  const facts = domainsOf(configuration).map(
    ({ domain, linkHost }): SendingFacts => ({
      fromDomain: domain,
      bounceDomain: configuration.bounceDomain ?? domain,
      ways,
      keys: keys.filter(key => isUnder(domain, key.domain)),
      linkHost: linkHost === null ? null : { host: linkHost, target: host },
      mailHost: host,
    }),
  )
  return (await Promise.all(facts.map(one => checkSending(by.dns, one)))).flat()
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
