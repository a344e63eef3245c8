/**
 * What the configurations of each channel say, between the form it is written in, the form it is stored in, and the form
 * that the engine uses. One entry a channel. Pure.
 */
import {
  type CampaignChannel,
  type ChannelConfiguration,
  type ChannelConfigurationWrite,
  EMAIL_SENDING_DEFAULTS,
  type EmailChannelConfiguration,
  type EmailConfigurationWrite,
  PUSH_SENDING_DEFAULTS,
  type PushChannelConfiguration,
  type PushConfigurationWrite,
  SMS_SENDING_DEFAULTS,
  type SmsChannelConfiguration,
  type SmsConfigurationWrite,
  type TransportKind,
  type UnsubscribeLevel,
} from '@carillon/contract'
import { parseSender } from '../channels/sms/phone.ts'
import type { SendingTemplates } from '../content/sending.ts'

/** The set rates of a transport, in messages per second: of all of it (null: none), and by recipients' domain in lower case. */
export interface TransportLimits {
  readonly ratePerSecond: number | null
  readonly domainLimits: ReadonlyMap<string, number>
}

/**
 * What the engine uses of every configuration. `transportIds`: the first choice first, then the fallbacks; `limits` has an
 * entry for each. `sandboxName` is set when the first choice is the sandbox's own.
 */
export interface SendingWay {
  readonly id: string
  readonly transportIds: readonly string[]
  readonly limits: ReadonlyMap<string, TransportLimits>
  readonly kinds: ReadonlyMap<string, TransportKind>
  /** How many of them, from the first, share the messages evenly: the members of its group; 1 without one. */
  readonly sharing: number
  readonly retryMinutes: number
  readonly sandboxName: string | undefined
}

/** What the engine uses of an email configuration. */
export interface EmailSettings {
  readonly channel: 'email'
  readonly templates: SendingTemplates
  readonly sendToComplaints: boolean
  readonly listUnsubscribe: boolean
  readonly unsubscribeLevel: UnsubscribeLevel
  /** Where bounces go; null: to the sender. */
  readonly bounceDomain: string | null
}
/** What the engine uses of an SMS configuration. */
export type SmsSettings = Pick<
  SmsChannelConfiguration,
  'channel' | keyof typeof SMS_SENDING_DEFAULTS | 'sender'
>

/** What the engine uses of a push configuration. */
export type PushSettings = Pick<
  PushChannelConfiguration,
  'channel' | 'apps' | keyof typeof PUSH_SENDING_DEFAULTS
>

/** What the engine uses of the configurations of each channel. */
export type UsedSettings = EmailSettings | SmsSettings | PushSettings

/** An email configuration as the engine uses it. */
export type EmailConfiguration = SendingWay & EmailSettings
/** A configuration of some channel as the engine uses it. */
export type SendingConfiguration = SendingWay & UsedSettings

/** Settings as a row has them. Members that it lacks have their defaults. */
export type StoredSettings = Readonly<Record<string, unknown>>

/** What one channel's configurations say. */
interface SettingsKind<Write, Configuration, Settings> {
  store(write: Write): StoredSettings
  /** The members that are not common to all channels. */
  show(stored: StoredSettings): Omit<Configuration, CommonMember>
  use(stored: StoredSettings): Settings
}
type CommonMember =
  | 'id'
  | 'name'
  | 'transportId'
  | 'fallbackTransportIds'
  | 'retryMinutes'
  | 'description'
  | 'category'
  | 'labels'
  | 'transportGroupId'
  | 'status'
  | 'lastChecks'

const without = <T extends object, K extends keyof T>(given: T, names: readonly K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name as K))) as Omit<T, K>

type EmailMembers = Omit<EmailChannelConfiguration, CommonMember | 'seedListId'>
interface StoredEmail {
  readonly fromName: string
  readonly fromAddress: string
  readonly replyTo: string | null
  /** What is written beside. */
  readonly sending?: Partial<EmailMembers>
  readonly sendToComplaints?: boolean
  readonly listUnsubscribe?: boolean
  readonly unsubscribeLevel?: UnsubscribeLevel
  readonly bounceDomain?: string | null
}

const EMAIL_DEFAULTS = without(EMAIL_SENDING_DEFAULTS, ['seedListId'])

