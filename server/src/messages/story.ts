/** All that the ledger knows of one message: what its timeline is made of. */
import type {
  Attempt,
  FeedbackChannel,
  FeedbackKind,
  InteractionFacts,
  MessageState,
} from '@carillon/contract'
import type { BounceCode } from '../channels/email/codes.ts'
import type { ExecutionKind } from './execution-id.ts'

/** Who acts when nobody does: the actor of what the engine did by itself. */
export const ENGINE = 'carillon'

/** What happened beside the hand-overs, as the ledger keeps it. */
export interface StoredEvent {
  readonly at: Date
  readonly kind: 'held' | 'released' | 'redriven' | 'discarded' | 'cancelled' | 'refused' | 'settled'
  readonly generation: number
  readonly state: MessageState
  readonly reason: string | null
  readonly detail: string
  readonly actor: string
}

/** What was reported of a hand-over later; `generation` 0: it was not said of which. */
export interface StoredFeedback {
  readonly at: Date
  readonly generation: number
  readonly kind: FeedbackKind
  readonly source: FeedbackChannel
  readonly code: BounceCode | null
  readonly status: string
  readonly answer: string
  readonly remote: string
  /** It was about somebody who got a copy: nothing follows from it for the message. */
  readonly ofCopy: boolean
}

/** What was done with a message. */
export interface StoredInteraction extends Omit<InteractionFacts, 'lastAt'> {
  readonly firstAt: Date
  readonly lastAt: Date
}

/** All that the ledger knows of a message. */
export interface Story {
  readonly kind: ExecutionKind
  readonly acceptedAt: Date
  readonly acceptedBy: string
  readonly requestId: string | null
  readonly generation: number
  readonly state: MessageState
  readonly reason: string | null
  readonly dueAt: Date
  readonly changedAt: Date
  readonly expiresAt: Date | null
  readonly events: readonly StoredEvent[]
  readonly attempts: readonly Attempt[]
  readonly feedback: readonly StoredFeedback[]
  readonly interactions: readonly StoredInteraction[]
}

/** What an attempt was followed by, within its generation. */
export interface Sequel {
  readonly next: Attempt | undefined
  /** What ended the generation, or is the case now. */
  readonly fate: { readonly state: MessageState; readonly reason: string | null; readonly dueAt: Date | null }
  /** The provider's answer, recorded after a recovery had given the worker up. */
  readonly late: boolean
  /** An older generation was accepted too. */
  readonly sentBefore: boolean
}

/** Whether this is not a provider's answer but what a recovery wrote in its place. */
export const isLost = (attempt: Attempt): boolean =>
  attempt.code === 'worker_lost' && attempt.transport === null

/** What followed an attempt. */
export const sequelOf = (story: Story, attempt: Attempt): Sequel => {
  const same = story.attempts.filter(other => other.generation === attempt.generation)
  const left = story.events.find(one => one.kind === 'redriven' && one.generation === attempt.generation)
  return {
    next: same.find(other => other.n > attempt.n),
    fate: left === undefined ? story : { ...left, dueAt: null },
    late: !isLost(attempt) && same.some(other => other.n === attempt.n && isLost(other)),
    sentBefore: story.attempts.some(
      other => other.outcome === 'accepted' && other.generation < attempt.generation,
    ),
  }
}
