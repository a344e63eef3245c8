/**
 * Calls of providers: believed by their signature, young enough, and taken once. Whatever cannot be believed is refused
 * and counted. A call is remembered after all that it reports is durable; one that was cut off may come again.
 */
import { createHash } from 'node:crypto'
import type { FeedbackProvider } from '@carillon/contract'
import type pg from 'pg'
import type { FeedbackAddresses } from '../channels/email/verp.ts'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import { isUuid } from '../lib/ids.ts'
import type { FeedbackCounter } from './counter.ts'
import { type FeedbackNote, recordFeedback } from './record.ts'
import { isSigned, notesOfSendGrid } from './sendgrid.ts'
import { notesOfSes } from './ses-events.ts'
import { amazonUrl, type FetchText, readSnsMessage, type SnsMessage, type SnsVerifier } from './sns.ts'
import { confirmSource, type FeedbackSourceRow, findSource } from './source.store.ts'
import { rememberSeen, wasSeen } from './tally.store.ts'

/** What taking calls needs. */
export interface WebhookDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly newId: () => string
  readonly shard: number
  readonly addresses: FeedbackAddresses
  readonly counter: FeedbackCounter
  readonly verifySns: SnsVerifier
  readonly fetchText: FetchText
}

/** A call as it came: the key in its address, its bytes, and its signature where that is not in the body. */
export interface WebhookCall {
  readonly key: string
  readonly body: Buffer
  readonly signature: string
  readonly timestamp: string
}

/** So old may a call be: providers try for up to a day. */
export const WINDOW_MS = 86_400_000
const AHEAD_MS = 300_000

const sourceOf = async (
  deps: WebhookDeps,
  { key }: WebhookCall,
  provider: FeedbackProvider,
): Promise<FeedbackSourceRow> => {
  const source = isUuid(key) ? await findSource(deps.pool, key.toLowerCase(), provider) : undefined
  if (source === undefined) throw new Fault('not_found', { detail: 'There is no such webhook.' })
  return source
}

const forged = (detail: string): Fault => new Fault('webhook_forged', { detail })

const checkAge = (at: Date | undefined, now: Date): void => {
  const age = at === undefined ? Number.NaN : now.getTime() - at.getTime()
  if (!(age <= WINDOW_MS && age >= -AHEAD_MS))
    throw new Fault('webhook_replayed', { detail: 'The call is too old, or from the future.' })
}

// Whatever is refused counts, and only that.
const counted = async <T>(
  deps: WebhookDeps,
  source: FeedbackSourceRow,
  take: () => Promise<T>,
): Promise<T> => {
  try {
    return await take()
  } catch (error) {
    if (error instanceof Fault && (error.code === 'webhook_forged' || error.code === 'webhook_replayed'))
      deps.counter.count(source.id, 'refused')
    throw error
  }
}

const takeOnce = async (
  deps: WebhookDeps,
  of: { readonly source: FeedbackSourceRow; readonly key: Buffer },
  notes: readonly Omit<FeedbackNote, 'sandboxId'>[],
): Promise<void> => {
  const { source, key } = of
  const now = deps.clock.now()
  if (await wasSeen(deps.pool, source.id, key))
    throw new Fault('webhook_replayed', { detail: 'This very call was taken before.' })
  let taken = 0
  for (const note of notes) {
    const known = await recordFeedback({ ...deps, now }, { ...note, sandboxId: source.sandboxId })
    if (known !== 'unknown') taken += 1
  }
  const forgetBefore = new Date(now.getTime() - 2 * WINDOW_MS)
  await rememberSeen(deps.pool, { sourceId: source.id, key, now, forgetBefore })
  deps.counter.count(source.id, taken > 0 ? 'received' : 'ignored')
}

const digest = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** A call of SendGrid. */
export const takeSendGrid = async (deps: WebhookDeps, call: WebhookCall): Promise<void> => {
  const source = await sourceOf(deps, call, 'sendgrid')
  await counted(deps, source, async () => {
    if (!isSigned(source.settings.publicKey ?? '', call))
      throw forged('The signature is not one of this webhook.')
    const seconds = Number(call.timestamp)
    checkAge(Number.isFinite(seconds) ? new Date(seconds * 1_000) : undefined, deps.clock.now())
    const notes = notesOfSendGrid(call.body)
    if (notes === undefined) throw new Fault('payload_invalid', { detail: 'The body is no list of events.' })
    // By what was signed, for one signature can be written in two ways.
    await takeOnce(deps, { source, key: digest(call.timestamp, call.body) }, notes)
  })
}

const confirm = async (deps: WebhookDeps, source: FeedbackSourceRow, message: SnsMessage): Promise<void> => {
  const url = amazonUrl(message.SubscribeURL ?? '')
  if (url === undefined) throw forged('The address to subscribe at is none of Amazon SNS.')
  await deps.fetchText(url.href).catch((error: unknown) => {
    throw new Fault('unavailable', { detail: 'Amazon cannot be reached now.', cause: error })
  })
  await confirmSource(deps.pool, source.id, deps.clock.now())
}

const eventOf = (message: SnsMessage): unknown => {
  try {
    return JSON.parse(message.Message)
  } catch {
    return undefined
  }
}

const believed = async (
  deps: WebhookDeps,
  source: FeedbackSourceRow,
  message: SnsMessage | undefined,
): Promise<SnsMessage> => {
  if (message === undefined) throw forged('The body is no message of Amazon SNS.')
  if (message.TopicArn !== source.settings.topicArn) throw forged('The message is of another topic.')
  const isGenuine = await deps.verifySns(message, deps.clock.now()).catch((error: unknown) => {
    throw new Fault('unavailable', { detail: 'The certificate of Amazon cannot be read now.', cause: error })
  })
  if (!isGenuine) throw forged('The signature is not one of Amazon SNS.')
  const at = new Date(message.Timestamp)
  checkAge(Number.isNaN(at.getTime()) ? undefined : at, deps.clock.now())
  return message
}

/** A call of Amazon SNS: a subscription to confirm, or what SES reports. */
export const takeSes = async (deps: WebhookDeps, call: WebhookCall): Promise<void> => {
  const source = await sourceOf(deps, call, 'ses')
  await counted(deps, source, async () => {
    const message = await believed(deps, source, readSnsMessage(call.body))
    if (message.Type === 'SubscriptionConfirmation') return confirm(deps, source, message)
    const notes = message.Type === 'Notification' ? notesOfSes(eventOf(message), deps.addresses) : []
    return takeOnce(deps, { source, key: digest(message.MessageId) }, notes)
  })
}
