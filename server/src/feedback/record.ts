/**
 * What follows from a report of a message: the event in its story, the suppression list, the choice of the person, and
 * the state of an attempt that was unknown. Each step may be repeated, and the event comes last: a report whose taking
 * was cut off is taken whole when it comes again, and one that was taken changes nothing.
 */
import type { FeedbackChannel, FeedbackKind } from '@carillon/contract'
import type pg from 'pg'
import { trimAnswer } from '../channels/channel.ts'
import type { BounceCode } from '../channels/email/codes.ts'
import type { AttemptKey } from '../channels/email/verp.ts'
import { type AttemptAt, noteBounces, noteComplaint, noteDelivered } from '../consent/bounces.ts'
import { changeConsent } from '../consent/consent.ts'
import { transaction } from '../db/pool.ts'
import { planMessage } from '../delivery/plan.ts'
import { hourOf } from '../delivery/recorder.ts'
import { Fault } from '../lib/fault.ts'
import { settleByEvidence } from '../messages/evidence.store.ts'
import { findSubject, hasFeedbackEvent, insertFeedbackEvent, type Subject } from './feedback.store.ts'

/** What taking a report needs. `shard` is the row of the sums that this process counts in. */
export interface RecordDeps {
  readonly pool: pg.Pool
  readonly newId: () => string
  readonly now: Date
  readonly shard: number
}

/** A report of a message, joined to it by something that only its own mail carries, or believed for its sender. */
export interface FeedbackNote {
  readonly messageId: string
  /** Undefined: it is not said of which hand-over. */
  readonly of: Omit<AttemptKey, 'messageId'> | undefined
  /** Given: only messages of this sandbox are meant. */
  readonly sandboxId?: string
  readonly kind: FeedbackKind
  /** Tells several of a kind apart; left out: there is one for each attempt. */
  readonly key?: string
  /** When it happened; null: it was not said. */
  readonly at: Date | null
  readonly source: FeedbackChannel
  readonly code: BounceCode | null
  /** Whether the message did not arrive: a bounce that is only asked back (a challenge) did. */
  readonly isLost?: boolean
  readonly status?: string
  readonly answer?: string
  readonly remote?: string
  /** Whom the report names; empty: nobody. */
  readonly addresses: readonly string[]
  /** It is about the mail as a whole, whoever gets it. */
  readonly isOfAll?: true
  /** How an unsubscribe came in. */
  readonly way?: 'mailto' | 'provider'
}

const folded = (address: string): string => address.toLowerCase()

/**
 * The address that the message went to: planned again, as it was then. Where the profile was changed since, it counts
 * only if the report names it too; a report alone cannot name whom it likes.
 */
const addressOf = (
  { recipient, profile, acceptedAt, reached }: Subject,
  named: readonly string[],
): string | null => {
  const plan = planMessage(recipient, { context: {}, attributes: profile?.attributes ?? {} }, reached)
  if (plan.kind !== 'planned') return null
  const isAsThen = profile === null || profile.modifiedAt <= acceptedAt || recipient.channelData !== undefined
  const isNamed = named.some(one => folded(one) === folded(plan.address))
  return isAsThen || isNamed ? plan.address : null
}

/**
 * Whether a report may be about somebody who got a copy: the mail had copies, or may have had, and the report does not name
 * the address of the message. Such a report is shown, and nothing follows from it. A wish by our own address is signed.
 */
const isOfCopy = (note: FeedbackNote, subject: Subject, address: string | null): boolean => {
  const hasCopies = note.of === undefined ? subject.mayHaveCopies : note.of.hasCopies === true
  if (!hasCopies || note.isOfAll === true || note.way === 'mailto') return false
  return address === null || !note.addresses.some(one => folded(one) === folded(address))
}

// A report that does not say of which hand-over can only mean the first, and only while there was no other.
const attemptOf = (subject: Subject, note: FeedbackNote): { generation: number; attempt: number } => {
  if (note.of !== undefined) return { generation: note.of.generation, attempt: note.of.attempt }
  const isOnly = subject.generation === 1 && subject.attempt === 1
  return isOnly ? { generation: 1, attempt: 1 } : { generation: 0, attempt: 0 }
}

// A sender's clock may be wrong: nothing happened after it was told of, or before the message was there.
const momentOf = (note: FeedbackNote, subject: Subject, now: Date): Date =>
  note.at === null || note.at > now || note.at < subject.acceptedAt ? now : note.at

interface Taking {
  readonly deps: RecordDeps
  readonly note: FeedbackNote
  readonly subject: Subject
  readonly at: AttemptAt
}

