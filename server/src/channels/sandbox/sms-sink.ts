/**
 * Stand-ins for the APIs of SMS providers, below `/sandbox/<name of a sandbox>`: they check what the providers would check
 * (key, members, numbers), answer in their words, and give the message for the Inbox. Know no database.
 */
import type http from 'node:http'
import { bodyTree, textOf, valueAt } from '../sms/answers.ts'
import { parsePhone, parseSender } from '../sms/phone.ts'
import { REFERENCE_QUERY } from '../sms/sms.ts'
import { STAND_IN_CUSTOM_TOKEN, STAND_IN_SMS } from './sms-accounts.ts'

/** A provider that is stood in for. */
export type SmsStandIn = 'twilio' | 'sinch' | 'infobip' | 'custom_sms'

/** A message as its provider got it. */
export interface ReceivedSms {
  readonly provider: SmsStandIn
  readonly sandbox: string
  readonly from: string
  readonly to: string
  readonly text: string
  readonly mediaUri: string | null
  readonly title: string | null
  /** Names the hand-over; empty: it was not said. */
  readonly reference: string
  /** Where a report of it is wanted; empty: nowhere. */
  readonly callbackUrl: string
}

/** What the stand-in says, and the message, if it took one. */
export interface SmsVerdict {
  readonly status: number
  readonly body: unknown
  readonly sms?: ReceivedSms
}

/** A call as it came. */
export interface SmsRequest {
  readonly method: string
  readonly url: URL
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

type Written = Omit<ReceivedSms, 'provider' | 'sandbox'>
interface StandIn {
  readonly provider: SmsStandIn
  readonly method: string
  readonly path: RegExp
  /** Takes a call of a message: `id` is its new one. Without a `sms` in the answer it was refused. */
  readonly take: (
    request: SmsRequest,
    id: string,
  ) => SmsVerdict | { readonly written: Written; readonly ok: SmsVerdict }
}

const basicOf = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

const isBearer = ({ headers }: SmsRequest, token: string): boolean =>
  headers.authorization === `Bearer ${token}`

const refuse = (status: number, body: unknown): SmsVerdict => ({ status, body })

// Infobip writes numbers without their plus sign.
const numberOf = (text: string): string | undefined => parsePhone(text.startsWith('+') ? text : `+${text}`)

const referenceIn = (callbackUrl: string): string =>
  URL.canParse(callbackUrl) ? (new URL(callbackUrl).searchParams.get(REFERENCE_QUERY) ?? '') : ''

const { twilio, sinch, infobip } = STAND_IN_SMS

const takeTwilio: StandIn['take'] = (request, id) => {
  const error = (status: number, code: number, message: string): SmsVerdict =>
    refuse(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status })
  if (request.headers.authorization !== basicOf(twilio.accountSid, twilio.authToken))
    return error(401, 20_003, 'Authenticate')
  const form = new URLSearchParams(request.body)
  const of = (name: string): string => form.get(name) ?? ''
  if (parsePhone(of('To')) === undefined) return error(400, 21_211, `Invalid 'To' Phone Number: ${of('To')}`)
  if (parseSender(of('From')) === undefined) return error(400, 21_212, `Invalid From Number: ${of('From')}`)
  if (of('Body') === '' && !form.has('MediaUrl')) return error(400, 21_602, 'Message body is required')
  return {
    written: {
      ...{ from: of('From'), to: of('To'), text: of('Body'), mediaUri: form.get('MediaUrl'), title: null },
      ...{ callbackUrl: of('StatusCallback'), reference: referenceIn(of('StatusCallback')) },
    },
    ok: { status: 201, body: { sid: `SM${id.replaceAll('-', '')}`, status: 'queued' } },
  }
}

const takeSinch: StandIn['take'] = (request, id) => {
  if (!isBearer(request, sinch.apiToken)) return refuse(401, { code: 'unauthorized', text: 'Wrong token' })
  const tree = bodyTree(request.body)
  const of = (path: string): string => textOf(valueAt(tree, path))
  const isMedia = of('type') === 'mt_media'
  const text = of(isMedia ? 'body.message' : 'body')
  if (parsePhone(of('to.0')) === undefined)
    return refuse(400, { code: 'syntax_invalid_parameter_format', text: `Invalid recipient ${of('to.0')}` })
  if (text === '' && !isMedia)
    return refuse(400, { code: 'syntax_constraint_violation', text: 'The body is empty' })
  return {
    written: {
      ...{ from: of('from'), to: of('to.0'), text, title: isMedia ? of('body.subject') || null : null },
      ...{ mediaUri: isMedia ? of('body.url') : null },
      ...{ reference: of('client_reference'), callbackUrl: of('callback_url') },
    },
    ok: { status: 201, body: { id, to: [of('to.0')], from: of('from'), canceled: false } },
  }
}

