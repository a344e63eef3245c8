/**
 * The email channel over SendGrid (API v3, mail/send). SendGrid takes no finished mail but its parts, and builds and signs
 * it itself. Each mail carries the key of its hand-over in the argument `carillon_message`, so that SendGrid's events name
 * it.
 */
import { type Channel, type SendOutcome, trimAnswer } from '../../channel.ts'
import { createGates } from '../../gate.ts'
import { createHttpCaller, type HttpOutcome } from '../../http/call.ts'
import { createHttpChannel, MAYBE_TAKEN, retryAfterOf } from '../../http/http-channel.ts'
import { type Mailbox, MESSAGE_ID_HEADER, type RenderedEmail, recipientDomainOf } from '../email.ts'
import { cleanHeaderText, isHeaderName } from '../header.ts'
import { type EmailParts, isOwnField } from '../mime.ts'

/** An account. */
export interface SendgridOptions {
  readonly apiKey: string
  /** `eu`: an account that lives there. */
  readonly region: 'global' | 'eu'
  /** The pool of addresses to send from. */
  readonly ipPool?: string
  /** Left out: that of the region. */
  readonly endpoint?: string
  /** Calls at once. Default 10. */
  readonly connections?: number
  /** Calls at once for mail to a domain of recipients, in lower case. */
  readonly domainConnections?: ReadonlyMap<string, number>
  readonly timeoutMs?: number
  readonly now: () => Date
}

/** The argument that carries the key of a hand-over. */
export const SENDGRID_MESSAGE_ARG = 'carillon_message'

type Answered = Extract<HttpOutcome, { kind: 'answered' }>

const ENDPOINTS = { global: 'https://api.sendgrid.com', eu: 'https://api.eu.sendgrid.com' } as const
const urlOf = ({ endpoint, region }: SendgridOptions, path: string): URL =>
  new URL(path, endpoint ?? ENDPOINTS[region])

const headersOf = ({ apiKey }: SendgridOptions): Record<string, string> => ({
  authorization: `Bearer ${apiKey}`,
  'content-type': 'application/json',
  accept: 'application/json',
})

const mailbox = ({ name = '', address }: Mailbox): { email: string; name?: string } => {
  const shown = cleanHeaderText(name)
  return shown === '' ? { email: address } : { email: address, name: shown }
}

const fieldsOf = (parts: EmailParts): Record<string, string> => {
  const given = Object.entries(parts.headers ?? {}).filter(
    ([name]) => isHeaderName(name) && !isOwnField(name.toLowerCase()),
  )
  return {
    ...Object.fromEntries(given.map(([name, value]) => [name, cleanHeaderText(value)])),
    [MESSAGE_ID_HEADER]: parts.messageId,
  }
}

const contentOf = ({ text = '', html }: EmailParts): { type: string; value: string }[] => [
  // Plain before HTML, and none of them empty: both are refused.
  ...(text === '' ? [] : [{ type: 'text/plain', value: text }]),
  ...(html === undefined || html === '' ? [] : [{ type: 'text/html', value: html }]),
]

const bodyOf = (email: RenderedEmail, { ipPool }: SendgridOptions): string => {
  const { messageId, feedbackKey = messageId, envelope, parts } = email
  if (parts === undefined) throw new TypeError('SendGrid needs the parts of a mail')
  const { cc = [], replyTo, attachments = [] } = parts
  const unlike = (address: string): boolean => address !== envelope.to
  const visible = cc.filter(unlike)
  const hidden = (envelope.copies ?? []).filter(one => unlike(one) && !visible.includes(one))
  const addresses = (all: readonly string[]) => all.map(email => ({ email }))
  return JSON.stringify({
    personalizations: [
      {
        to: [mailbox({ ...parts.to, address: envelope.to })],
        ...(visible.length === 0 ? {} : { cc: addresses(visible) }),
        ...(hidden.length === 0 ? {} : { bcc: addresses(hidden) }),
        custom_args: { [SENDGRID_MESSAGE_ARG]: feedbackKey },
      },
    ],
    from: mailbox({ name: parts.fromName ?? '', address: parts.fromAddress }),
    ...(replyTo ? { reply_to: mailbox(replyTo) } : {}),
    subject: cleanHeaderText(parts.subject),
    content: contentOf(parts),
    headers: fieldsOf(parts),
    ...(attachments.length === 0
      ? {}
      : {
          attachments: attachments.map(({ name, mediaType, base64 }) => ({
            content: base64.toString('latin1').replaceAll('\r\n', ''),
            filename: name,
            type: mediaType,
            disposition: 'attachment',
          })),
        }),
    ...(ipPool === undefined ? {} : { ip_pool_name: ipPool }),
    // The links are signed as they are; what SendGrid would put in their place is nobody's to trust.
    tracking_settings: {
      click_tracking: { enable: false, enable_text: false },
      open_tracking: { enable: false },
      subscription_tracking: { enable: false },
    },
  })
}

