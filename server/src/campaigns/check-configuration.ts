/** What is wrong with a channel configuration before it is stored, with pointers. Pure. */
import {
  type CampaignChannel,
  type ChannelConfigurationWrite,
  channelOfTransport,
  type EmailConfigurationWrite,
  isSandboxTransport,
  MAX_URL_PARAMETER_BYTES,
  type PushConfigurationWrite,
  providerOf,
  type SmsConfigurationWrite,
  type TransportGroup,
  type TransportKind,
} from '@carillon/contract'
import { isAsciiAddress, parseAddress } from '../channels/email/address.ts'
import { isHeaderName } from '../channels/email/header.ts'
import { isOwnField } from '../channels/email/mime.ts'
import type { PushPlatform } from '../channels/push/push.ts'
import { foldWords } from '../channels/sms/keywords.ts'
import { isPhoneCountry, parseSender } from '../channels/sms/phone.ts'
import { compileSending, type SendingTemplates } from '../content/sending.ts'
import type { Problem } from '../lib/fault.ts'
import { channelOfWrite, isEmail } from './configuration-settings.ts'

/** What a configuration refers to, as it stands now. */
export interface ConfigurationFacts {
  readonly transports: ReadonlyMap<string, TransportKind>
  /** The platforms that each push transport has a credential for. */
  readonly pushPlatforms: ReadonlyMap<string, ReadonlySet<PushPlatform>>
  readonly groups: readonly TransportGroup[]
  readonly seedListIds: ReadonlySet<string>
}