// Where nobody can say any more which address it was, the wish is taken for the channel.
const unsubscribe = async (
  deps: RecordDeps,
  note: FeedbackNote,
  { subject, address }: { readonly subject: Subject; readonly address: string | null },
): Promise<void> => {
  const { profile, sandboxId, unsubscribeLevel, messageId, campaignId } = subject
  if (profile === null || (await hasFeedbackEvent(deps.pool, messageId, 'unsubscribe'))) return
  const place =
    unsubscribeLevel === 'identity' && address !== null
      ? ({ level: 'identity', channel: 'email', namespace: 'email', value: address } as const)
      : ({ level: 'channel', channel: 'email' } as const)
  const how = {
    source: note.way ?? 'provider',
    ...{ shown: null, shownVersion: null, language: null, ip: null, userAgent: null },
    ...{ messageId, campaignId },
  }
  const { pool, newId, now } = deps
  await changeConsent(
    { pool, newId, now, sandboxId, by: '' },
    { profileId: profile.id, how, skipSame: true },
    [{ place, value: 'n' }],
  ).catch((error: unknown) => {
    // The person was erased in between: there is no choice to keep any more.
    if (!(error instanceof Fault && error.code === 'not_found')) throw error
  })
}

const applyToAddress = async (taking: Taking): Promise<void> => {
  const { deps, note, at } = taking
  switch (note.kind) {
    case 'bounce':
      if (note.code !== null) await noteBounces(deps, [{ ...at, code: note.code, answer: note.answer ?? '' }])
      return
    case 'complaint':
      return noteComplaint(deps, at)
    case 'delivered':
      // Told again it is the same delivery: what bounced since goes on to count.
      if (!(await hasFeedbackEvent(deps.pool, at.messageId, 'delivered'))) await noteDelivered(deps, [at])
      return
    case 'unsubscribe':
    case 'sent':
    case 'delay':
    case 'not_spam':
    case 'denylist':
  }
}

const evidenceOf = ({ kind, isLost = kind === 'bounce' }: FeedbackNote) =>
  isLost ? ({ state: 'failed', reason: 'bounced' } as const) : ({ state: 'sent', reason: null } as const)

const DETAIL = {
  ...{ smtp: 'a report by mail', ses: 'Amazon SES', sendgrid: 'SendGrid' },
  ...{ twilio: 'Twilio', sinch: 'Sinch', infobip: 'Infobip', custom_sms: 'the SMS provider' },
  ...{ fcm: 'Firebase', apns: 'Apple', web_push: 'a push service' },
} as const satisfies Record<FeedbackChannel, string>

const storable = (text: string | undefined, most: number): string => trimAnswer((text ?? '').slice(0, most))

/**
 * Takes one report. Answers whether it was new, known, or about no message of ours (`unknown`). Rejects when the
 * database is away: then it was not taken, and may come again.
 */
export const recordFeedback = async (
  deps: RecordDeps,
  note: FeedbackNote,
): Promise<'new' | 'known' | 'unknown'> => {
  const subject = await findSubject(deps.pool, note.messageId)
  if (subject === undefined || (note.sandboxId ?? subject.sandboxId) !== subject.sandboxId) return 'unknown'
  const of = attemptOf(subject, note)
  const happened = momentOf(note, subject, deps.now)
  const answer = storable(note.answer, 500)
  const address = addressOf(subject, note.addresses)
  const ofCopy = isOfCopy(note, subject, address)
  if (note.kind === 'unsubscribe' && !ofCopy) await unsubscribe(deps, note, { subject, address })
  // What follows for an address is for the suppression list, which is of email.
  if (address !== null && !ofCopy && subject.reached.channel === 'email') {
    const { sandboxId, messageId } = subject
    const at = { sandboxId, address, messageId, ...of, at: happened }
    await applyToAddress({ deps, note: { ...note, answer }, subject, at })
  }
  return transaction(deps.pool, async tx => {
    const isNew = await insertFeedbackEvent(tx, {
      messageId: subject.messageId,
      ...of,
      ...{ kind: note.kind, key: storable(note.key, 200), ofCopy, at: happened, receivedAt: deps.now },
      ...{ source: note.source, code: note.code, answer },
      status: storable(note.status, 20),
      remote: storable(note.remote, 255),
    })
    if (ofCopy) return isNew ? 'new' : 'known'
    const { now, shard } = deps
    const evidence = { ...evidenceOf(note), detail: DETAIL[note.source], now, hour: hourOf(now), shard }
    await settleByEvidence(tx, { messageId: subject.messageId, ...of, ...evidence })
    return isNew ? 'new' : 'known'
  })
}
