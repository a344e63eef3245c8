/** The plain answer to "why did this person (not) get it?", from the newest message or from there being none. Pure. */
import type { MessageState, Why } from '@carillon/contract'
import { HELD_AT_MOST_MS } from './ledger.ts'
import { reasonText } from './reason-text.ts'
import type { Story } from './story.ts'

/** What is known of the campaigns asked about. */
export interface WhyFacts {
  readonly everLive: boolean
  /** Whether any call was ever accepted, for anybody. */
  readonly called: boolean
  readonly newest: Story | undefined
}

/** A code for programs and a sentence for a person. */
export type Conclusion = Pick<Why, 'conclusion' | 'conclusionCode'>

const CODES: Readonly<Record<MessageState, Why['conclusionCode']>> = {
  ready: 'waiting',
  claimed: 'in_progress',
  handing_over: 'in_progress',
  held: 'held',
  sent: 'sent',
  excluded: 'excluded',
  failed: 'failed',
  cancelled: 'cancelled',
  unknown: 'unknown',
}

const sentText = (story: Story): string => {
  const accepted = story.attempts.findLast(attempt => attempt.outcome === 'accepted')
  if (accepted === undefined) return `Sent; known since ${story.changedAt.toISOString()}.`
  const answer = accepted.answer === '' ? accepted.code : accepted.answer
  return `Sent at ${accepted.endedAt} by ${accepted.transport ?? 'a transport'}, which answered: ${answer}.`
}

const endOfHold = ({ dueAt }: Story): string => new Date(dueAt.getTime() + HELD_AT_MOST_MS).toISOString()

const textOf = (story: Story): string => {
  const since = story.changedAt.toISOString()
  const why = reasonText(story.reason)
  const because = why === null ? '.' : `: ${why}.`
  switch (story.state) {
    case 'sent':
      return sentText(story)
    case 'excluded':
      return `Left out on purpose at ${since}${because}`
    case 'failed':
      return `Failed at ${since}${because}`
    case 'cancelled':
      return `Cancelled at ${since}${because}`
    case 'unknown':
      return `Nobody can say whether it was sent, since ${since}${because}`
    case 'held':
      return `Kept back since ${since}${because} It is left out at ${endOfHold(story)}, unless somebody lets it go on.`
    case 'ready':
      return `Accepted and not sent yet; due at ${story.dueAt.toISOString()}${because}`
    default:
      return 'A worker is sending it now.'
  }
}

/** What to answer. */
export const conclude = ({ newest, everLive, called }: WhyFacts): Conclusion => {
  if (newest !== undefined) return { conclusionCode: CODES[newest.state], conclusion: textOf(newest) }
  if (!everLive && !called)
    return {
      conclusionCode: 'never_live',
      conclusion: 'The campaign was never live, so no call could be accepted.',
    }
  if (!called)
    return {
      conclusionCode: 'no_calls',
      conclusion: 'No call of anybody has reached this campaign; a refused call leaves nothing.',
    }
  return {
    conclusionCode: 'no_call_for_person',
    conclusion:
      'No call for this person has reached this campaign; calls for others have. A refused call leaves nothing.',
  }
}
