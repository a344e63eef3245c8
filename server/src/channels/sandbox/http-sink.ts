/**
 * Stand-ins for the APIs of providers, on loopback: Amazon SES and SendGrid here, those of short messages in `sms-sink.ts`.
 * They check what the providers would check (signature, key, members) and put the message into the Inbox. Know nothing of
 * campaigns.
 */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Db } from '../../db/pool.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { MESSAGE_ID_HEADER, SANDBOX_HEADER } from '../email/email.ts'
import { buildMime } from '../email/mime.ts'
import { signRequest } from '../email/ses/sign-request.ts'
import { readField, readHeaderBlock } from './header-fields.ts'
import { rawOfSms, subjectOfSms } from './inbox-sms.ts'
import { createInboxWriter } from './inbox-writer.ts'
import { reportDelivered } from './sms-reports.ts'
import { type ReceivedSms, takeSms } from './sms-sink.ts'

/** What the stand-ins need. */
export interface HttpSinkOptions {
  readonly db: Db
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly clock: Clock
  readonly newId: () => string
  readonly log: Pick<Log, 'warn'>
}

/** The running stand-ins. */
export interface HttpSink {
  readonly port: number
  close(): Promise<void>
}

/** The accounts that the stand-ins know. They guard nothing: whoever reaches loopback may fill the Inbox. */
export const STAND_IN_SES = {
  region: 'us-east-1',
  accessKeyId: 'CARILLONSANDBOX',
  secretAccessKey: 'a stand-in needs no secret',
} as const
/** SendGrid's. */
export const STAND_IN_SENDGRID_KEY = 'SG.carillon-sandbox'

const MOST_BYTES = 40_000_000

interface Received {
  readonly sender: string
  readonly recipients: readonly string[]
  readonly raw: Buffer
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}
type Verdict = { readonly mail: Received; readonly answer: Answer } | { readonly answer: Answer }

interface Request {
  readonly headers: http.IncomingHttpHeaders
  readonly url: URL
  readonly body: string
  readonly now: Date
}

const textOf = (headers: http.IncomingHttpHeaders, name: string): string => String(headers[name] ?? '')

/** Whether the signature is the one that this account makes of the request as it came. */
const isSigned = ({ headers, url, body }: Request): boolean => {
  const stamp = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(textOf(headers, 'x-amz-date'))
  if (stamp === null) return false
  const [, year, month, day, hour, minute, second] = stamp
  const now = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  const signed = signRequest(
    { method: 'POST', url, headers: { 'content-type': textOf(headers, 'content-type') }, body },
    { ...STAND_IN_SES, service: 'ses', now },
  )
  return signed['authorization'] === headers.authorization
}

const refuse = (status: number, type: string, message: string): Verdict => ({
  answer: { status, headers: { 'x-amzn-errortype': type }, body: { message } },
})

interface SesBody {
  readonly FromEmailAddress?: string
  readonly Destination?: Readonly<Record<string, readonly string[]>>
  readonly Content?: { readonly Raw?: { readonly Data?: string } }
}

const ses = (request: Request, id: string): Verdict => {
  if (!isSigned(request))
    return refuse(403, 'SignatureDoesNotMatch', 'The signature is not that of the request.')
  const body = JSON.parse(request.body) as SesBody
  const data = body.Content?.Raw?.Data
  if (typeof data !== 'string') return refuse(400, 'BadRequestException', 'Content.Raw.Data is missing')
  const recipients = Object.values(body.Destination ?? {}).flat()
  const raw = Buffer.from(data, 'base64')
  return {
    mail: { sender: body.FromEmailAddress ?? '', recipients, raw },
    answer: { status: 200, body: { MessageId: id } },
  }
}

interface Party {
  readonly email: string
  readonly name?: string
}
interface SendgridBody {
  readonly personalizations: readonly {
    readonly to: readonly Party[]
    readonly cc?: readonly Party[]
    readonly bcc?: readonly Party[]
    readonly custom_args?: Readonly<Record<string, string>>
  }[]
  readonly from: Party
  readonly reply_to?: Party
  readonly subject: string
  readonly content: readonly { readonly type: string; readonly value: string }[]
  readonly headers?: Readonly<Record<string, string>>
  readonly attachments?: readonly {
    readonly content: string
    readonly filename: string
    readonly type: string
  }[]
}

const mailboxOf = ({ email, name }: Party) => ({ address: email, ...(name === undefined ? {} : { name }) })

