/**
 * The SMS channel over Sinch (SMS REST API, batches of one). Each message carries the ledger's id as its client reference,
 * which Sinch's reports give back. An MMS is a batch of type `mt_media`.
 */
import { type Channel, type SendOutcome, trimAnswer } from '../../channel.ts'
import { createHttpCaller } from '../../http/call.ts'
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

/** A service plan. */
export interface SinchOptions {
  readonly region: 'us' | 'eu' | 'au' | 'br' | 'ca'
  readonly servicePlanId: string
  readonly apiToken: string
  /** Left out: that of the region. */
  readonly endpoint?: string
  /** Where Sinch reports; left out: where the plan says. */
  readonly callbackUrl?: string
  readonly connections?: number
  /** At once to numbers of a country (in lower case, such as `nl`). */
  readonly countryConnections?: ReadonlyMap<string, number>
  readonly timeoutMs?: number
  readonly now: () => Date
}

const REFUSALS: RefusalTable = {
  ...{ syntax_invalid_json: 'message', syntax_invalid_parameter_format: 'message' },
  ...{ syntax_constraint_violation: 'message', syntax_constraint_violation_length: 'message' },
  ...{ invalid_request: 'message', body_too_long: 'message', too_many_parts: 'message' },
  ...{ unauthorized: 'account', not_authorized: 'setting', forbidden: 'setting', unknown_group: 'setting' },
  ...{ unknown_campaign: 'setting', missing_callback_url: 'setting', batch_not_found: 'setting' },
  ...{ missing_auth: 'account', service_plan_disabled: 'account', insufficient_funds: 'account' },
  ...{ sender_not_allowed: 'setting', too_many_requests: 'busy', internal_error: 'later' },
}

const urlOf = ({ endpoint, region, servicePlanId }: SinchOptions): URL =>
  new URL(
    `${endpoint ?? `https://${region}.sms.api.sinch.com`}/xms/v1/${encodeURIComponent(servicePlanId)}/batches`,
  )

const headersOf = ({ apiToken }: SinchOptions): Record<string, string> => ({
  authorization: `Bearer ${apiToken}`,
  'content-type': 'application/json',
  accept: 'application/json',
})

const contentOf = ({ text, media }: RenderedSms): Record<string, unknown> =>
  media === undefined
    ? { type: 'mt_text', body: text }
    : {
        type: 'mt_media',
        body: { url: media.url, message: text, ...(media.title === '' ? {} : { subject: media.title }) },
      }

const bodyOf = (sms: RenderedSms, { callbackUrl, now }: SinchOptions): string => {
  const { validitySeconds } = sms
  return JSON.stringify({
    from: sms.from,
    to: [sms.to],
    ...contentOf(sms),
    client_reference: sms.reference,
    delivery_report: 'per_recipient_final',
    ...(callbackUrl === undefined ? {} : { callback_url: reportUrl(callbackUrl, sms.reference) }),
    ...(validitySeconds === undefined
      ? {}
      : { expire_at: new Date(now().getTime() + validitySeconds * 1_000).toISOString() }),
  })
}

const outcomeOf = (answer: Answered, nowMs: number): SendOutcome => {
  const { status, body } = answer
  const tree = bodyTree(body)
  if (status >= 200 && status < 300)
    return { kind: 'accepted', code: String(status), answer: trimAnswer(textOf(tree['id']) || body) }
  const sinch = textOf(tree['code'])
  const refusal = refusalOf(REFUSALS, { status, code: sinch })
  const code = sinch === '' ? String(status) : `${status} ${sinch}`
  return outcomeOfRefusal(refusal, { code, words: textOf(tree['text']) || body, answer, nowMs })
}

/** Makes the channel. Opens no connection until the first send. */
export const createSinchChannel = (options: SinchOptions): Channel<RenderedSms> =>
  createHttpChannel({
    connections: options.connections ?? 10,
    gateOf: countryGates(options.countryConnections),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    callOf: sms => ({
      method: 'POST',
      url: urlOf(options),
      headers: headersOf(options),
      body: bodyOf(sms, options),
    }),
    outcomeOf: answer => outcomeOf(answer, options.now().getTime()),
  })

/** Asks for the newest batch, which needs the same token as sending: what Sinch says. */
export const checkSinch = async (
  options: SinchOptions,
): Promise<{ readonly ok: boolean; readonly code: string; readonly answer: string }> => {
  const caller = createHttpCaller({ connections: 1, timeoutMs: options.timeoutMs ?? 10_000 })
  const url = urlOf(options)
  url.search = 'page_size=1'
  const answer = await caller.call({ method: 'GET', url, headers: headersOf(options), body: '' })
  caller.close()
  if (answer.kind === 'cut') return { ok: false, code: answer.code, answer: trimAnswer(answer.words) }
  const ok = answer.status === 200
  const said = ok ? 'The service plan is reached' : textOf(bodyTree(answer.body)['text'])
  const words = said || bodyOfProvider(answer.body, options.endpoint) || String(answer.status)
  return { ok, code: String(answer.status), answer: trimAnswer(words) }
}
