/** The credentials of a push transport as a write leaves them: what is kept, what is made, and what is missing. Pure. */
import type { Transport, TransportWrite } from '@carillon/contract'
import type { PushPlatform } from '../channels/push/push.ts'
import { createVapidKeys } from '../channels/push/web-push/vapid.ts'
import { Fault, type Problem } from '../lib/fault.ts'

type Push = NonNullable<TransportWrite['push']>
type Web = NonNullable<Push['web']>

/** What is stored already; `sealed`: the paths of its secrets. */
export interface StoredCredentials {
  readonly push: Transport['push']
  readonly sealed: ReadonlySet<string>
}

/** The platforms that the settings have a credential for. */
export const credentialsOf = ({ fcm, apns, web }: Push): ReadonlySet<PushPlatform> =>
  new Set([
    ...(fcm ? (['fcm'] as const) : []),
    ...(apns ? (['apns', 'apnsSandbox'] as const) : []),
    ...(web ? (['web'] as const) : []),
  ])

// Browsers are subscribed with the public key: a new pair loses them all, and one half of another fits nothing.
const webProblems = ({ web }: Push, stored: StoredCredentials): Problem[] => {
  if (web?.publicKey === undefined) return []
  const isOwn = web.privateKey === undefined && web.publicKey === stored.push?.web?.publicKey
  return isOwn ? webKeptProblems(stored) : webGivenProblems(web)
}

const webKeptProblems = ({ sealed }: StoredCredentials): Problem[] =>
  sealed.has('web.privateKey') ? [] : [{ pointer: '/push/web/privateKey', message: 'is missing' }]

const webGivenProblems = ({ privateKey }: Web): Problem[] =>
  privateKey
    ? []
    : [
        {
          pointer: '/push/web/privateKey',
          message: 'must be given with a public key that is not the stored one',
        },
      ]

const withKeys = (web: Web, { push, sealed }: StoredCredentials): Web => {
  if (web.publicKey !== undefined) return web
  const publicKey = push?.web?.publicKey
  const isKept = publicKey !== undefined && sealed.has('web.privateKey')
  return isKept ? { ...web, publicKey } : { ...web, ...createVapidKeys() }
}

/**
 * The write as it can be stored: a pair of VAPID keys that is there stays, and one is made where there is none. Throws
 * `payload_invalid` when a public key lacks its private one. Other kinds pass as they are.
 */
export const withPushCredentials = (write: TransportWrite, stored: StoredCredentials): TransportWrite => {
  const { push } = write
  if (push === undefined) return write
  const problems = webProblems(push, stored)
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  return push.web ? { ...write, push: { ...push, web: withKeys(push.web, stored) } } : write
}