const bad = (pointer: string, message: string): Problem => ({ pointer, message })
const isPersonal = (text: string): boolean => /\{\{|\{%/.test(text)
const isAddress = (text: string): boolean => {
  const parsed = parseAddress(text)
  return parsed !== undefined && isAsciiAddress(parsed.address)
}
const isHost = (text: string): boolean => parseAddress(`x@${text}`)?.address === `x@${text.toLowerCase()}`

/** The domain of From as it is written; undefined when it is personalised or none. */
export const writtenDomain = (fromAddress: string): string | undefined => {
  const domain = fromAddress.slice(fromAddress.lastIndexOf('@') + 1).trim()
  return fromAddress.includes('@') ? parseAddress(`x@${domain}`)?.address.slice(2) : undefined
}

const addressProblems = (write: EmailConfigurationWrite): Problem[] => {
  const { fromAddress, replyTo, senderAddress, bcc = [] } = write
  const problems: Problem[] = []
  if (isPersonal(fromAddress)) {
    if (writtenDomain(fromAddress) === undefined)
      problems.push(bad('/fromAddress', 'must end with a domain that is not personalised'))
  } else if (!isAddress(fromAddress)) problems.push(bad('/fromAddress', 'is not an email address'))
  for (const [pointer, text] of [
    ['/replyTo', replyTo],
    ['/senderAddress', senderAddress],
  ] as const)
    if (text && !isPersonal(text) && !isAddress(text)) problems.push(bad(pointer, 'is not an email address'))
  for (const [index, one] of bcc.entries())
    if (!isAddress(one)) problems.push(bad(`/bcc/${index}`, 'is not an email address'))
  return problems
}

/** What no person could change: with it every mail would fail. */
const constantProblems = ({ headers = [], dynamicDomain }: EmailConfigurationWrite): Problem[] => {
  const empty = headers.flatMap(({ value }, index) =>
    value.trim() === '' ? [bad(`/headers/${index}/value`, 'is empty')] : [],
  )
  if (!dynamicDomain || isPersonal(dynamicDomain.expression)) return empty
  const { expression, domains } = dynamicDomain
  const isListed = domains.some(one => one.domain.toLowerCase() === expression.trim().toLowerCase())
  return isListed ? empty : [...empty, bad('/dynamicDomain/expression', 'gives none of the domains')]
}

const RESERVED = new Set(['list-unsubscribe', 'list-unsubscribe-post'])

const headerProblems = ({ headers = [] }: EmailConfigurationWrite): Problem[] => {
  const seen = new Set<string>()
  return headers.flatMap(({ name }, index) => {
    const lower = name.toLowerCase()
    const pointer = `/headers/${index}/name`
    if (!isHeaderName(name)) return [bad(pointer, 'is not the name of a header field')]
    if (isOwnField(lower) || RESERVED.has(lower) || lower.startsWith('x-carillon-'))
      return [bad(pointer, 'is written by Carillon itself')]
    if (seen.has(lower)) return [bad(pointer, 'is there already')]
    seen.add(lower)
    return []
  })
}

const parameterProblems = ({ urlParameters = [] }: EmailConfigurationWrite): Problem[] =>
  urlParameters.flatMap(({ name, value }, index) => [
    ...(/^[\w.~-]+$/.test(name)
      ? []
      : [bad(`/urlParameters/${index}/name`, 'may have letters, digits, ".", "_", "~" and "-"')]),
    ...(urlParameters.findIndex(one => one.name === name) === index
      ? []
      : [bad(`/urlParameters/${index}/name`, 'is there already')]),
    ...(Buffer.byteLength(value) <= MAX_URL_PARAMETER_BYTES
      ? []
      : [bad(`/urlParameters/${index}/value`, `is longer than ${MAX_URL_PARAMETER_BYTES} bytes`)]),
  ])

const hostProblems = ({ bounceDomain, linkHost, dynamicDomain }: EmailConfigurationWrite): Problem[] => {
  const hosts: (readonly [string, string | null | undefined])[] = [
    ['/bounceDomain', bounceDomain],
    ['/linkHost', linkHost],
    ...(dynamicDomain?.domains ?? []).flatMap((one, index) => [
      [`/dynamicDomain/domains/${index}/domain`, one.domain] as const,
      [`/dynamicDomain/domains/${index}/linkHost`, one.linkHost] as const,
    ]),
  ]
  return hosts.flatMap(([pointer, host]) =>
    host === null || host === undefined || isHost(host) ? [] : [bad(pointer, 'is not a domain name')],
  )
}

const NO_TRANSPORT = 'names no transport of this sandbox'
const nameOf = (channel: CampaignChannel): string => ({ email: 'email', sms: 'SMS', push: 'push' })[channel]

const problemOfFirst = (kind: TransportKind | undefined, channel: CampaignChannel): string | undefined => {
  if (kind === undefined) return NO_TRANSPORT
  return channelOfTransport(kind) === channel ? undefined : `is no transport for ${nameOf(channel)}`
}

// Between the Inbox and a provider nothing may fail over: test mail would go out, or real mail would reach nobody.
const transportProblems = (write: ChannelConfigurationWrite, facts: ConfigurationFacts): Problem[] => {
  const { transportId, fallbackTransportIds = [], transportGroupId } = write
  const kindOf = (id: string): TransportKind | undefined => facts.transports.get(id)
  const first = kindOf(transportId)
  const channel = channelOfWrite(write)
  const firstProblem = problemOfFirst(first, channel)
  const group = facts.groups.find(one => one.id === transportGroupId)
  const problemOf = (id: string): string | undefined => {
    const kind = kindOf(id)
    if (kind === undefined) return NO_TRANSPORT
    if (channelOfTransport(kind) !== channel) return `is no transport for ${nameOf(channel)}`
    const isMixed = first !== undefined && isSandboxTransport(kind) !== isSandboxTransport(first)
    return isMixed ? 'would mix the Inbox with a real provider' : undefined
  }
  const memberProblem = (): Problem[] => {
    if (group?.transportIds.includes(transportId) !== true) return []
    const [problem] = group.transportIds.flatMap(id => problemOf(id) ?? [])
    return problem === undefined ? [] : [bad('/transportGroupId', `has a member that ${problem}`)]
  }
  const fallbackProblem = (id: string): string | undefined =>
    id === transportId || group?.transportIds.includes(id) === true
      ? 'is the first transport already'
      : problemOf(id)
  return [
    ...(firstProblem === undefined ? [] : [bad('/transportId', firstProblem)]),
    ...(transportGroupId && group === undefined
      ? [bad('/transportGroupId', 'names no group of this sandbox')]
      : []),
    ...(group !== undefined && !group.transportIds.includes(transportId)
      ? [bad('/transportId', 'is no member of the transport group')]
      : []),
    ...memberProblem(),
    ...fallbackTransportIds.flatMap((id, index) => {
      const problem = fallbackProblem(id)
      return problem === undefined ? [] : [bad(`/fallbackTransportIds/${index}`, problem)]
    }),
  ]
}

/** Every transport that messages of a configuration may take. */
const waysOfWrite = (write: ChannelConfigurationWrite, facts: ConfigurationFacts): string[] => {
  const { transportId, fallbackTransportIds = [], transportGroupId } = write
  const members = facts.groups.find(one => one.id === transportGroupId)?.transportIds ?? []
  return [transportId, ...fallbackTransportIds, ...members]
}

const isSendgrid = (kind: TransportKind | undefined): boolean =>
  kind !== undefined && providerOf(kind) === 'sendgrid'

// SendGrid builds the mail itself, and has a place for neither; what is set must not be lost in silence.
const sendgridProblems = (write: EmailConfigurationWrite, facts: ConfigurationFacts): Problem[] => {
  if (!waysOfWrite(write, facts).some(id => isSendgrid(facts.transports.get(id)))) return []
  return (['senderAddress', 'bounceDomain'] as const).flatMap(member =>
    write[member] ? [bad(`/${member}`, 'cannot be used over a SendGrid transport, which leaves it out')] : [],
  )
}

/** The personalised members of what is written, whole. */
export const templatesOfWrite = (
  write: Omit<EmailConfigurationWrite, 'status' | 'lastChecks'>,
): SendingTemplates => ({
  fromName: write.fromName,
  fromAddress: write.fromAddress,
  // An empty text is what a form leaves of none.
  replyTo: write.replyTo || null,
  replyToName: write.replyToName || null,
  senderName: write.senderName || null,
  senderAddress: write.senderAddress || null,
  headers: write.headers ?? [],
  cc: write.cc || null,
  bcc: write.bcc ?? [],
  urlParameters: write.urlParameters ?? [],
  linkHost: write.linkHost ?? null,
  dynamicDomain: write.dynamicDomain ?? null,
})

const templateProblems = (write: EmailConfigurationWrite): Problem[] =>
  compileSending(templatesOfWrite(write)).findings.flatMap(({ severity, pointer, message }) =>
    severity === 'error' ? [{ pointer, message }] : [],
  )

const emailProblems = (write: EmailConfigurationWrite, facts: ConfigurationFacts): Problem[] => [
  ...addressProblems(write),
  ...headerProblems(write),
  ...constantProblems(write),
  ...parameterProblems(write),
  ...hostProblems(write),
  ...sendgridProblems(write, facts),
  ...(write.seedListId && !facts.seedListIds.has(write.seedListId)
    ? [bad('/seedListId', 'names no seed list of this sandbox')]
    : []),
  ...templateProblems(write),
]

const smsProblems = ({
  sender,
  country = null,
  linkHost = null,
  keywords = null,
  segmentPrice = null,
}: SmsConfigurationWrite): Problem[] => [
  ...(segmentPrice !== null && !Intl.supportedValuesOf('currency').includes(segmentPrice.currency)
    ? [bad('/segmentPrice/currency', 'is no currency (ISO 4217)')]
    : []),
  ...(keywords?.opt_out.every(word => foldWords(word) === '')
    ? [bad('/keywords/opt_out', 'must have a word: who wants to get out has to be understood')]
    : []),
  ...(parseSender(sender) === undefined
    ? [
        bad(
          '/sender',
          'is no number with its country code, no short code, and no name of up to 11 characters',
        ),
      ]
    : []),
  ...(linkHost !== null && !isHost(linkHost) ? [bad('/linkHost', 'is not a domain name')] : []),
  ...(country !== null && !isPhoneCountry(country) ? [bad('/country', 'is no country')] : []),
]

// Messages to the devices of such an app would wait for a credential until their time is over.
const credentialProblems = (write: PushConfigurationWrite, facts: ConfigurationFacts): Problem[] => {
  const reached = waysOfWrite(write, facts).flatMap(id => facts.pushPlatforms.get(id) ?? [])
  return write.apps.flatMap(({ platform }, index) =>
    reached.every(platforms => platforms.has(platform))
      ? []
      : [bad(`/apps/${index}/platform`, 'is one that the transport has no credential for')],
  )
}

const pushProblems = (write: PushConfigurationWrite, facts: ConfigurationFacts): Problem[] => [
  ...write.apps.flatMap(({ appID }, index) =>
    appID.trim() === appID && appID !== ''
      ? []
      : [bad(`/apps/${index}/appID`, 'must not begin or end with blanks')],
  ),
  ...credentialProblems(write, facts),
]

const ownProblems = (write: ChannelConfigurationWrite, facts: ConfigurationFacts): Problem[] => {
  if (write.channel === 'sms') return smsProblems(write)
  return write.channel === 'push' ? pushProblems(write, facts) : emailProblems(write, facts)
}

/** Everything that is wrong; empty: it can be stored. */
export const configurationProblems = (
  write: ChannelConfigurationWrite,
  facts: ConfigurationFacts,
): Problem[] => [...ownProblems(write, facts), ...transportProblems(write, facts)]

/** Whether what a configuration personalises needs a profile. */
export const configurationNeedsProfile = (configuration: ChannelConfigurationWrite): boolean => {
  if (!isEmail(configuration)) return false
  const compiled = compileSending(templatesOfWrite(configuration))
  return compiled.ok && compiled.sending.variables.some(({ path }) => /^profile\b/.test(path))
}
