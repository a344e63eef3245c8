/** The sentences of a timeline, in English. Pure. */
import type { Attempt, MessageState } from '@carillon/contract'
import { BOUNCE_REASONS } from '../channels/email/codes.ts'
import type { ExecutionKind } from './execution-id.ts'
import { reasonText } from './reason-text.ts'
import {
  ENGINE,
  isLost,
  type Sequel,
  type StoredEvent,
  type StoredFeedback,
  type StoredInteraction,
  type Story,
} from './story.ts'

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

const DAY_S = 86_400
/** A length of time as a person says it: the two largest units that are not nothing. */
export const sayDuration = (ms: number): string => {
  const s = Math.max(0, Math.round(ms / 1_000))
  const parts = [
    [Math.floor(s / DAY_S), 'd'],
    [Math.floor(s / 3_600) % 24, 'h'],
    [Math.floor(s / 60) % 60, 'min'],
    [s % 60, 's'],
  ] as const
  const said = parts.filter(([n]) => n > 0).slice(0, 2)
  return said.length === 0 ? '0 s' : said.map(([n, unit]) => `${n} ${unit}`).join(' ')
}

/** How it was accepted. */
export const acceptedText = (story: Story): string => {
  const request = story.requestId === null ? '' : ` (request ${story.requestId})`
  const texts: Readonly<Record<ExecutionKind, string>> = {
    unitary: `Accepted by the call of client ${story.acceptedBy}${request}`,
    highthroughput: `Accepted by the high-throughput call of client ${story.acceptedBy}${request}`,
    audience: `Accepted by the audience run of ${story.acceptedBy}`,
    test: `Accepted as a test send of ${story.acceptedBy}`,
  }
  return texts[story.kind]
}

/** What happened beside the hand-overs. */
export const eventText = (event: StoredEvent): string => {
  const why = reasonText(event.reason)
  const byPerson = event.actor !== ENGINE
  switch (event.kind) {
    case 'held':
      return why ?? 'Kept back'
    case 'released':
      return byPerson ? `${event.actor} let it go on` : 'Let go on'
    case 'redriven':
      return redrivenText(event)
    case 'discarded':
      return `${event.actor} put it away`
    case 'cancelled':
      return byPerson ? `${event.actor} cancelled it before it was sent` : 'Cancelled before it was sent'
    case 'refused':
      return refusedText(event.state, why)
    case 'settled':
      return settledText(event)
  }
}

const redrivenText = ({ state, reason, detail, actor }: StoredEvent): string => {
  const before =
    state === 'unknown'
      ? 'nobody could say whether it had been sent'
      : `it had failed: ${lowerFirst(reasonText(reason) ?? 'no reason was kept')}`
  return detail === 'redriven_by_policy'
    ? `Another try by the policy of the campaign, for the provider de-duplicates; ${before}`
    : `${actor} asked for another try; ${before}`
}

const refusedText = (state: MessageState, why: string | null): string => {
  if (state === 'excluded')
    return why?.startsWith('Left out') ? why : `Left out: ${lowerFirst(why ?? 'no reason was kept')}`
  return `Failed before the hand-over: ${lowerFirst(why ?? 'no reason was kept')}`
}

const settledText = ({ state, actor }: StoredEvent): string => {
  const what = state === 'sent' ? 'it was sent' : 'it failed'
  return actor === ENGINE ? `Later evidence: ${what}` : `${actor} has evidence: ${what}`
}

// The answer holds the code, where there was an answer.
const answerOf = ({ code, answer }: Attempt): string => (answer === '' ? code : answer)
const bracketed = (attempt: Attempt): string => {
  const said = answerOf(attempt)
  return said === '' ? '' : ` (${said})`
}

const answerText = (attempt: Attempt, sequel: Sequel): string => {
  const to = attempt.transport ?? 'the provider'
  if (isLost(attempt)) return reasonText('worker_lost') ?? ''
  if (attempt.code === 'not_handed_over') return 'Not sent: the permit ran out before the hand-over'
  switch (attempt.outcome) {
    case 'accepted':
      return `Handed to ${to}: ${answerOf(attempt) || 'accepted'}`
    case 'reject':
      return `${to} refused for good${bracketed(attempt)}`
    case 'throttle':
      return `${to} asked to slow down${bracketed(attempt)}${sequelText(attempt, sequel)}`
    case 'retry':
      return `${to} refused for now${bracketed(attempt)}${sequelText(attempt, sequel)}`
    default:
      return `Handed to ${to}, and the connection was cut${bracketed(attempt)}; it may have been sent`
  }
}

