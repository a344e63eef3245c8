/** What is wrong with the settings of a transport beyond their schema, with pointers. Pure. */
import {
  type CustomSmsSettings,
  type ProviderKind,
  type PushSettings,
  providerOf,
  type TransportWrite,
} from '@carillon/contract'
import { readApnsPrivateKey } from '../channels/push/apns/provider-token.ts'
import { readServiceAccount } from '../channels/push/fcm/service-account.ts'
import { vapidSigningKey } from '../channels/push/web-push/vapid.ts'
import { compilePayload, SAMPLE_VALUES } from '../channels/sms/custom/payload.ts'
import type { Problem } from '../lib/fault.ts'

const readable = (pointer: string, read: () => unknown): Problem[] => {
  try {
    read()
    return []
  } catch (error) {
    return [{ pointer, message: (error as Error).message }]
  }
}

const vapidProblems = ({ web }: PushSettings): Problem[] => {
  const { publicKey, privateKey } = web ?? {}
  if (!privateKey) return []
  if (publicKey === undefined)
    return [{ pointer: '/push/web/publicKey', message: 'is missing beside its private key' }]
  return readable('/push/web/privateKey', () => vapidSigningKey({ publicKey, privateKey }))
}

// A secret that is left out stays as it is stored.
const pushProblems = (push: PushSettings): Problem[] => {
  const { fcm, apns, web } = push
  const [account, key] = [fcm?.serviceAccount, apns?.key]
  return [
    ...(fcm || apns || web ? [] : [{ pointer: '/push', message: 'has no credential' }]),
    ...(account ? readable('/push/fcm/serviceAccount', () => readServiceAccount(account)) : []),
    ...(key ? readable('/push/apns/key', () => readApnsPrivateKey(key)) : []),
    ...vapidProblems(push),
  ]
}

const isLoopback = (host: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)

const isEndpoint = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

const NO_TLS = 'is not an https address'

// Keys and what people read go there, so only TLS will do, but on this machine.
const endpointProblems = (kind: ProviderKind, settings: { readonly endpoint?: string | null }): Problem[] =>
  settings.endpoint && !isEndpoint(settings.endpoint)
    ? [{ pointer: `/${kind}/endpoint`, message: NO_TLS }]
    : []

const customProblems = (custom: CustomSmsSettings): Problem[] => {
  const { url, contentType, payload, method, auth } = custom
  // Of a call without a body the address has to say everything.
  const compiled = compilePayload({ url, contentType, body: method === 'GET' ? '{}' : payload })
  const mistakes = compiled.ok ? [] : compiled.mistakes
  const isSafe = !compiled.ok || isEndpoint(compiled.payload.url(SAMPLE_VALUES).href)
  return [
    ...mistakes.map(({ member, message }) => ({ pointer: `/custom_sms/${member}`, message })),
    ...(isSafe ? [] : [{ pointer: '/custom_sms/url', message: NO_TLS }]),
    ...(auth.kind === 'oauth2' && !isEndpoint(auth.tokenUrl)
      ? [{ pointer: '/custom_sms/auth/tokenUrl', message: NO_TLS }]
      : []),
  ]
}

/** Everything that is wrong; empty: it can be stored. */
export const transportProblems = (write: TransportWrite): Problem[] => {
  const kind = providerOf(write.kind ?? 'smtp')
  const settings = write[kind] as { readonly endpoint?: string | null } | undefined
  return [
    ...(settings === undefined ? [] : endpointProblems(kind, settings)),
    ...(write.custom_sms === undefined ? [] : customProblems(write.custom_sms)),
    ...(write.push === undefined ? [] : pushProblems(write.push)),
  ]
}
