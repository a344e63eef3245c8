/** The settings of transports as they are being typed. Pure. */
import { type ProviderKind, type SettingsByProvider, secretsOf, type Transport } from '@carillon/contract'

/** Settings of every provider; those of the chosen one are sent. */
export type ProviderDrafts = { [K in ProviderKind]: SettingsByProvider[K] }

const PAYLOAD =
  '{"from":"{{fromNumber}}","to":"{{toNumber}}","text":"{{message}}","reference":"{{reference}}"}'

const NEW: ProviderDrafts = {
  smtp: { host: '', port: 587, security: 'starttls' },
  ses: { region: 'eu-west-1', accessKeyId: '' },
  sendgrid: { region: 'global' },
  twilio: { accountSid: '' },
  sinch: { region: 'eu', servicePlanId: '' },
  infobip: { endpoint: '' },
  custom_sms: {
    ...{ method: 'POST', url: 'https://', contentType: 'application/json', headers: [], payload: PAYLOAD },
    ...{ auth: { kind: 'bearer' }, idPath: '', errorPath: '', report: null, inbound: null },
  },
  push: { fcm: null, apns: null, web: null },
}

/** The drafts of a transport, or of a new one. */
export const providerDrafts = (transport: Transport | undefined): ProviderDrafts => {
  if (transport === undefined) return NEW
  const stored = Object.keys(NEW).flatMap(kind => {
    const settings = transport[kind as ProviderKind]
    return settings === null ? [] : [[kind, settings]]
  })
  return { ...NEW, ...Object.fromEntries(stored) } as ProviderDrafts
}

type Tree = Record<string, unknown>

const dropEmpty = (settings: Tree, [first = '', second]: readonly string[]): Tree => {
  const value = settings[first]
  if (second !== undefined)
    return typeof value === 'object' && value !== null
      ? { ...settings, [first]: dropEmpty(value as Tree, [second]) }
      : settings
  const { [first]: _, ...rest } = settings
  return value === '' || value === undefined ? rest : settings
}

/** Settings without the secrets that nobody typed: the stored ones stay. */
export const withoutEmptySecrets = (provider: ProviderKind, settings: object): object =>
  secretsOf(provider).reduce<Tree>((rest, path) => dropEmpty(rest, path.split('.')), { ...settings })
