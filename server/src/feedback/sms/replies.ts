/**
 * What follows from what somebody wrote: the choice with its evidence, the end of a sender, and an answer that waits to be
 * sent. The choice comes first and the row last, so that a call that was cut off does the rest when it comes again.
 */
import { SMS_DEFAULT_KEYWORDS, type SmsChannelConfiguration } from '@carillon/contract'
import type pg from 'pg'
import { configurationsOver } from '../../campaigns/configuration.store.ts'
import { digestOf, type SmsInbound } from '../../channels/sms/callbacks.ts'
import { type KeywordMatch, matchKeyword } from '../../channels/sms/keywords.ts'
import { parsePhone } from '../../channels/sms/phone.ts'
import { changeConsent } from '../../consent/consent.ts'
import { liftRefusal, refusedSince, refuseNumber } from '../../consent/sms-refusal.store.ts'
import type { Clock } from '../../lib/clock.ts'
import { Fault } from '../../lib/fault.ts'
import { resolveIdentities } from '../../profiles/profile.store.ts'
import {
  askedOutSince,
  contactedAmong,
  findContact,
  insertInbound,
  type SmsContact,
  setOptOut,
  wasInbound,
} from './sms.store.ts'

const LONGEST_NUMBER = 40
const LONGEST_ID = 200
const LONGEST_TEXT = 10_000
// No provider brings what was written before there were any of these APIs: its clock, or our reading of it, is wrong.
const EARLIEST_MS = Date.UTC(2000, 0, 1)

/** What taking replies needs. */
export interface ReplyDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly newId: () => string
}

/** The transport that brought it. */
export interface ReplySource {
  readonly id: string
  readonly sandboxId: string
}

interface Reply {
  readonly source: ReplySource
  readonly inbound: SmsInbound
  readonly number: string
  /** Our number. */
  readonly sender: string
  readonly at: Date
  readonly match: KeywordMatch
  readonly configuration: SmsChannelConfiguration | undefined
  readonly contact: SmsContact | undefined
  readonly profileId: string | null
}

const digits = (text: string): string => text.replace(/^\+/, '')

const isFrom = (one: SmsChannelConfiguration, to: string): boolean => {
  const number = parsePhone(to, one.country ?? undefined) ?? to
  return digits(one.sender) === digits(to) || one.sender === number || parsePhone(one.sender) === number
}

/**
 * Whose number was written to, among those that send over the transport. Where the provider does not say, and where there is
 * but one that it can be, that one; a number of nobody's ends nobody else's sender.
 */
const configurationFor = async (
  deps: ReplyDeps,
  { id, sandboxId }: ReplySource,
  to: string,
): Promise<SmsChannelConfiguration | undefined> => {
  const all = (await configurationsOver(deps.pool, sandboxId, id)).flatMap(one =>
    one.channel === 'sms' ? [one] : [],
  )
  const [first, ...others] = all
  return all.find(one => isFrom(one, to)) ?? (to === '' || others.length === 0 ? first : undefined)
}

// A number without its plus sign or country code is of the configuration's country, or one that we wrote to.
const numberOf = async (
  deps: ReplyDeps,
  { sandboxId }: ReplySource,
  of: { readonly from: string; readonly country: string | null },
): Promise<string> => {
  const { from, country } = of
  const readings = [parsePhone(from, country ?? undefined), parsePhone(`+${digits(from)}`)]
  const possible = readings.flatMap(one => one ?? [])
  const known = await contactedAmong(deps.pool, sandboxId, possible)
  return possible.find(one => known.includes(one)) ?? readings[0] ?? from
}

const profileOf = async (
  deps: ReplyDeps,
  sandboxId: string,
  of: { readonly number: string; readonly contact: SmsContact | undefined },
): Promise<string | null> => {
  if (of.contact?.profileId) return of.contact.profileId
  const [found] = await resolveIdentities(deps.pool, [{ sandboxId, namespace: 'phone', value: of.number }])
  return found?.profileId ?? null
}

const CHOICES: Readonly<Record<string, 'y' | 'n' | 'p'>> = { opt_in: 'y', opt_out: 'n', double_opt_in: 'p' }

const changeChoice = async (deps: ReplyDeps, reply: Reply): Promise<void> => {
  const value = Object.hasOwn(CHOICES, reply.match.kind) ? CHOICES[reply.match.kind] : undefined
  const { profileId, contact, inbound, source } = reply
  if (value === undefined || profileId === null) return
  const { pool, newId, clock } = deps
  const how = {
    ...{ source: 'sms' as const, shown: inbound.text.slice(0, 500), shownVersion: null },
    ...{ language: null, ip: null, userAgent: null },
    ...{ messageId: contact?.messageId ?? null, campaignId: contact?.campaignId ?? null },
  }
  // The first of two words lifts nothing: marketing would begin before the second.
  const keepsRefusal = value === 'p'
  await changeConsent(
    { pool, newId, now: clock.now(), sandboxId: source.sandboxId, by: '' },
    { profileId, how, skipSame: true, keepsRefusal },
    [{ place: { level: 'channel', channel: 'sms' }, value }],
  ).catch((error: unknown) => {
    // The person was erased in between: there is no choice to keep any more.
    if (!(error instanceof Fault && error.code === 'not_found')) throw error
  })
}