interface ApiError {
  readonly message?: unknown
  readonly field?: unknown
}

/** What SendGrid itself says; empty: the answer is not in its form. */
const errorsOf = (body: string): readonly ApiError[] => {
  try {
    const { errors } = JSON.parse(body) as { errors?: unknown }
    return Array.isArray(errors) ? errors.filter(one => typeof one === 'object' && one !== null) : []
  } catch {
    return []
  }
}

const messageOf = (body: string): string =>
  errorsOf(body)
    .map(error => String(error.message ?? ''))
    .join('; ')

// The pool is a setting of the transport, not of the mail.
const isOfAccount = (body: string): boolean =>
  errorsOf(body).some(({ field, message }) => /\bip.?pool|\bnot verified\b/i.test(`${field} ${message}`))

// Of a key, or of an account that may not send: but for a sender that SendGrid does not know, every mail meets it.
const refusesUs = (status: number, words: string): boolean =>
  status === 401 || (status === 403 && !/\bsender identity\b|\bfrom address\b/i.test(words))

// SendGrid says at which second the window of its rate begins anew.
const laterOf = ({ headers }: Answered, nowMs: number): { readonly retryAfterMs?: number } => {
  const reset = Number(headers['x-ratelimit-reset'])
  if (headers['retry-after'] !== undefined || !(reset > 0)) return retryAfterOf(headers['retry-after'], nowMs)
  const ms = reset * 1_000 - nowMs
  return ms > 0 ? { retryAfterMs: Math.min(ms, 86_400_000) } : {}
}

const outcomeOf = (answer: Answered, { now, endpoint }: SendgridOptions): SendOutcome => {
  const { status, headers, body } = answer
  const code = String(status)
  if (status >= 200 && status < 300)
    return { kind: 'accepted', code, answer: trimAnswer(String(headers['x-message-id'] ?? 'accepted')) }
  const words = trimAnswer(messageOf(body) || (endpoint === undefined ? body : '') || code)
  const later = laterOf(answer, now().getTime())
  // What SendGrid refuses at once is the mail or the account; of mailboxes it speaks later, in its events.
  const said = { code, answer: words, ofRecipient: false } as const
  if (status === 429) return { kind: 'throttle', ...said, scope: 'transport', ...later }
  // 401, 403: the key or the sender; the rest of 4xx is about this mail; 5xx about SendGrid, where it says so itself.
  if ((status === 400 && !isOfAccount(body)) || status === 413 || status === 415)
    return { kind: 'reject', ...said }
  if (MAYBE_TAKEN.has(status) || (status >= 500 && errorsOf(body).length === 0))
    return { kind: 'unknown', ...said }
  return {
    kind: 'retry',
    ...said,
    ...(refusesUs(status, messageOf(body)) ? { ofAccount: true } : {}),
    ...later,
  }
}

/** Makes the channel. Opens no connection until the first send. */
export const createSendgridChannel = (options: SendgridOptions): Channel<RenderedEmail> => {
  const domainGate = createGates(options.domainConnections ?? new Map())
  return createHttpChannel({
    connections: options.connections ?? 10,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    isSaidByHead: true,
    gateOf: email => domainGate(recipientDomainOf(email)),
    callOf: email => ({
      method: 'POST',
      url: urlOf(options, '/v3/mail/send'),
      headers: headersOf(options),
      body: bodyOf(email, options),
    }),
    outcomeOf: answer => outcomeOf(answer, options),
  })
}

/** Asks what the key may do: what SendGrid says of it. */
export const checkSendgrid = async (
  options: SendgridOptions,
): Promise<{ readonly ok: boolean; readonly code: string; readonly answer: string }> => {
  const caller = createHttpCaller({ connections: 1, timeoutMs: options.timeoutMs ?? 10_000 })
  const answer = await caller.call({
    method: 'GET',
    url: urlOf(options, '/v3/scopes'),
    headers: headersOf(options),
    body: '',
  })
  caller.close()
  if (answer.kind === 'cut') return { ok: false, code: answer.code, answer: trimAnswer(answer.words) }
  const maySend = answer.status === 200 && answer.body.includes('"mail.send"')
  const code = String(answer.status)
  if (answer.status === 200 && !maySend)
    return { ok: false, code, answer: 'The key may not send mail (mail.send)' }
  // What stands behind an endpoint of one's own may be anything: its words are not passed on.
  const words = options.endpoint === undefined ? messageOf(answer.body) || answer.body : code
  return { ok: maySend, code, answer: trimAnswer(words) }
}
