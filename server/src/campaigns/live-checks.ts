/** The live checks of channel configurations: which ways their mail may take, from which domains, and what the DNS says of both. */
import type {
  ChannelConfiguration,
  ChannelConfigurationWrite,
  EmailConfigurationWrite,
  LiveCheck,
  TransportGroup,
} from '@carillon/contract'
import { checkSending, type SendingFacts, type SendingWay } from '../channels/email/dns/checks.ts'
import type { Dns } from '../channels/email/dns/resolver.ts'
import { Fault } from '../lib/fault.ts'
import { writtenDomain } from './check-configuration.ts'
import { isEmail } from './configuration-settings.ts'
import { listDkimKeys } from './dkim-key.store.ts'
import type { Actor } from './lifecycle.ts'
import { listTransportGroups } from './sending-lists.store.ts'
import { listTransports } from './transport.store.ts'

/** Who acts on a configuration, and with what. */
export interface ConfigurationActor extends Actor {
  readonly dns: Dns
  readonly publicUrl: string
}

/** Refuses what was decided about a configuration that is another one by now. */
export const movedOn = (): Fault =>
  new Fault('resource_state', {
    detail: 'Somebody else changed the configuration meanwhile; look at it again.',
  })

/** The member of a configuration that each check is about. */
export const CHECK_POINTERS = {
  ...{ spf: '/transportId', dkim: '/transportId', dmarc: '/fromAddress', mx: '/bounceDomain' },
  links: '/linkHost',
} as const satisfies Record<LiveCheck['name'], string>

/** The domains that mail of it may be from, with the hosts of their links. */
export const domainsOf = ({ fromAddress, dynamicDomain, linkHost = null }: EmailConfigurationWrite) =>
  !dynamicDomain
    ? [{ domain: writtenDomain(fromAddress) ?? '', linkHost }]
    : dynamicDomain.domains.map(one => ({
        domain: one.domain.toLowerCase(),
        linkHost: one.linkHost ?? linkHost,
      }))

/** What of a configuration the live checks are about. */
export const wayOf = (one: ChannelConfigurationWrite): string =>
  JSON.stringify([
    ...[one.transportId, one.transportGroupId ?? null, one.fallbackTransportIds ?? []],
    ...(isEmail(one) ? [one.bounceDomain?.toLowerCase() ?? null, domainsOf(one)] : []),
  ])

/** The ways that its mail may take, over the members of its group and the fallbacks too; none: it ends in the Inbox. */
const waysOf = async (
  by: Actor,
  configuration: EmailConfigurationWrite,
  group: Pick<TransportGroup, 'transportIds'> | undefined,
): Promise<SendingWay[]> => {
  const { transportId, fallbackTransportIds = [] } = configuration
  const ids = new Set([transportId, ...(group?.transportIds ?? []), ...fallbackTransportIds])
  const transports = (await listTransports(by.pool, by.sandboxId)).filter(one => ids.has(one.id))
  return transports.flatMap(({ kind, smtp, sendgrid }): SendingWay[] => {
    if (kind === 'ses') return [{ kind }]
    if (kind === 'sendgrid') return [{ kind, selector: sendgrid?.dkimSelector ?? null }]
    return smtp === null ? [] : [{ kind: 'smtp', host: smtp.host }]
  })
}

const isUnder = (domain: string, parent: string): boolean =>
  domain === parent || domain.endsWith(`.${parent}`)

/**
 * The live checks of everything that a configuration sends from, over its group as it is stored, or as it is given. Into the
 * Inbox there is nothing to check.
 */
export const runChecks = async (
  by: ConfigurationActor,
  configuration: ChannelConfigurationWrite,
  given?: Pick<TransportGroup, 'transportIds'>,
): Promise<LiveCheck[]> => {
  if (!isEmail(configuration)) return []
  const { transportGroupId } = configuration
  const groups = await listTransportGroups(by.pool, by.sandboxId)
  const ways = await waysOf(by, configuration, given ?? groups.find(one => one.id === transportGroupId))
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
  return checkSending(by.dns, facts)
}

/** The checks that are bad now and were not at the last time. */
export const freshlyBad = (
  { lastChecks }: Pick<ChannelConfiguration, 'lastChecks'>,
  checks: readonly LiveCheck[],
): LiveCheck[] => {
  const known = lastChecks?.checks.filter(one => one.verdict === 'bad') ?? []
  return checks.filter(
    ({ verdict, name, host }) =>
      verdict === 'bad' && !known.some(one => one.name === name && one.host === host),
  )
}
