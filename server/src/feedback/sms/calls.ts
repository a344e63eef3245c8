/**
 * Calls of providers of short messages: believed by their signature or secret, young enough where they say when they were
 * signed, and taken once. A call is remembered after everything in it is durable; one that was cut off may come again.
 */
import { type FeedbackChannel, providerOf } from '@carillon/contract'
import { type StoredTransportRow, transportById } from '../../campaigns/transport.store.ts'
import type { CallAddresses } from '../../channels/sms/call-address.ts'
import { callReader } from '../../channels/sms/call-readers.ts'
import type { Genuineness, SmsCall, SmsReport } from '../../channels/sms/callbacks.ts'
import { Fault } from '../../lib/fault.ts'
import { isUuid } from '../../lib/ids.ts'
import { joinKey } from '../provider-json.ts'
import { recordFeedback } from '../record.ts'
import { rememberSeen, wasSeen } from '../tally.store.ts'
import { type WebhookDeps, WINDOW_MS } from '../webhooks.ts'
import { type ReplyDeps, takeReply } from './replies.ts'

/** What taking calls needs. */
export interface SmsCallDeps
  extends Pick<WebhookDeps, 'pool' | 'clock' | 'newId' | 'shard' | 'counter'>,
    ReplyDeps {
  readonly secret: string
  readonly addresses: CallAddresses
  readonly publicUrl: string
}

/** A call as it came. `path`: with its query, as the provider wrote it. */
export interface TakenCall extends Omit<SmsCall, 'url'> {
  readonly transportId: string
  readonly path: string
}

const AHEAD_MS = 300_000

const sourceOf = async (deps: SmsCallDeps, transportId: string): Promise<StoredTransportRow> => {
  const found = isUuid(transportId)
    ? await transportById(deps.pool, transportId.toLowerCase(), deps.secret)
    : undefined
  if (found === undefined) throw new Fault('not_found', { detail: 'There is no such webhook.' })
  return found
}

const refuse = (deps: SmsCallDeps, source: StoredTransportRow, fault: Fault): never => {
  deps.counter.count(source.id, 'refused')
  throw fault
}

const checkAge = (at: Date | null, now: Date): boolean => {
  if (at === null) return true
  const age = now.getTime() - at.getTime()
  return age <= WINDOW_MS && age >= -AHEAD_MS
}

const believed = async (
  deps: SmsCallDeps,
  source: StoredTransportRow,
  verdict: Genuineness,
): Promise<Extract<Genuineness, { genuine: true }>> => {
  if (!verdict.genuine)
    return refuse(
      deps,
      source,
      new Fault('webhook_forged', { detail: 'The call is none of the provider’s.' }),
    )
  const isYoung = checkAge(verdict.at, deps.clock.now())
  if (!isYoung || (await wasSeen(deps.pool, source.id, verdict.key)))
    return refuse(
      deps,
      source,
      new Fault('webhook_replayed', {
        detail: isYoung ? 'This very call was taken before.' : 'The call is too old, or from the future.',
      }),
    )
  return verdict
}

const takeReport = async (
  deps: SmsCallDeps,
  source: StoredTransportRow,
  report: SmsReport,
): Promise<boolean> => {
  const joined = joinKey(report.reference)
  if (joined === undefined) return false
  const { kind, code, status, answer, at } = report
  const known = await recordFeedback(
    { ...deps, now: deps.clock.now() },
    {
      ...{ ...joined, kind, code, status, answer, at, addresses: [], sandboxId: source.sandboxId },
      source: providerOf(source.kind) as FeedbackChannel,
    },
  )
  return known !== 'unknown'
}

/** Takes a call: what it reports of messages, and what people wrote. */
export const takeSmsCall = async (deps: SmsCallDeps, taken: TakenCall): Promise<void> => {
  const source = await sourceOf(deps, taken.transportId)
  const reader = callReader(source, deps.addresses.tokenOf(source.id))
  if (reader === undefined) throw new Fault('not_found', { detail: 'There is no such webhook.' })
  // What a provider signed is the address that it was given, not the one that a proxy made of it.
  const call: SmsCall = { ...taken, url: new URL(taken.path, deps.publicUrl) }
  const { key } = await believed(deps, source, reader.verify(call))
  const content = reader.read(call)
  if (content === undefined)
    throw new Fault('payload_invalid', { detail: 'The body is none of this provider’s.' })
  let used = 0
  for (const report of content.reports) if (await takeReport(deps, source, report)) used += 1
  for (const [index, inbound] of content.inbound.entries()) {
    // Where the provider gives no id, or leaves it out once, the call itself is told apart from others.
    const providerId = inbound.providerId || `${key.toString('base64url')}.${index}`
    if (await takeReply(deps, source, { ...inbound, providerId })) used += 1
  }
  const now = deps.clock.now()
  const forgetBefore = new Date(now.getTime() - 2 * WINDOW_MS)
  await rememberSeen(deps.pool, { sourceId: source.id, key, now, forgetBefore })
  deps.counter.count(source.id, used > 0 ? 'received' : 'ignored')
}
