/** The secrets without which a transport could send nothing: told when it is written, and not with its first message. Pure. */
import {
  isSandboxTransport,
  type ProviderKind,
  providerOf,
  type Transport,
  type TransportWrite,
} from '@carillon/contract'
import type { Problem } from '../lib/fault.ts'
import { treeOf } from '../lib/loose-json.ts'
import { memberAt, type Tree } from './transport-secrets.ts'

const AUTH_SECRETS: Readonly<Record<string, readonly string[]>> = {
  api_key: ['auth.value'],
  basic: ['auth.password'],
  bearer: ['auth.token'],
  mac: ['auth.token', 'auth.secret'],
  oauth2: ['auth.clientSecret'],
  jwt: ['auth.secret'],
}

/** The secrets that settings of each kind need; the pair of web push is looked at with its credentials. */
const NEEDED: Readonly<Record<ProviderKind, (settings: Tree) => readonly string[]>> = {
  smtp: settings => (settings['user'] ? ['password'] : []),
  ses: () => ['secretAccessKey'],
  sendgrid: () => ['apiKey'],
  // A key sends in the place of the account's token, which then only signs what Twilio posts.
  twilio: settings => (settings['keySid'] ? ['keySecret'] : ['authToken']),
  sinch: () => ['apiToken'],
  infobip: () => ['apiKey'],
  custom_sms: settings => [
    ...(AUTH_SECRETS[String(memberAt(settings, 'auth.kind'))] ?? []),
    ...(settings['certificate'] ? ['key'] : []),
  ],
  push: settings => [
    ...(settings['fcm'] ? ['fcm.serviceAccount'] : []),
    ...(settings['apns'] ? ['apns.key'] : []),
  ],
}

/** What is missing: neither written nor stored before. `stored` undefined: a transport that is made. */
export const missingSecrets = (
  write: TransportWrite,
  stored: Pick<Transport, 'storedSecrets'> | undefined,
): Problem[] => {
  const { kind = 'smtp' } = write
  if (isSandboxTransport(kind)) return []
  const settings = treeOf((write as Tree)[kind])
  return NEEDED[providerOf(kind)](settings).flatMap(path => {
    const written = memberAt(settings, path)
    const isThere = written === undefined ? stored?.storedSecrets.includes(path) === true : Boolean(written)
    return isThere ? [] : [{ pointer: `/${kind}/${path.replace('.', '/')}`, message: 'is missing' }]
  })
}
