/**
 * The SMS channel over Infobip (SMS API v3; MMS API v2 where there is media). Each message carries the ledger's id as
 * callback data, which Infobip's reports give back. An answer of 200 can refuse: the status of the message says so.
 */
import { type Channel, type SendOutcome, trimAnswer } from '../../channel.ts'
import { createHttpCaller } from '../../http/call.ts'
import { createHttpChannel } from '../../http/http-channel.ts'
import {
  type Answered,
  bodyTree,
  outcomeOfRefusal,
  type RefusalTable,
  refusalOf,
  textOf,
  valueAt,
} from '../answers.ts'
import { countryGates, type RenderedSms, reportUrl } from '../sms.ts'

/** An account. `endpoint`: its own address, such as `https://xyz.api.infobip.com`. */
export interface InfobipOptions {
  readonly endpoint: string
  readonly apiKey: string
  /** Where Infobip reports; left out: where the account's subscriptions say. */
  readonly callbackUrl?: string
  readonly connections?: number
  /** At once to numbers of a country (in lower case, such as `nl`). */
  readonly countryConnections?: ReadonlyMap<string, number>
  readonly timeoutMs?: number
  readonly now: () => Date
}

// By the id of the message's status; what is not listed and rejected is about the message.
const REFUSALS: RefusalTable = {
  ...{ '11': 'setting', '12': 'account', '13': 'setting', '17': 'account', '19': 'setting' },
  ...{ '20': 'busy_number', '21': 'later', '27': 'later' },
}
const GROUP_UNDELIVERABLE = '2'
const GROUP_EXPIRED = '4'
const GROUP_REJECTED = '5'
const ERRORS: RefusalTable = {
  ...{ UNAUTHORIZED: 'account', FORBIDDEN: 'setting', TOO_MANY_REQUESTS: 'busy', BAD_REQUEST: 'message' },
  ...{ GENERAL_ERROR: 'later', E401: 'account', E403: 'setting', E400: 'message', E429: 'busy' },
}

const headersOf = ({ apiKey }: InfobipOptions): Record<string, string> => ({
  authorization: `App ${apiKey}`,
  'content-type': 'application/json',
  accept: 'application/json',
})

// Infobip writes numbers without the plus sign.
const bare = (number: string): string => number.replace(/^\+/, '')

const contentOf = ({ text, media }: RenderedSms): Record<string, unknown> => {
  if (media === undefined) return { text }
  const segments = [...(text === '' ? [] : [{ type: 'TEXT', text }]), { type: 'LINK', contentUrl: media.url }]
  return { ...(media.title === '' ? {} : { title: media.title }), messageSegments: segments }
}

const bodyOf = (sms: RenderedSms, { callbackUrl }: InfobipOptions): string => {
  const delivery =
    callbackUrl === undefined ? {} : { delivery: { url: reportUrl(callbackUrl, sms.reference) } }
  const minutes = Math.max(1, Math.min(2_880, Math.floor((sms.validitySeconds ?? 0) / 60)))
  return JSON.stringify({
    messages: [
      {
        sender: bare(sms.from),
        destinations: [{ to: bare(sms.to) }],
        content: contentOf(sms),
        webhooks: { ...delivery, contentType: 'application/json', callbackData: sms.reference },
        ...(sms.validitySeconds === undefined
          ? {}
          : { options: { validityPeriod: { amount: minutes, timeUnit: 'MINUTES' } } }),
      },
    ],
  })
}

const outcomeOfMessage = (answer: Answered, message: unknown, nowMs: number): SendOutcome => {
  const status = (name: string): string => textOf(valueAt(message, `status.${name}`))
  const isRefused = [GROUP_UNDELIVERABLE, GROUP_EXPIRED, GROUP_REJECTED].includes(status('groupId'))
  const code = `${answer.status} ${status('name')}`.trim()
  if (!isRefused)
    return {
      kind: 'accepted',
      code,
      answer: trimAnswer(textOf(valueAt(message, 'messageId')) || answer.body),
    }
  const id = status('id')
  const refusal = (Object.hasOwn(REFUSALS, id) ? REFUSALS[id] : undefined) ?? 'message'
  return outcomeOfRefusal(refusal, { code, words: status('description'), answer, nowMs })
}

const outcomeOf = (answer: Answered, nowMs: number): SendOutcome => {
  const { status, body } = answer
  const tree = bodyTree(body)
  if (status >= 200 && status < 300) return outcomeOfMessage(answer, valueAt(tree, 'messages.0'), nowMs)
  const error = textOf(valueAt(tree, 'requestError.serviceException.messageId')) || textOf(tree['errorCode'])
  const words =
    textOf(valueAt(tree, 'requestError.serviceException.text')) || textOf(tree['description']) || body
  const code = error === '' ? String(status) : `${status} ${error}`
  return outcomeOfRefusal(refusalOf(ERRORS, { status, code: error }), { code, words, answer, nowMs })
}

/** Makes the channel. Opens no connection until the first send. */
export const createInfobipChannel = (options: InfobipOptions): Channel<RenderedSms> =>
  createHttpChannel({
    connections: options.connections ?? 10,
    gateOf: countryGates(options.countryConnections),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    callOf: sms => ({
      method: 'POST',
      url: new URL(`${options.endpoint}${sms.media === undefined ? '/sms/3/messages' : '/mms/2/messages'}`),
      headers: headersOf(options),
      body: bodyOf(sms, options),
    }),
    outcomeOf: answer => outcomeOf(answer, options.now().getTime()),
  })

/** Asks for the account's balance, which needs the same key: what Infobip says. */
export const checkInfobip = async (
  options: InfobipOptions,
): Promise<{ readonly ok: boolean; readonly code: string; readonly answer: string }> => {
  const caller = createHttpCaller({ connections: 1, timeoutMs: options.timeoutMs ?? 10_000 })
  const url = new URL(`${options.endpoint}/account/1/balance`)
  const answer = await caller.call({ method: 'GET', url, headers: headersOf(options), body: '' })
  caller.close()
  if (answer.kind === 'cut') return { ok: false, code: answer.code, answer: trimAnswer(answer.words) }
  const tree = bodyTree(answer.body)
  const balance = `Balance ${textOf(tree['balance'])} ${textOf(tree['currency'])}`.trim()
  const refusal = textOf(valueAt(tree, 'requestError.serviceException.text')) || textOf(tree['description'])
  const ok = answer.status === 200
  return {
    ok,
    code: String(answer.status),
    answer: trimAnswer(ok ? balance : refusal || String(answer.status)),
  }
}
