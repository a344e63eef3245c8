/**
 * The life of a channel configuration: draft, checked and active (or failed), deactivated. While it is active its name
 * and the domain of its sender stay: records and reputations hang on them. Everything else that changes is used by mail that
 * is rendered from then on.
 */
import {
  type ChannelConfiguration,
  type ChannelConfigurationWrite,
  type EmailChannelConfiguration,
  isSandboxTransport,
  type LiveCheck,
} from '@carillon/contract'
import { checkSending, type SendingFacts } from '../channels/email/dns/checks.ts'
import type { Dns } from '../channels/email/dns/resolver.ts'
import { Fault, type Problem } from '../lib/fault.ts'
import { configurationProblems, writtenDomain } from './check-configuration.ts'
import {
  findConfiguration,
  insertConfiguration,
  isUsedByLive,
  replaceConfiguration,
  setConfigurationStatus,
} from './configuration.store.ts'
import { channelOfWrite } from './configuration-settings.ts'
import { listDkimKeys } from './dkim-key.store.ts'
import type { Actor } from './lifecycle.ts'
import { listSeedLists, listTransportGroups } from './sending-lists.store.ts'
import { findTransport, listTransports } from './transport.store.ts'

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

const checkWrite = async (by: Actor, write: ChannelConfigurationWrite): Promise<void> => {
  const { pool, sandboxId } = by
  const transports = new Map((await listTransports(pool, sandboxId)).map(one => [one.id, one.kind]))
  const groups = await listTransportGroups(pool, sandboxId)
  const seedListIds = new Set((await listSeedLists(pool, sandboxId)).map(one => one.id))
  refuse(configurationProblems(write, { transports, groups, seedListIds }))
}

/** Makes a configuration: a draft where the write says so, else one that can be used at once. */
export const createConfiguration = async (
  by: Actor,
  write: ChannelConfigurationWrite,
): Promise<ChannelConfiguration> => {
  await checkWrite(by, write)
  const id = by.newId()
  await insertConfiguration(by.pool, { id, sandboxId: by.sandboxId, now: by.now, write })
  return getConfiguration(by, id)
}

const fromDomainOf = (one: ChannelConfigurationWrite): string | undefined =>
  'fromAddress' in one ? writtenDomain(one.fromAddress) : undefined

const lockedProblems = (before: ChannelConfiguration, write: ChannelConfigurationWrite): Problem[] => {
  if (before.channel !== channelOfWrite(write))
    return [{ pointer: '/channel', message: 'stays; make another configuration' }]
  if (before.status !== 'active') return []
  const message = 'stays while the configuration is active; deactivate it first'
  return [
    ...(before.name === write.name ? [] : [{ pointer: '/name', message }]),
    ...(fromDomainOf(before) === fromDomainOf(write)
      ? []
      : [{ pointer: '/fromAddress', message: `The domain ${message}` }]),
  ]
}

/** Replaces a configuration's settings. */
export const changeConfiguration = async (
  by: Actor,
  id: string,
  write: ChannelConfigurationWrite,
): Promise<ChannelConfiguration> => {
  const before = await getConfiguration(by, id)
  refuse(lockedProblems(before, write))
  await checkWrite(by, write)
  await replaceConfiguration(by.pool, { id, sandboxId: by.sandboxId, now: by.now, write })
  return getConfiguration(by, id)
}

const spfMechanismOf = async (by: Actor, transportId: string): Promise<string | undefined> => {
  const transport = await findTransport(by.pool, by.sandboxId, transportId)
  if (transport === undefined || isSandboxTransport(transport.kind)) return undefined
  if (transport.kind === 'ses') return 'include:amazonses.com'
  if (transport.kind === 'sendgrid') return 'include:sendgrid.net'
  return `a:${transport.smtp?.host ?? ''}`
}

const domainsOf = ({ fromAddress, dynamicDomain, linkHost }: EmailChannelConfiguration) =>
  dynamicDomain === null
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
  configuration: ChannelConfiguration,
): Promise<LiveCheck[]> => {
  if (configuration.channel !== 'email') return []
  const spfMechanism = await spfMechanismOf(by, configuration.transportId)
  if (spfMechanism === undefined) return []
  const keys = (await listDkimKeys(by.pool, by.sandboxId)).filter(key => key.status === 'active')
  const host = new URL(by.publicUrl).hostname
  const facts = domainsOf(configuration).map(
    ({ domain, linkHost }): SendingFacts => ({
      fromDomain: domain,
      bounceDomain: configuration.bounceDomain ?? domain,
      spfMechanism,
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
  await setConfigurationStatus(by.pool, { id, sandboxId, now, status: configuration.status, checks })
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
  await setConfigurationStatus(by.pool, {
    ...{ id, sandboxId, now, checks },
    status: isBad && !force ? 'failed' : 'active',
  })
  return getConfiguration(by, id)
}

/** Takes a configuration out of use; refused while a live campaign sends with it. Accepted messages finish. */
export const deactivateConfiguration = async (by: Actor, id: string): Promise<ChannelConfiguration> => {
  const configuration = await getConfiguration(by, id)
  if (configuration.status !== 'active')
    throw new Fault('resource_state', { detail: 'Only an active configuration can be deactivated.' })
  if (await isUsedByLive(by.pool, by.sandboxId, id))
    throw new Fault('resource_in_use', { detail: 'A live campaign sends with it; stop that one first.' })
  const { pool, sandboxId, now } = by
  await setConfigurationStatus(pool, { id, sandboxId, now, status: 'deactivated', checks: null })
  return getConfiguration(by, id)
}
