/**
 * What Sinch posts: JSON, and where a secret is agreed on, signed: HMAC-SHA256 of body, nonce and moment, joined by points.
 * Without one the secret in the address has to do.
 */

import { momentOf } from '../../../lib/loose-json.ts'
import type { BounceCode } from '../../email/codes.ts'
import { bodyTree, textOf } from '../answers.ts'
import {
  bounceOf,
  digestOf,
  type Genuineness,
  headerOf,
  hmacOf,
  isSame,
  NOTHING,
  referenceOf,
  type SmsCall,
  type SmsCallContent,
  type SmsCallReader,
  type SmsReport,
  verifyToken,
} from '../callbacks.ts'
import { withPlus } from '../phone.ts'

const HEADER = 'x-sinch-webhook-signature'
const HASHES: Readonly<Record<string, string>> = {
  HmacSHA256: 'sha256',
  HmacSHA384: 'sha384',
  HmacSHA512: 'sha512',
}

const KINDS: Readonly<Record<string, SmsReport['kind']>> = {
  ...{ Dispatched: 'sent', Delivered: 'delivered', Queued: 'delay' },
  ...{ Failed: 'bounce', Rejected: 'bounce', Expired: 'bounce', Aborted: 'bounce', Cancelled: 'bounce' },
  ...{ Deleted: 'bounce', Unknown: 'bounce' },
}

// AJO's classes by Sinch's code of the report.
const CODES: Readonly<Record<string, BounceCode>> = {
  ...{ '400': 1, '401': 20, '402': 10, '403': 15, '404': 20, '405': 15, '406': 24, '407': 25, '408': 25 },
  ...{ '410': 25, '411': 25, '412': 50, '413': 25, '414': 50, '415': 50, '416': 10, '417': 25, '418': 25 },
}

const verify = (call: SmsCall, { secret, token }: SinchSecrets): Genuineness => {
  if (secret === '') return verifyToken(call, token)
  const [signature, nonce, timestamp] = ['', '-nonce', '-timestamp'].map(end => headerOf(call, HEADER + end))
  const algorithm = headerOf(call, `${HEADER}-algorithm`) || 'HmacSHA256'
  const hash = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined
  if (!signature || !nonce || !timestamp || hash === undefined) return { genuine: false }
  const wanted = hmacOf(secret, { hash, encoding: 'base64' }, [call.body, `.${nonce}.${timestamp}`])
  if (!isSame(signature, wanted)) return { genuine: false }
  const at = momentOf(Number(timestamp))
  return at === null ? { genuine: false } : { genuine: true, key: digestOf(call.body, nonce, timestamp), at }
}

type Tree = Readonly<Record<string, unknown>>

const reportOf = (tree: Tree, reference: string): SmsCallContent => {
  const status = textOf(tree['status'])
  const kind = Object.hasOwn(KINDS, status) ? KINDS[status] : undefined
  if (kind === undefined) return NOTHING
  const code = textOf(tree['code'])
  const isLost = kind === 'bounce'
  const report: SmsReport = {
    reference: textOf(tree['client_reference']) || reference,
    ...{ kind, code: isLost ? (bounceOf(CODES, code) ?? (status === 'Expired' ? 24 : 1)) : null },
    ...{ status: code === '0' ? '' : code, answer: status },
    at: momentOf(tree['operator_status_at']) ?? momentOf(tree['at']),
  }
  return { reports: [report], inbound: [] }
}

const inboundText = (body: unknown): string =>
  typeof body === 'object' && body !== null ? textOf((body as Tree)['message']) : textOf(body)

const read = (call: SmsCall, { token }: SinchSecrets): SmsCallContent | undefined => {
  const tree = bodyTree(call.body.toString('utf8'))
  const type = textOf(tree['type'])
  if (/^recipient_delivery_report_[sm]ms$/.test(type)) return reportOf(tree, referenceOf(call, token))
  if (!/^mo_(text|media)$/.test(type)) return type === '' ? undefined : NOTHING
  const inbound = {
    ...{ providerId: textOf(tree['id']), from: withPlus(textOf(tree['from'])) },
    to: withPlus(textOf(tree['to'])),
    ...{ text: inboundText(tree['body']), at: momentOf(tree['received_at']) ?? momentOf(tree['sent_at']) },
  }
  return { reports: [], inbound: [inbound] }
}

/** What Sinch is believed by: the secret of its signatures, or else the one in the address. */
export interface SinchSecrets {
  readonly secret: string
  readonly token: string
}

/** Reads calls of a service plan. */
export const sinchCalls = (secrets: SinchSecrets): SmsCallReader => ({
  verify: call => verify(call, secrets),
  read: call => read(call, secrets),
})

/** The headers that Sinch would sign with; for stand-ins. */
export const signSinch = (
  body: string,
  {
    secret,
    nonce,
    timestamp,
  }: { readonly secret: string; readonly nonce: string; readonly timestamp: string },
): Record<string, string> => ({
  [HEADER]: hmacOf(secret, { hash: 'sha256', encoding: 'base64' }, [body, `.${nonce}.${timestamp}`]),
  [`${HEADER}-nonce`]: nonce,
  [`${HEADER}-timestamp`]: timestamp,
  [`${HEADER}-algorithm`]: 'HmacSHA256',
})
