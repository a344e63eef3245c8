/**
 * What follows from what somebody wrote: the choice with its evidence, the end of a sender, and an answer that waits to be
 * sent. The choice comes first and the row last, so that a call that was cut off does the rest when it comes again.
 */
import type { SmsChannelConfiguration } from '@carillon/contract'
import type pg from 'pg'
import { listConfigurations } from '../../campaigns/configuration.store.ts'
import type { SmsInbound } from '../../channels/sms/callbacks.ts'
import { DEFAULT_KEYWORDS, type KeywordMatch, matchKeyword } from '../../channels/sms/keywords.ts'
import { parsePhone } from '../../channels/sms/phone.ts'
import { changeConsent } from '../../consent/consent.ts'
import type { Clock } from '../../lib/clock.ts'
import { Fault } from '../../lib/fault.ts'
import { resolveIdentities } from '../../profiles/profile.store.ts'
import { findContact, insertInbound, type SmsContact, setOptOut, wasInbound } from './sms.store.ts'

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
  readonly match: KeywordMatch
  readonly configuration: SmsChannelConfiguration | undefined
  readonly contact: SmsContact | undefined
  readonly profileId: string | null
}

// Infobip and Sinch write numbers without their plus sign.
const numberOf = (text: string): string => parsePhone(text) ?? parsePhone(`+${text.trim()}`) ?? text.trim()

const isOver = ({ transportId, fallbackTransportIds }: SmsChannelConfiguration, id: string): boolean =>
  transportId === id || fallbackTransportIds.includes(id)

// Whose number was written to; with a provider that does not say, the first configuration of the transport.
const configurationFor = async (
  deps: ReplyDeps,
  { id, sandboxId }: ReplySource,
  to: string,
): Promise<SmsChannelConfiguration | undefined> => {
  const all = (await listConfigurations(deps.pool, sandboxId)).flatMap(one =>
    one.channel === 'sms' && isOver(one, id) ? [one] : [],
  )
  return all.find(one => numberOf(one.sender) === numberOf(to)) ?? all[0]
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

// A wish about one sender is no word about marketing from the others.
const isAboutSender = ({ match, configuration }: Reply): boolean =>
  configuration?.optOutLevel === 'sender' && (match.kind === 'opt_out' || match.kind === 'opt_in')

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
  await changeConsent(
    { pool, newId, now: clock.now(), sandboxId: source.sandboxId, by: '' },
    { profileId, how, skipSame: true },
    [{ place: { level: 'channel', channel: 'sms' }, value }],
  ).catch((error: unknown) => {
    // The person was erased in between: there is no choice to keep any more.
    if (!(error instanceof Fault && error.code === 'not_found')) throw error
  })
}

const follow = async (deps: ReplyDeps, reply: Reply): Promise<void> => {
  const { configuration, match, source, number } = reply
  if (configuration === undefined || !isAboutSender(reply)) return changeChoice(deps, reply)
  const { sender } = configuration
  const at = match.kind === 'opt_out' ? deps.clock.now() : null
  await setOptOut(deps.pool, { sandboxId: source.sandboxId, sender, number }, at)
  // Who comes back comes back to everything that was refused by a word before.
  if (match.kind === 'opt_in') await changeChoice(deps, reply)
}

const keep = async (deps: ReplyDeps, reply: Reply): Promise<boolean> => {
  const { source, inbound, match, configuration, contact, profileId, number } = reply
  const answer = configuration?.answers[match.kind] ?? ''
  const now = deps.clock.now()
  return insertInbound(deps.pool, {
    ...{ id: deps.newId(), sandboxId: source.sandboxId, transportId: source.id, number },
    ...{
      providerId: inbound.providerId,
      sender: configuration?.sender ?? inbound.to,
      body: inbound.text.replaceAll('\0', ''),
    },
    ...{ kind: match.kind, keyword: 'keyword' in match ? match.keyword : '' },
    ...{ profileId, messageId: contact?.messageId ?? null },
    ...{ answer, answerState: answer === '' ? 'none' : 'waiting', answerSaid: '' },
    at: inbound.at === null || inbound.at > now ? now : inbound.at,
    receivedAt: now,
  })
}

/** Takes what somebody wrote; false: it was taken before. Without the provider's id nothing can tell it from a repeat. */
export const takeReply = async (
  deps: ReplyDeps,
  source: ReplySource,
  inbound: SmsInbound,
): Promise<boolean> => {
  if (inbound.providerId === '' || (await wasInbound(deps.pool, source.id, inbound.providerId))) return false
  const number = numberOf(inbound.from)
  const configuration = await configurationFor(deps, source, inbound.to)
  const contact = await findContact(deps.pool, source.sandboxId, number)
  const reply: Reply = {
    ...{ source, inbound, number, configuration, contact },
    match: matchKeyword(inbound.text, configuration?.keywords ?? DEFAULT_KEYWORDS),
    profileId: await profileOf(deps, source.sandboxId, { number, contact }),
  }
  await follow(deps, reply)
  return keep(deps, reply)
}
