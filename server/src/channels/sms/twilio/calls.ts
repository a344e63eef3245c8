/**
 * What Twilio posts: forms, signed in `X-Twilio-Signature`: HMAC-SHA1, under the account's token, of the address and of the
 * members of the form in the order of their names. There is no moment in it.
 */
import type { BounceCode } from '../../email/codes.ts'
import {
  bounceOf,
  digestOf,
  type Genuineness,
  headerOf,
  hmacOf,
  isSame,
  NOTHING,
  type SmsCall,
  type SmsCallContent,
  type SmsCallReader,
} from '../callbacks.ts'
import { REFERENCE_QUERY } from '../sms.ts'

const SIGNATURE = 'x-twilio-signature'

const KINDS: Readonly<Record<string, 'sent' | 'delivered' | 'bounce'>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'bounce',
  failed: 'bounce',
}

// AJO's classes by Twilio's code: 10 is for good, 20 may pass, 25 is ours to mend, 50 and 51 are filters.
const CODES: Readonly<Record<string, BounceCode>> = {
  ...{
    '30003': 20,
    '30004': 15,
    '30005': 10,
    '30006': 10,
    '30007': 51,
    '30008': 1,
    '30009': 20,
    '30010': 25,
  },
  ...{
    '30001': 50,
    '30002': 25,
    '30022': 50,
    '30034': 25,
    '30036': 24,
    '21610': 15,
    '21614': 10,
    '21211': 10,
  },
  ...{ '30019': 23, '30410': 24, '30450': 52 },
}

const formOf = ({ body }: SmsCall): URLSearchParams => new URLSearchParams(body.toString('utf8'))

const signedText = (url: URL, form: URLSearchParams): string => {
  const pairs = [...form].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return url.href + pairs.map(([name, value]) => name + value).join('')
}

const verify = (call: SmsCall, authToken: string): Genuineness => {
  const signed = signedText(call.url, formOf(call))
  const wanted = hmacOf(authToken, { hash: 'sha1', encoding: 'base64' }, [signed])
  if (authToken === '' || !isSame(headerOf(call, SIGNATURE), wanted)) return { genuine: false }
  return { genuine: true, key: digestOf(signed), at: null }
}

const readReport = (call: SmsCall, form: URLSearchParams): SmsCallContent => {
  const status = form.get('MessageStatus') ?? form.get('SmsStatus') ?? ''
  const kind = Object.hasOwn(KINDS, status) ? KINDS[status] : undefined
  if (kind === undefined) return NOTHING
  const error = form.get('ErrorCode') ?? ''
  const report = {
    reference: call.url.searchParams.get(REFERENCE_QUERY) ?? '',
    ...{ kind, code: kind === 'bounce' ? (bounceOf(CODES, error) ?? 1) : null, status: error, at: null },
    answer: [status, form.get('ErrorMessage') ?? ''].filter(part => part !== '').join(': '),
  }
  return { reports: [report], inbound: [] }
}

const read = (call: SmsCall): SmsCallContent | undefined => {
  const form = formOf(call)
  const providerId = form.get('MessageSid') ?? form.get('SmsSid') ?? ''
  if (providerId === '') return undefined
  const status = form.get('MessageStatus') ?? form.get('SmsStatus') ?? ''
  const isInbound = form.has('Body') && (status === '' || status === 'received')
  if (!isInbound) return readReport(call, form)
  const inbound = {
    ...{ providerId, from: form.get('From') ?? '', to: form.get('To') ?? '' },
    ...{ text: form.get('Body') ?? '', at: null },
  }
  return { reports: [], inbound: [inbound] }
}

/** Reads calls of an account. */
export const twilioCalls = (authToken: string): SmsCallReader => ({
  verify: call => verify(call, authToken),
  read,
})

/** The signature that Twilio would make; for stand-ins. */
export const signTwilio = (url: URL, body: string, authToken: string): string =>
  hmacOf(authToken, { hash: 'sha1', encoding: 'base64' }, [signedText(url, new URLSearchParams(body))])
