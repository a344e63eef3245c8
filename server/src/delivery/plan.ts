/** Step 1 of a delivery: who the person is, at which address, with which data. Pure; stores and channels are elsewhere. */

import { type CampaignChannel, PUSH_PLATFORMS, type PushApp, type ReasonCode } from '@carillon/contract'
import type { SendingConfiguration } from '../campaigns/configuration-settings.ts'
import { parseAddress } from '../channels/email/address.ts'
import type { PushTarget } from '../channels/push/push.ts'
import { countryOf, parsePhone } from '../channels/sms/phone.ts'
import type { RenderData } from '../content/email-content.ts'
import type { StoredRecipient } from '../messages/ledger.ts'
import { mergeAttributes, valueAt } from '../profiles/attributes.ts'
import { isDevice } from '../profiles/push-token.ts'

/** Profile attributes: a JSON tree in XDM's shape. */
export type Attributes = Readonly<Record<string, unknown>>

/** A person with an address and data, or the reason why the person is left out. */
export type Plan =
  | { readonly kind: 'planned'; readonly address: string; readonly data: RenderData }
  | { readonly kind: 'excluded'; readonly reason: ReasonCode }

const textAt = (tree: unknown, path: readonly string[]): string | undefined => {
  const value = valueAt(tree, ...path)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

interface Reached {
  readonly recipient: StoredRecipient
  readonly profile: Attributes
  /** Where a number without its country code is from. */
  readonly country: string | null
  readonly apps: readonly PushApp[]
}

/** How people are reached on a channel: their address, or why there is none; and what providers limit such addresses by. */
interface Addressing {
  of(reached: Reached): { readonly address: string } | { readonly reason: ReasonCode }
  areaOf(address: string): string
}

const isNamespace = ({ namespace }: StoredRecipient, name: string): boolean =>
  namespace.toLowerCase() === name

// The call's own address first, then the profile's, then the identity itself when it is an address.
const emailOf = ({ recipient, profile }: Reached): string | undefined =>
  textAt(recipient.channelData, ['emailAddress']) ??
  textAt(profile, ['personalEmail', 'address']) ??
  textAt(profile, ['workEmail', 'address']) ??
  (isNamespace(recipient, 'email') || recipient.userId.includes('@') ? recipient.userId : undefined)

const phoneOf = ({ recipient, profile }: Reached): string | undefined =>
  textAt(recipient.channelData, ['mobilePhoneNumber']) ??
  textAt(profile, ['mobilePhone', 'number']) ??
  (isNamespace(recipient, 'phone') || recipient.userId.startsWith('+') ? recipient.userId : undefined)

const targetOf = (device: unknown): PushTarget | undefined => {
  const [appId, token, vapidKey] = [
    textAt(device, ['appID']),
    textAt(device, ['token']),
    textAt(device, ['vapidKey']),
  ]
  const platform = PUSH_PLATFORMS.find(one => one === valueAt(device, 'platform'))
  return appId === undefined || token === undefined || platform === undefined
    ? undefined
    : { appId, platform, token, ...(vapidKey === undefined ? {} : { vapidKey }) }
}

/** The devices in an address of the push channel, which is their JSON. */
export const targetsIn = (address: string): readonly PushTarget[] => JSON.parse(address) as PushTarget[]

type PushAddress = ReturnType<Addressing['of']>

const isOf = (apps: readonly PushApp[], { appId, platform }: PushTarget): boolean =>
  apps.some(app => app.appID === appId && app.platform === platform)

const isDeniedDevice = (device: unknown): boolean => valueAt(device, 'denylisted') === true

// A call names a device, and neither goes round the configuration's apps nor round what a platform said of it.
const calledDevice = (given: unknown, list: readonly unknown[], apps: readonly PushApp[]): PushAddress => {
  const target = targetOf(given)
  if (target === undefined) return { reason: 'push_malformed_profile' }
  const { appId: appID, token } = target
  const isDenied = list.some(one => isDeniedDevice(one) && isDevice(one, { appID, token }))
  return isDenied || !isOf(apps, target)
    ? { reason: 'push_no_valid_token' }
    : { address: JSON.stringify([target]) }
}

// The call's own device first, then those of the person that no platform has given up.
const devicesOf = ({ recipient, profile, apps }: Reached): PushAddress => {
  const called = valueAt(recipient.channelData, 'pushInfo') ?? undefined
  const list = valueAt(profile, 'pushNotificationDetails') ?? []
  if (called !== undefined) return calledDevice(called, Array.isArray(list) ? list : [], apps)
  if (!Array.isArray(list)) return { reason: 'push_malformed_profile' }
  if (list.length === 0) return { reason: 'push_no_token' }
  if (apps.length === 0) return { reason: 'push_no_app' }
  const targets = (list as unknown[]).flatMap(device => {
    const target = isDeniedDevice(device) ? undefined : targetOf(device)
    return target === undefined || !isOf(apps, target) ? [] : [target]
  })
  return targets.length === 0 ? { reason: 'push_no_valid_token' } : { address: JSON.stringify(targets) }
}

const ADDRESSING: Readonly<Record<CampaignChannel, Addressing>> = {
  email: {
    of: reached => {
      const address = emailOf(reached)
      if (address === undefined) return { reason: 'email_no_address' }
      const parsed = parseAddress(address)
      return parsed === undefined ? { reason: 'email_malformed_address' } : { address: parsed.address }
    },
    areaOf: address => address.slice(address.lastIndexOf('@') + 1).toLowerCase(),
  },
  sms: {
    of: reached => {
      const number = phoneOf(reached)
      if (number === undefined) return { reason: 'sms_no_number' }
      const parsed = parsePhone(number, reached.country ?? undefined)
      return parsed === undefined ? { reason: 'sms_malformed_number' } : { address: parsed }
    },
    areaOf: number => countryOf(number)?.toLowerCase() ?? '',
  },
  push: { of: devicesOf, areaOf: () => '' },
}

/** What providers limit an address by: the domain of a mail address, the country of a number. */
export const areaOf = (channel: CampaignChannel, address: string): string =>
  ADDRESSING[channel].areaOf(address)

/** What content knows of a person. What the person chose is its own to say: no call lays its word over a stored refusal. */
export const profileOf = ({ type, profile }: StoredRecipient, attributes: Attributes): Attributes => {
  if (profile === undefined) return attributes
  if (type !== 'aep') return mergeAttributes(attributes, profile)
  const { consents: _, ...rest } = profile
  return mergeAttributes(attributes, rest)
}

/** What a person is planned for. `country`: of numbers that do not say theirs; null: such a number is none. `apps`: of devices. */
export interface PlannedFor {
  readonly channel: CampaignChannel
  readonly country: string | null
  readonly apps?: readonly PushApp[]
}

/** The data of a call, and what is stored of the person (empty for an external one). */
export interface PlanData {
  readonly context: Attributes
  readonly attributes: Attributes
}

/** What a configuration says about addresses. */
export const plannedFor = (
  channel: CampaignChannel,
  configuration: SendingConfiguration | undefined,
): PlannedFor => ({
  channel,
  country: configuration?.channel === 'sms' ? configuration.country : null,
  apps: configuration?.channel === 'push' ? configuration.apps : [],
})

/** Plans one message. The call's `profile` overrides what is stored, the stored choices (`consents`) apart. */
export const planMessage = (
  recipient: StoredRecipient,
  { context, attributes }: PlanData,
  { channel, country, apps = [] }: PlannedFor,
): Plan => {
  if (recipient.erased === true) return { kind: 'excluded', reason: 'profile_erased' }
  if (recipient.lacksIdentity === true) return { kind: 'excluded', reason: 'identity_missing' }
  const profile = profileOf(recipient, attributes)
  const found = ADDRESSING[channel].of({ recipient, profile, country, apps })
  return 'reason' in found
    ? { kind: 'excluded', reason: found.reason }
    : { kind: 'planned', address: found.address, data: { profile, context } }
}