const rawOf = (body: SendgridBody, now: Date): Buffer => {
  const [personal] = body.personalizations
  const [to] = personal?.to ?? []
  const part = (type: string): string | undefined => body.content.find(one => one.type === type)?.value
  const [html, text] = [part('text/html'), part('text/plain')]
  return buildMime({
    messageId: body.headers?.[MESSAGE_ID_HEADER] ?? '',
    domainForMessageId: body.from.email.slice(body.from.email.lastIndexOf('@') + 1),
    date: now,
    fromName: body.from.name ?? '',
    fromAddress: body.from.email,
    to: mailboxOf(to ?? { email: '' }),
    cc: (personal?.cc ?? []).map(one => one.email),
    ...(body.reply_to === undefined ? {} : { replyTo: mailboxOf(body.reply_to) }),
    subject: body.subject,
    ...(html === undefined ? {} : { html }),
    ...(text === undefined ? {} : { text }),
    headers: body.headers ?? {},
    attachments: (body.attachments ?? []).map(one => ({
      name: one.filename,
      mediaType: one.type,
      base64: Buffer.from(one.content.replace(/.{1,76}/g, '$&\r\n'), 'latin1'),
    })),
  })
}

const sendgrid = (request: Request, id: string): Verdict => {
  if (request.headers.authorization !== `Bearer ${STAND_IN_SENDGRID_KEY}`)
    return { answer: { status: 401, body: { errors: [{ message: 'authorization required' }] } } }
  const body = JSON.parse(request.body) as SendgridBody
  const [personal] = body.personalizations
  if (personal === undefined || body.content.length === 0)
    return { answer: { status: 400, body: { errors: [{ message: 'The content value must be a string' }] } } }
  const recipients = [...personal.to, ...(personal.cc ?? []), ...(personal.bcc ?? [])].map(one => one.email)
  return {
    mail: { sender: body.from.email, recipients, raw: rawOf(body, request.now) },
    answer: { status: 202, headers: { 'x-message-id': id } },
  }
}

const readBody = async (request: http.IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= MOST_BYTES) chunks.push(chunk)
  }
  if (bytes > MOST_BYTES) throw new RangeError('too large')
  return Buffer.concat(chunks).toString()
}

const ROUTES: Readonly<Record<string, typeof ses>> = {
  'POST /v2/email/outbound-emails': ses,
  'POST /v3/mail/send': sendgrid,
}
const CHECKS: Readonly<Record<string, unknown>> = {
  'GET /v2/email/account': { SendingEnabled: true },
  'GET /v3/scopes': { scopes: ['mail.send'] },
}

const createReceiver = (options: HttpSinkOptions) => {
  const { clock, newId } = options
  const writer = createInboxWriter({ ...options, onFull: () => new RangeError('too many mails at once') })
  const keep = async ({ sender, recipients, raw }: Received, id: string): Promise<void> => {
    const block = readHeaderBlock(raw)
    await writer.submit({
      id,
      sandbox: readField(block, SANDBOX_HEADER) ?? null,
      channel: 'email',
      messageId: readField(block, MESSAGE_ID_HEADER) ?? null,
      sender,
      recipient: recipients.join(', '),
      subject: readField(block, 'Subject') ?? '',
      receivedAt: clock.now(),
      raw,
    })
  }
  const keepSms = async (sms: ReceivedSms, id: string): Promise<void> => {
    const messageId = sms.reference.split('.')[0] ?? null
    await writer.submit({
      ...{ id, sandbox: sms.sandbox, channel: 'sms', messageId },
      ...{ sender: sms.from, recipient: sms.to, subject: subjectOfSms(sms) },
      ...{ receivedAt: clock.now(), raw: rawOfSms(sms) },
    })
  }
  return async (request: http.IncomingMessage): Promise<Answer> => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`)
    const route = `${request.method} ${url.pathname}`
    const body = await readBody(request)
    if (Object.hasOwn(CHECKS, route)) return { status: 200, body: CHECKS[route] }
    const id = newId()
    const sms = takeSms({ method: request.method ?? '', url, headers: request.headers, body }, id)
    if (sms?.sms !== undefined) {
      await keepSms(sms.sms, id)
      void reportDelivered(sms.sms, id, clock.now())
    }
    if (sms !== undefined) return sms
    const handle = Object.hasOwn(ROUTES, route) ? ROUTES[route] : undefined
    if (handle === undefined) return { status: 404 }
    const verdict = handle({ headers: request.headers, url, body, now: clock.now() }, id)
    if ('mail' in verdict) await keep(verdict.mail, id)
    return verdict.answer
  }
}

/** Starts listening; rejects when the port cannot be had. */
export const startHttpSink = async (options: HttpSinkOptions): Promise<HttpSink> => {
  const receive = createReceiver(options)
  const server = http.createServer((request, response) => {
    receive(request).then(
      ({ status, headers = {}, body }) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers })
        response.end(body === undefined ? '' : JSON.stringify(body))
      },
      (error: unknown) => {
        options.log.warn({ err: error }, 'a sandbox message was not stored')
        response.writeHead(503).end()
      },
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}
