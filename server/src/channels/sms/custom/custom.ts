/**
 * The SMS channel over any provider with an HTTP API, described by its settings: an address and a payload with
 * placeholders, a proof of who calls, and where in the answer the message's id is.
 */
import { type Channel, type SendOutcome, trimAnswer } from '../../channel.ts'
import { type ClientTls, createHttpCaller, type HttpCall } from '../../http/call.ts'
import { createHttpChannel } from '../../http/http-channel.ts'
import { type Answered, bodyTree, outcomeOfRefusal, refusalOf, textOf, valueAt } from '../answers.ts'
import { countryGates, type RenderedSms, reportUrl } from '../sms.ts'
import { type CustomAuth, type CustomAuthorizer, createAuthorizer } from './auth.ts'
import { compilePayload, type Payload, type PayloadSource, payloadValues } from './payload.ts'

/** A provider. `url` and `payload` are templates over the names of `payload.ts`. */
export interface CustomSmsOptions {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload: string
  readonly auth: CustomAuth
  readonly tls?: ClientTls
  /** Where the provider's id of the message is in a JSON answer, such as `messages.0.id`; left out: nowhere. */
  readonly idPath?: string
  /** Where in a JSON answer the provider gives its error. */
  readonly errorPath?: string
  readonly callbackUrl?: string
  readonly connections?: number
  /** At once to numbers of a country (in lower case, such as `nl`). */
  readonly countryConnections?: ReadonlyMap<string, number>
  readonly timeoutMs?: number
  readonly now: () => Date
}

const callOf = (options: CustomSmsOptions, payload: Payload, sms: RenderedSms): HttpCall => {
  const { method, contentType, headers, callbackUrl } = options
  const values = payloadValues(sms, callbackUrl === undefined ? '' : reportUrl(callbackUrl, sms.reference))
  const given = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return {
    method,
    url: payload.url(values),
    headers: { accept: 'application/json', ...given, 'content-type': contentType },
    body: method === 'GET' ? '' : payload.body(values),
  }
}

const outcomeOf = (answer: Answered, { idPath, errorPath }: CustomSmsOptions, nowMs: number): SendOutcome => {
  const { status, body } = answer
  const tree = bodyTree(body)
  const code = String(status)
  if (status >= 200 && status < 300) {
    const id = idPath === undefined ? '' : textOf(valueAt(tree, idPath))
    return { kind: 'accepted', code, answer: trimAnswer(id || body || code) }
  }
  const words = errorPath === undefined ? '' : textOf(valueAt(tree, errorPath))
  // Its words say that the provider itself spoke, whatever they are.
  const refusal = refusalOf({}, { status, code: words })
  return outcomeOfRefusal(refusal, { code, words: words || body, answer, nowMs })
}

const obstacleOutcome = async (authorizer: CustomAuthorizer): Promise<SendOutcome | undefined> => {
  const obstacle = await authorizer.ready()
  if (obstacle === undefined) return undefined
  const { code, words } = obstacle
  return { kind: 'retry', code, answer: trimAnswer(words), ofRecipient: false }
}

// A call without a body says everything in its address.
const sourceOf = ({ method, url, contentType, payload }: CustomSmsOptions): PayloadSource => ({
  ...{ url, contentType, body: method === 'GET' ? '{}' : payload },
})

/** Makes the channel; throws when the payload is none, which `compilePayload` tells before. */
export const createCustomSmsChannel = (options: CustomSmsOptions): Channel<RenderedSms> => {
  const { now, tls } = options
  const compiled = compilePayload(sourceOf(options))
  if (!compiled.ok) throw new TypeError(compiled.mistakes.map(one => one.message).join('; '))
  const authorizer = createAuthorizer(options.auth, now)
  const channel = createHttpChannel<RenderedSms>({
    connections: options.connections ?? 10,
    gateOf: countryGates(options.countryConnections),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    ...(tls === undefined ? {} : { tls }),
    ready: () => obstacleOutcome(authorizer),
    callOf: sms => authorizer.prove(callOf(options, compiled.payload, sms)),
    outcomeOf: answer => {
      if (answer.status === 401) authorizer.forget()
      return outcomeOf(answer, options, now().getTime())
    },
  })
  return {
    slots: channel.slots,
    send: (sms, mayBegin) => channel.send(sms, mayBegin),
    close: async () => {
      await channel.close()
      authorizer.close()
    },
  }
}

/** Gets a token where one is needed, and looks whether the host answers at all: nothing is sent. */
export const checkCustomSms = async (
  options: CustomSmsOptions,
): Promise<{ readonly ok: boolean; readonly code: string; readonly answer: string }> => {
  const authorizer = createAuthorizer(options.auth, options.now)
  const obstacle = await authorizer.ready()
  authorizer.close()
  if (obstacle !== undefined) return { ok: false, code: obstacle.code, answer: trimAnswer(obstacle.words) }
  const caller = createHttpCaller({
    connections: 1,
    timeoutMs: options.timeoutMs ?? 10_000,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
  })
  const compiled = compilePayload(sourceOf(options))
  if (!compiled.ok)
    return {
      ok: false,
      code: 'payload',
      answer: trimAnswer(compiled.mistakes.map(one => one.message).join('; ')),
    }
  const none = { channel: 'sms', messageId: '', reference: '', to: '', from: '', text: '' } as const
  const url = new URL('/', compiled.payload.url(payloadValues(none, '')))
  const answer = await caller.call({ method: 'GET', url, headers: {}, body: '' })
  caller.close()
  if (answer.kind === 'cut') return { ok: false, code: answer.code, answer: trimAnswer(answer.words) }
  return { ok: true, code: String(answer.status), answer: 'The host answers; a test message shows the rest' }
}
