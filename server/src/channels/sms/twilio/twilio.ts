/**
 * The SMS channel over Twilio (Programmable Messaging, API of 2010-04-01). Twilio takes no id of ours with a message; the
 * address for its reports carries it.
 */
import { type Channel, type SendOutcome, trimAnswer } from '../../channel.ts'
import { createHttpCaller, type HttpCall } from '../../http/call.ts'
import { createHttpChannel } from '../../http/http-channel.ts'
import {
  type Answered,
  bodyOfProvider,
  bodyTree,
  outcomeOfRefusal,
  type RefusalTable,
  refusalOf,
  textOf,
} from '../answers.ts'
import { countryGates, type RenderedSms, reportUrl } from '../sms.ts'

/** An account. `keySid` and its secret in `authToken` stand for the account's own token, where one is made. */
export interface TwilioOptions {
  readonly accountSid: string
  readonly authToken: string
  readonly keySid?: string
  /** The service whose settings count; `from` has to be in its pool of senders. */
  readonly messagingServiceSid?: string
  /** Left out: Twilio's. */
  readonly endpoint?: string
  /** Where Twilio reports; left out: nowhere. */
  readonly callbackUrl?: string
  readonly connections?: number
  /** At once to numbers of a country (in lower case, such as `nl`). */
  readonly countryConnections?: ReadonlyMap<string, number>
  readonly timeoutMs?: number
  readonly now: () => Date
}

const ENDPOINT = 'https://api.twilio.com'
const MOST_VALID_SECONDS = 36_000

const REFUSALS: RefusalTable = {
  ...{ '20001': 'message', '21211': 'message', '21214': 'message', '21217': 'message', '21265': 'message' },
  ...{ '21408': 'setting', '21602': 'message', '21604': 'message', '21605': 'message', '21608': 'setting' },
  ...{ '21610': 'message', '21612': 'message', '21614': 'message', '21617': 'message', '21619': 'message' },
  ...{ '21620': 'message', '21623': 'message', '21635': 'message', '21654': 'message', '30004': 'message' },
  ...{ '30005': 'message', '30006': 'message', '30007': 'message', '30450': 'message' },
  ...{ '20003': 'account', '20005': 'account', '20008': 'account', '20404': 'account', '21212': 'setting' },
  ...{ '21603': 'setting', '21606': 'setting', '21609': 'setting', '21621': 'setting', '21659': 'setting' },
  ...{ '21660': 'setting', '21701': 'setting', '21703': 'setting', '21704': 'setting', '21705': 'setting' },
  ...{ '21712': 'setting', '30002': 'account', '30034': 'setting', '63038': 'account' },
  ...{ '14107': 'busy', '20429': 'busy', '21611': 'busy', '30001': 'busy', '30022': 'busy', '30023': 'busy' },
  ...{ '30003': 'later', '30008': 'later' },
}

const urlOf = ({ endpoint, accountSid }: TwilioOptions, path: string): URL =>
  new URL(`${endpoint ?? ENDPOINT}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}${path}`)

const headersOf = ({ accountSid, keySid, authToken }: TwilioOptions): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${keySid ?? accountSid}:${authToken}`).toString('base64')}`,
  'content-type': 'application/x-www-form-urlencoded',
  accept: 'application/json',
})

const bodyOf = (sms: RenderedSms, options: TwilioOptions): string => {
  const { messagingServiceSid, callbackUrl } = options
  const body = new URLSearchParams({ To: sms.to, Body: sms.text })
  if (messagingServiceSid !== undefined) body.set('MessagingServiceSid', messagingServiceSid)
  if (messagingServiceSid === undefined || sms.from !== '') body.set('From', sms.from)
  if (sms.media !== undefined) body.set('MediaUrl', sms.media.url)
  if (callbackUrl !== undefined) body.set('StatusCallback', reportUrl(callbackUrl, sms.reference))
  if (sms.validitySeconds !== undefined)
    body.set('ValidityPeriod', String(Math.max(1, Math.min(sms.validitySeconds, MOST_VALID_SECONDS))))
  return body.toString()
}

const outcomeOf = (answer: Answered, nowMs: number): SendOutcome => {
  const { status, body } = answer
  const tree = bodyTree(body)
  if (status >= 200 && status < 300)
    return { kind: 'accepted', code: String(status), answer: trimAnswer(textOf(tree['sid']) || body) }
  const twilio = textOf(tree['code'])
  const refusal = refusalOf(REFUSALS, { status, code: twilio })
  const code = twilio === '' ? String(status) : `${status} ${twilio}`
  return outcomeOfRefusal(refusal, { code, words: textOf(tree['message']) || body, answer, nowMs })
}

/** Makes the channel. Opens no connection until the first send. */
export const createTwilioChannel = (options: TwilioOptions): Channel<RenderedSms> =>
  createHttpChannel({
    connections: options.connections ?? 10,
    gateOf: countryGates(options.countryConnections),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    callOf: (sms): HttpCall => ({
      method: 'POST',
      url: urlOf(options, '/Messages.json'),
      headers: headersOf(options),
      body: bodyOf(sms, options),
    }),
    outcomeOf: answer => outcomeOf(answer, options.now().getTime()),
  })

/** Asks for the account, which needs the same keys as sending: what Twilio says of it. */
export const checkTwilio = async (
  options: TwilioOptions,
): Promise<{ readonly ok: boolean; readonly code: string; readonly answer: string }> => {
  const caller = createHttpCaller({ connections: 1, timeoutMs: options.timeoutMs ?? 10_000 })
  const call = { method: 'GET', url: urlOf(options, '.json'), headers: headersOf(options), body: '' } as const
  const answer = await caller.call(call)
  caller.close()
  if (answer.kind === 'cut') return { ok: false, code: answer.code, answer: trimAnswer(answer.words) }
  const tree = bodyTree(answer.body)
  const ok = answer.status === 200 && textOf(tree['status']) === 'active'
  const said = answer.status === 200 ? `The account is ${textOf(tree['status'])}` : textOf(tree['message'])
  const words = said || bodyOfProvider(answer.body, options.endpoint) || String(answer.status)
  return { ok, code: String(answer.status), answer: trimAnswer(words) }
}