const storeEmail = (write: EmailConfigurationWrite): StoredSettings => {
  const { fromName, fromAddress, replyTo, sendToComplaints = false } = write
  const { listUnsubscribe = true, unsubscribeLevel = 'channel', bounceDomain = null } = write
  const names = Object.keys(EMAIL_DEFAULTS) as (keyof typeof EMAIL_DEFAULTS)[]
  return {
    ...{ fromName, fromAddress, replyTo, sendToComplaints, listUnsubscribe, unsubscribeLevel },
    bounceDomain: bounceDomain?.toLowerCase() ?? null,
    sending: Object.fromEntries(
      names.flatMap(name => (write[name] === undefined ? [] : [[name, write[name]]])),
    ),
  }
}

// Rows of earlier releases may hold an empty text where nothing is meant.
const noneForEmpty = <T extends Readonly<Record<string, string | null>>>(texts: T): T =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text || null])) as T

const emailOf = (stored: StoredSettings): EmailMembers => {
  const settings = stored as unknown as StoredEmail
  const { replyToName, senderName, senderAddress, cc, ...sending } = {
    ...EMAIL_DEFAULTS,
    ...settings.sending,
  }
  const { fromName, fromAddress, replyTo, sendToComplaints = false } = settings
  const { listUnsubscribe = true, unsubscribeLevel = 'channel', bounceDomain = null } = settings
  return {
    channel: 'email',
    ...{ fromName, fromAddress, sendToComplaints },
    ...{ listUnsubscribe, unsubscribeLevel, bounceDomain },
    ...sending,
    ...noneForEmpty({ replyTo, replyToName, senderName, senderAddress, cc }),
  }
}

const EMAIL: SettingsKind<EmailConfigurationWrite, EmailMembers, EmailSettings> = {
  store: storeEmail,
  show: emailOf,
  use: stored => {
    const { channel, sendToComplaints, listUnsubscribe, unsubscribeLevel, bounceDomain, ...templates } =
      emailOf(stored)
    return { channel, templates, sendToComplaints, listUnsubscribe, unsubscribeLevel, bounceDomain }
  },
}

const smsOf = (stored: StoredSettings): SmsSettings => {
  const { sender = '', ...rest } = stored as Partial<SmsSettings>
  return { ...SMS_SENDING_DEFAULTS, ...rest, channel: 'sms', sender }
}

const SMS: SettingsKind<SmsConfigurationWrite, SmsChannelConfiguration, SmsSettings> = {
  store: write => ({
    ...SMS_SENDING_DEFAULTS,
    ...Object.fromEntries(
      Object.keys(SMS_SENDING_DEFAULTS).flatMap(name => {
        const value = write[name as keyof typeof SMS_SENDING_DEFAULTS]
        return value === undefined ? [] : [[name, value]]
      }),
    ),
    sender: parseSender(write.sender)?.value ?? write.sender.trim(),
  }),
  show: smsOf,
  use: smsOf,
}

const pushOf = (stored: StoredSettings): PushSettings => {
  const { apps = [], shownBy = PUSH_SENDING_DEFAULTS.shownBy } = stored as Partial<PushSettings>
  return { channel: 'push', apps, shownBy }
}

const PUSH: SettingsKind<PushConfigurationWrite, PushChannelConfiguration, PushSettings> = {
  store: ({ apps, shownBy = PUSH_SENDING_DEFAULTS.shownBy }) => ({ apps, shownBy }),
  show: pushOf,
  use: pushOf,
}

const KINDS = { email: EMAIL, sms: SMS, push: PUSH } as const satisfies Record<CampaignChannel, object>
type AnyKind = SettingsKind<ChannelConfigurationWrite, ChannelConfiguration, UsedSettings>
const kindOf = (channel: CampaignChannel): AnyKind => KINDS[channel] as AnyKind

/** The channel that a write is of. */
export const channelOfWrite = (write: ChannelConfigurationWrite): CampaignChannel => write.channel ?? 'email'

/** Whether a write is of an email configuration. */
export const isEmail = (write: ChannelConfigurationWrite): write is EmailConfigurationWrite =>
  channelOfWrite(write) === 'email'

/** The settings of a write as a row has them. */
export const storedSettings = (write: ChannelConfigurationWrite): StoredSettings =>
  kindOf(channelOfWrite(write)).store(write)

/** The members of a configuration that are its channel's own. */
export const shownSettings = (channel: CampaignChannel, stored: StoredSettings): object =>
  kindOf(channel).show(stored)

/** What the engine uses of stored settings. */
export const usedSettings = (channel: CampaignChannel, stored: StoredSettings): UsedSettings =>
  kindOf(channel).use(stored)
