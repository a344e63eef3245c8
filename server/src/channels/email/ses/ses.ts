/**
 * The email channel over Amazon SES (API v2, SendEmail with a raw message). The mail is ours byte for byte, but for Date
 * and Message-ID, which SES writes anew and no signature of ours covers. Each mail carries the ledger's id in the tag
 * `carillon_message`, so that SES's events name it.
 */
import { type Channel, type SendOutcome, trimAnswer } from '../../channel.ts'
import { createHttpCaller, type HttpCall, type HttpOutcome } from '../../http/call.ts'
import { createHttpChannel, retryAfterOf } from '../../http/http-channel.ts'
import type { RenderedEmail } from '../email.ts'
import { signRequest } from './sign-request.ts'

/** An account in a region. */
export interface SesOptions {
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** The configuration set, which chooses the pool of addresses. */
  readonly configurationSet?: string
  /** Left out: that of the region. */
  readonly endpoint?: string
  /** Calls at once. Default 10. */
  readonly connections?: number
  readonly timeoutMs?: number
  readonly now: () => Date
}

/** The tag that carries the ledger's message id. */
export const SES_MESSAGE_TAG = 'carillon_message'

const SEND_PATH = '/v2/email/outbound-emails'
const ACCOUNT_PATH = '/v2/email/account'

type Answered = Extract<HttpOutcome, { kind: 'answered' }>
type Kind = Exclude<SendOutcome['kind'], 'accepted' | 'unknown'>

const urlOf = ({ endpoint, region }: SesOptions, path: string): URL =>
  new URL(path, endpoint ?? `https://email.${region}.amazonaws.com`)

const signedCall = (options: SesOptions, call: Omit<HttpCall, 'headers'>): HttpCall => {
  const headers = { 'content-type': 'application/json' }
  const { region, accessKeyId, secretAccessKey } = options
  const context = { region, accessKeyId, secretAccessKey, service: 'ses', now: options.now() }
  return { ...call, headers: signRequest({ ...call, headers }, context) }
}

const bodyOf = ({ envelope, raw, messageId }: RenderedEmail, { configurationSet }: SesOptions): string => {
  const { from, to, copies = [] } = envelope
  return JSON.stringify({
    FromEmailAddress: from,
    // The header says who is in To and Cc; here stands who gets it.
    Destination: { ToAddresses: [to], ...(copies.length === 0 ? {} : { BccAddresses: copies }) },
    Content: { Raw: { Data: raw.toString('base64') } },
    EmailTags: [{ Name: SES_MESSAGE_TAG, Value: messageId }],
    ...(configurationSet === undefined ? {} : { ConfigurationSetName: configurationSet }),
  })
}

/** What the errors of SES mean. Those about the account or its settings say nothing of the message. */
const CLASSES: Readonly<Record<string, readonly [Kind, 'message' | 'account']>> = {
  TooManyRequestsException: ['throttle', 'account'],
  ThrottlingException: ['throttle', 'account'],
  LimitExceededException: ['throttle', 'account'],
  MessageRejected: ['reject', 'message'],
  BadRequestException: ['reject', 'message'],
  AccountSuspendedException: ['retry', 'account'],
  SendingPausedException: ['retry', 'account'],
  MailFromDomainNotVerifiedException: ['retry', 'account'],
  NotFoundException: ['retry', 'account'],
}

const kindOfStatus = (status: number): readonly [Kind, 'message' | 'account'] => {
  if (status === 429) return ['throttle', 'account']
  if (status === 413) return ['reject', 'message']
  return ['retry', 'account']
}

const memberOf = (body: string, ...names: readonly string[]): string => {
  try {
    const value = JSON.parse(body) as Readonly<Record<string, unknown>>
    const found = names.map(name => value[name]).find(one => typeof one === 'string')
    return typeof found === 'string' ? found : ''
  } catch {
    return ''
  }
}

// The type comes as "Name:http://…", in the header or in the body.
const errorOf = ({ headers, body }: Answered): string =>
  (String(headers['x-amzn-errortype'] ?? '') || memberOf(body, '__type')).split(':')[0]?.split('#').at(-1) ??
  ''

const outcomeOf = (answer: Answered, nowMs: number): SendOutcome => {
  const { status, body } = answer
  if (status >= 200 && status < 300) {
    const id = memberOf(body, 'MessageId')
    return { kind: 'accepted', code: String(status), answer: trimAnswer(id === '' ? body : id) }
  }
  const error = errorOf(answer)
  const [kind, of] = CLASSES[error] ?? kindOfStatus(status)
  const code = error === '' ? String(status) : `${status} ${error}`
  const words = trimAnswer(memberOf(body, 'message', 'Message') || body || code)
  const ofRecipient = of === 'account' ? ({ ofRecipient: false } as const) : {}
  const later = retryAfterOf(answer.headers['retry-after'], nowMs)
  if (kind === 'reject') return { kind, code, answer: words }
  if (kind === 'retry') return { kind, code, answer: words, ...later, ...ofRecipient }
  return { kind, code, answer: words, scope: 'transport', ...later, ...ofRecipient }
}

/** Makes the channel. Opens no connection until the first send. */
export const createSesChannel = (options: SesOptions): Channel<RenderedEmail> =>
  createHttpChannel({
    connections: options.connections ?? 10,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    callOf: email =>
      signedCall(options, { method: 'POST', url: urlOf(options, SEND_PATH), body: bodyOf(email, options) }),
    outcomeOf: answer => outcomeOf(answer, options.now().getTime()),
  })

/** Asks for the account, which needs the same keys as sending: what SES says of them. */
export const checkSes = async (
  options: SesOptions,
): Promise<{ readonly ok: boolean; readonly code: string; readonly answer: string }> => {
  const caller = createHttpCaller({ connections: 1, timeoutMs: options.timeoutMs ?? 10_000 })
  const answer = await caller.call(
    signedCall(options, { method: 'GET', url: urlOf(options, ACCOUNT_PATH), body: '' }),
  )
  caller.close()
  if (answer.kind === 'cut') return { ok: false, code: answer.code, answer: trimAnswer(answer.words) }
  const ok = answer.status === 200
  const code = ok ? String(answer.status) : `${answer.status} ${errorOf(answer)}`.trim()
  return { ok, code, answer: trimAnswer(answer.body) }
}