const sequelText = (attempt: Attempt, { next, fate }: Sequel): string => {
  const ended = Date.parse(attempt.endedAt)
  if (next !== undefined) return `; tried again after ${sayDuration(Date.parse(next.startedAt) - ended)}`
  if (fate.reason === 'retry_period_over') return '; the retry period was over'
  if (fate.state !== 'ready' || fate.dueAt === null) return ''
  return `; next try after ${sayDuration(fate.dueAt.getTime() - ended)}`
}

const remarks = (attempt: Attempt, { late, sentBefore }: Sequel): string => {
  const recordedLate = late ? '. This was recorded only after the worker had been given up' : ''
  const twice =
    sentBefore && attempt.outcome === 'accepted'
      ? '. It was accepted before: the person may have it twice'
      : ''
  return `${recordedLate}${twice}`
}

/** What a hand-over came to. */
export const attemptText = (attempt: Attempt, sequel: Sequel): string =>
  `${answerText(attempt, sequel)}${remarks(attempt, sequel)}`

const REPORTERS: Readonly<Record<StoredFeedback['source'], string>> = {
  ...{ smtp: 'a mail system', ses: 'Amazon SES', sendgrid: 'SendGrid' },
  ...{ twilio: 'Twilio', sinch: 'Sinch', infobip: 'Infobip', custom_sms: 'the SMS provider' },
  ...{ fcm: 'Firebase', apns: 'Apple', web_push: 'the push service of the browser' },
}

/** What was reported of it later. */
export const feedbackText = (event: StoredFeedback): string =>
  event.ofCopy ? `Of a copy: ${reportedText(event)}` : reportedText(event)

const reportedText = ({ kind, source, code, answer, remote }: StoredFeedback): string => {
  const who = source === 'smtp' && remote !== '' ? remote : REPORTERS[source]
  const why = code === null ? '' : `: ${BOUNCE_REASONS[code].label}`
  const said = answer === '' ? '' : ` (${answer})`
  switch (kind) {
    case 'sent':
      return `Passed on, as ${who} reports${said}`
    case 'delivered':
      return `Delivered to the mailbox, as ${who} reports${said}`
    case 'delay':
      return `Not delivered yet, and tried again, as ${who} reports${why}${said}`
    case 'bounce':
      return code === 100
        ? `The recipient's side asks the sender to confirm first${said}`
        : `Bounced after it was sent, as ${who} reports${why}${said}`
    case 'complaint':
      return `The reader complained about spam${said}`
    case 'unsubscribe':
      return 'The reader unsubscribed by mail, or at the provider'
    case 'denylist':
      return `A device is known no more, as ${who} says${said}; it gets nothing until its app registers it again`
    case 'not_spam':
      return 'The reader said that it is no spam'
  }
}

const interactionWords = ({ kind, machine, link }: StoredInteraction): string => {
  const which = link === null ? 'a link' : `the link ${link.label === '' ? link.url : `“${link.label}”`}`
  switch (kind) {
    case 'open':
      return machine ? 'Its pictures were fetched by a program' : 'Opened'
    case 'click':
      return machine ? `A program followed ${which}` : `Clicked ${which}`
    case 'unsubscribe':
      if (link === null) return 'Unsubscribed by the link in the mail'
      return machine
        ? `A program followed ${which}, which is an opt-out`
        : `Clicked ${which}, which is an opt-out`
    case 'mirror':
      return machine ? 'Its mirror page was fetched by a program' : 'Looked at it in the browser'
  }
}

/** What was done with it. */
export const interactionText = (done: StoredInteraction): string => {
  const words = interactionWords(done)
  return done.n === 1 ? words : `${words}; ${done.n} times, last ${done.lastAt.toISOString()}`
}

/** What an open message waits for. */
export const waitingText = (story: Story, now: Date): string => {
  if (story.state === 'claimed') return 'A worker is preparing it'
  if (story.state === 'handing_over') return 'It is being handed over'
  if (story.dueAt.getTime() <= now.getTime()) return 'It is due, and waits for a worker'
  return reasonText(story.reason) ?? 'It waits until it is due'
}
