/**
 * The email channel over Amazon SES (API v2, SendEmail with a raw message). The mail is ours byte for byte, but for Date
 * and Message-ID, which SES writes anew and no signature of ours covers. Each mail carries the key of its hand-over in the
 * tag `carillon_message`, so that SES's events name it.
 */
import { type Channel, type SendOutcome, trimAnswer } from '../../channel.ts'
import { createGates } from '../../gate.ts'
import { createHttpCaller, type HttpCall, type HttpOutcome } from '../../http/call.ts'
import { createHttpChannel, MAYBE_TAKEN, retryAfterOf } from '../../http/http-channel.ts'
import { type RenderedEmail, recipientDomainOf } from '../email.ts'
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
  /** Calls at once for mail to a domain of recipients, in lower case. */
  readonly domainConnections?: ReadonlyMap<string, number>
  readonly timeoutMs?: number
  readonly now: () => Date
}

/** The tag that carries the key of a hand-over. */
export const SES_MESSAGE_TAG = 'carillon_message'

const SEND_PATH = '/v2/email/outbound-emails'
const ACCOUNT_PATH = '/v2/email/account'

type Answered = Extract<HttpOutcome, { kind: 'answered' }>
type Kind = Exclude<SendOutcome['kind'], 'accepted'>

const urlOf = ({ endpoint, region }: SesOptions, path: string): URL =>
  new URL(path, endpoint ?? `https://email.${region}.amazonaws.com`)

const signedCall = (options: SesOptions, call: Omit<HttpCall, 'headers'>): HttpCall => {
  const headers = { 'content-type': 'application/json' }
  const { region, accessKeyId, secretAccessKey } = options
  const context = { region, accessKeyId, secretAccessKey, service: 'ses', now: options.now() }
  return { ...call, headers: signRequest({ ...call, headers }, context) }
}

const bodyOf = (email: RenderedEmail, { configurationSet }: SesOptions): string => {
  const { envelope, raw, messageId, feedbackKey = messageId } = email
  const { from, to, copies = [] } = envelope
  return JSON.stringify({
    FromEmailAddress: from,
    // The header says who is in To and Cc; here stands who gets it.
    Destination: { ToAddresses: [to], ...(copies.length === 0 ? {} : { BccAddresses: copies }) },
    Content: { Raw: { Data: raw.toString('base64') } },
    EmailTags: [{ Name: SES_MESSAGE_TAG, Value: feedbackKey }],
    ...(configurationSet === undefined ? {} : { ConfigurationSetName: configurationSet }),
  })
}

/** What the errors of SES mean. Those about the account or its settings say nothing of the message. */
const CLASSES: Readonly<Record<string, Kind>> = {
  TooManyRequestsException: 'throttle',
  ThrottlingException: 'throttle',
  LimitExceededException: 'throttle',
  MessageRejected: 'reject',
  BadRequestException: 'reject',
  AccountSuspendedException: 'retry',
  SendingPausedException: 'retry',
  MailFromDomainNotVerifiedException: 'retry',
  NotFoundException: 'retry',
}

// Under the names of faulty mail SES also speaks of the account: an identity or a set that is not there (yet).
const OF_ACCOUNT = /\bnot verified\b|\bconfiguration ?set\b/i

/** Errors of the keys and of the account, whatever the mail. That access is denied may be about one sender alone. */
const REFUSES_US = new Set([
  ...['AccountSuspendedException', 'SendingPausedException'],
  ...['UnrecognizedClientException', 'InvalidClientTokenId', 'SignatureDoesNotMatch'],
  ...[
    'InvalidSignatureException',
    'IncompleteSignature',
    'MissingAuthenticationToken',
    'ExpiredTokenException',
  ],
])

const kindOf = (error: string, status: number, words: string): Kind => {
  if (MAYBE_TAKEN.has(status) || (status >= 500 && error === '')) return 'unknown'
  const kind = CLASSES[error] ?? kindOfStatus(status)
  return kind === 'reject' && OF_ACCOUNT.test(words) ? 'retry' : kind
}

const kindOfStatus = (status: number): Kind => {
  if (status === 429) return 'throttle'
  return status === 413 ? 'reject' : 'retry'
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

const outcomeOf = (answer: Answered, { now, endpoint }: SesOptions): SendOutcome => {
  const { status, body } = answer
  const unread = endpoint === undefined ? body : ''
  if (status >= 200 && status < 300) {
    const id = memberOf(body, 'MessageId')
    return { kind: 'accepted', code: String(status), answer: trimAnswer(id || unread || 'accepted') }
  }
  const error = errorOf(answer)
  const code = error === '' ? String(status) : `${status} ${error}`
  const words = trimAnswer(memberOf(body, 'message', 'Message') || unread || code)
  // What SES refuses at once is the mail or the account; of mailboxes it speaks later, in its events.
  const said = { code, answer: words, ofRecipient: false } as const
  const kind = kindOf(error, status, words)
  if (kind === 'reject' || kind === 'unknown') return { kind, ...said }
  const later = retryAfterOf(answer.headers['retry-after'], now().getTime())
  if (kind === 'throttle') return { kind, ...said, scope: 'transport', ...later }
  return { kind, ...said, ...(REFUSES_US.has(error) ? { ofAccount: true } : {}), ...later }
}

/** Makes the channel. Opens no connection until the first send. */
export const createSesChannel = (options: SesOptions): Channel<RenderedEmail> => {
  const domainGate = createGates(options.domainConnections ?? new Map())
  return createHttpChannel({
    connections: options.connections ?? 10,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    isSaidByHead: true,
    gateOf: email => domainGate(recipientDomainOf(email)),
    callOf: email =>
      signedCall(options, { method: 'POST', url: urlOf(options, SEND_PATH), body: bodyOf(email, options) }),
    outcomeOf: answer => outcomeOf(answer, options),
  })
}

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
  // What stands behind an endpoint of one's own may be anything: its words are not passed on.
  const { endpoint } = options
  const code = ok ? String(answer.status) : `${answer.status} ${errorOf(answer)}`.trim()
  return { ok, code, answer: trimAnswer(endpoint === undefined ? answer.body : code) }
}