// Of a number without a person, or with several, the number itself says it.
const changeNumber = async ({ pool }: ReplyDeps, { match, source, number, at }: Reply): Promise<void> => {
  const { sandboxId } = source
  if (match.kind === 'opt_out') await refuseNumber(pool, { sandboxId, number }, at)
  if (match.kind === 'opt_in') await liftRefusal(pool, { sandboxId, number }, at)
}

/** What of a word counts: all of it, what it says of its sender and not of marketing, or nothing. */
type Counting = 'all' | 'sender' | 'nothing'

// A provider that tries again can bring an older wish after a newer one: the wish to get nothing stays. One about marketing
// may have gone to another sender.
const countingOf = async ({ pool }: ReplyDeps, reply: Reply): Promise<Counting> => {
  const { match, source, sender, number, at } = reply
  const { sandboxId } = source
  if (match.kind !== 'opt_in' && match.kind !== 'double_opt_in') return 'all'
  if (await askedOutSince(pool, { sandboxId, number, sender }, at)) return 'nothing'
  const [refusedAt] = await refusedSince(pool, [{ sandboxId, number }])
  if (!refusedAt || refusedAt <= at) return 'all'
  // The first of two words says nothing of its sender.
  return match.kind === 'opt_in' ? 'sender' : 'nothing'
}

const isOfSender = ({ configuration }: Reply): boolean => configuration?.optOutLevel === 'sender'

const follow = async (deps: ReplyDeps, reply: Reply, counting: Counting): Promise<void> => {
  const { configuration, match, source, number, at } = reply
  if (counting === 'nothing') return
  const one = { sandboxId: source.sandboxId, sender: configuration?.sender ?? '', number }
  // Who comes back comes back to everything that was refused by a word before, whatever a word ended then.
  if (match.kind === 'opt_in') await setOptOut(deps.pool, one, null)
  // A wish about one sender is no word about marketing from the others.
  if (isOfSender(reply) && match.kind === 'opt_out') return setOptOut(deps.pool, one, at)
  if (counting === 'sender') return
  await changeNumber(deps, reply)
  await changeChoice(deps, reply)
}

const keep = async (deps: ReplyDeps, reply: Reply, answer: string): Promise<boolean> => {
  const { source, inbound, match, contact, profileId, number, sender, at } = reply
  return insertInbound(deps.pool, {
    ...{ id: deps.newId(), sandboxId: source.sandboxId, transportId: source.id, number, sender },
    ...{ providerId: inbound.providerId, body: inbound.text },
    ...{ kind: match.kind, keyword: 'keyword' in match ? match.keyword : '' },
    ...{ profileId, messageId: contact?.messageId ?? null },
    ...{ answer, answerState: answer === '' ? 'none' : 'waiting', answerSaid: '' },
    ...{ at, receivedAt: deps.clock.now() },
  })
}

const clean = (text: string, most: number): string => text.replaceAll('\0', '').slice(0, most)

// What a provider says, as it can be kept. A longer id is told from others by its digest.
const cleaned = (inbound: SmsInbound): SmsInbound => ({
  from: clean(inbound.from, LONGEST_NUMBER).trim(),
  to: clean(inbound.to, LONGEST_NUMBER).trim(),
  text: clean(inbound.text, LONGEST_TEXT),
  providerId:
    inbound.providerId.length > LONGEST_ID
      ? digestOf(inbound.providerId).toString('base64url')
      : clean(inbound.providerId, LONGEST_ID),
  at: inbound.at,
})

const momentOf = (at: Date | null, now: Date): Date =>
  at === null || at > now || at.getTime() < EARLIEST_MS ? now : at

const readReply = async (deps: ReplyDeps, source: ReplySource, inbound: SmsInbound): Promise<Reply> => {
  const configuration = await configurationFor(deps, source, inbound.to)
  const country = configuration?.country ?? null
  const number = await numberOf(deps, source, { from: inbound.from, country })
  const contact = await findContact(deps.pool, source.sandboxId, number)
  return {
    ...{ source, inbound, number, configuration, contact },
    sender: configuration?.sender ?? inbound.to,
    at: momentOf(inbound.at, deps.clock.now()),
    match: matchKeyword(inbound.text, configuration?.keywords ?? SMS_DEFAULT_KEYWORDS),
    profileId: await profileOf(deps, source.sandboxId, { number, contact }),
  }
}

/**
 * Takes what somebody wrote; false: it was taken before, or is of nobody. `providerId` has to be there: without it nothing can
 * tell a message from a repeat.
 */
export const takeReply = async (
  deps: ReplyDeps,
  source: ReplySource,
  given: SmsInbound,
): Promise<boolean> => {
  const inbound = cleaned(given)
  const { providerId, from } = inbound
  if (providerId === '' || from === '' || (await wasInbound(deps.pool, source.id, providerId))) return false
  const reply = await readReply(deps, source, inbound)
  const counting = await countingOf(deps, reply)
  await follow(deps, reply, counting)
  const isAnswered = counting === 'all' || (counting === 'sender' && isOfSender(reply))
  return keep(deps, reply, isAnswered ? (reply.configuration?.answers[reply.match.kind] ?? '') : '')
}