const takeInfobip: StandIn['take'] = (request, id) => {
  const fault = (status: number, messageId: string, text: string): SmsVerdict =>
    refuse(status, { requestError: { serviceException: { messageId, text } } })
  if (request.headers.authorization !== `App ${infobip.apiKey}`)
    return fault(401, 'UNAUTHORIZED', 'Invalid login details')
  const message = valueAt(bodyTree(request.body), 'messages.0')
  const of = (path: string): string => textOf(valueAt(message, path))
  const to = numberOf(of('destinations.0.to'))
  if (of('sender') === '') return fault(400, 'BAD_REQUEST', 'The sender is missing')
  const answer = (status: object): SmsVerdict => ({
    status: 200,
    body: { messages: [{ messageId: id, destination: of('destinations.0.to'), status }] },
  })
  const isNone = { groupId: 5, groupName: 'REJECTED', id: 14, name: 'REJECTED_DESTINATION' }
  if (to === undefined) return answer({ ...isNone, description: 'The destination is no number' })
  const segments = valueAt(message, 'content.messageSegments')
  const parts: readonly unknown[] = Array.isArray(segments) ? segments : []
  const part = (name: string): string =>
    parts.map(one => textOf(valueAt(one, name))).find(one => one !== '') ?? ''
  return {
    written: {
      ...{ from: of('sender'), to, text: of('content.text') || part('text') },
      ...{ mediaUri: part('contentUrl') || null, title: of('content.title') || null },
      ...{ reference: of('webhooks.callbackData'), callbackUrl: of('webhooks.delivery.url') },
    },
    ok: answer({ groupId: 1, groupName: 'PENDING', id: 26, name: 'PENDING_ACCEPTED' }),
  }
}

const takeCustom: StandIn['take'] = (request, id) => {
  if (!isBearer(request, STAND_IN_CUSTOM_TOKEN)) return refuse(401, { error: 'Wrong token' })
  const tree = bodyTree(request.body)
  const of = (path: string): string => textOf(valueAt(tree, path))
  if (parsePhone(of('to')) === undefined) return refuse(422, { error: `Invalid number ${of('to')}` })
  return {
    written: {
      ...{ from: of('from'), to: of('to'), text: of('text'), mediaUri: of('media') || null },
      ...{ title: of('title') || null, reference: of('reference'), callbackUrl: of('callback') },
    },
    ok: { status: 200, body: { messages: [{ id }] } },
  }
}

const STAND_INS: readonly StandIn[] = [
  {
    ...{ provider: 'twilio', method: 'POST', take: takeTwilio },
    path: /^\/2010-04-01\/Accounts\/[^/]+\/Messages\.json$/,
  },
  { provider: 'sinch', method: 'POST', path: /^\/xms\/v1\/[^/]+\/batches$/, take: takeSinch },
  { provider: 'infobip', method: 'POST', path: /^\/(?:sms\/3|mms\/2)\/messages$/, take: takeInfobip },
  { provider: 'custom_sms', method: 'POST', path: /^\/custom\/messages$/, take: takeCustom },
]

// What is asked to see whether the account lets us in.
const LOOKS: readonly (readonly [RegExp, unknown])[] = [
  [/^\/2010-04-01\/Accounts\/[^/]+\.json$/, { status: 'active' }],
  [/^\/xms\/v1\/[^/]+\/batches$/, { count: 0, batches: [] }],
  [/^\/account\/1\/balance$/, { balance: 0, currency: 'EUR' }],
]

/** Takes a call; undefined: it is to no stand-in of an SMS provider. */
export const takeSms = (request: SmsRequest, id: string): SmsVerdict | undefined => {
  const found = /^\/sandbox\/([^/]+)(\/.*)$/.exec(request.url.pathname)
  if (found === null) return undefined
  const [, name = '', path = ''] = found
  if (request.method === 'GET') {
    const look = LOOKS.find(([pattern]) => pattern.test(path))
    return look === undefined ? undefined : { status: 200, body: look[1] }
  }
  const standIn = STAND_INS.find(one => one.method === request.method && one.path.test(path))
  if (standIn === undefined) return undefined
  const taken = standIn.take(request, id)
  if (!('written' in taken)) return taken
  const { provider } = standIn
  return { ...taken.ok, sms: { ...taken.written, provider, sandbox: decodeURIComponent(name) } }
}
