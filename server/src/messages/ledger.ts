/** The ledger's words: lanes, states and the one table of transitions. Knows no SQL and no channel. */
import type { MessageState } from '@carillon/contract'
import type { BounceCode } from '../channels/email/codes.ts'
import type { ExecutionKind } from './execution-id.ts'

/** Wakes workers: a `notify` after rows became due; the payload is not used. */
export const READY_CHANNEL = 'carillon_ready'

/** Classes of work that cannot starve each other. */
export const LANES = ['transactional', 'high_throughput', 'marketing'] as const
/** A class of work. */
export type Lane = (typeof LANES)[number]

/**
 * A message that has leased a moment (reason `paced`) is taken up so long before it; further away it waits in the ledger.
 * Longer than a worker's poll, which is a second.
 */
export const PACED_AHEAD_MS = 1_500

/** A message is held so long at most, whatever holds it; then it is excluded. */
export const HELD_AT_MOST_MS = 7 * 86_400_000

/**
 * Which state may follow which; the statements of the stores enforce it by their conditions, and a random test of all
 * of them (`transitions.test.ts`) meets no other change. ARCHITECTURE.md has the same table. `ready` with a due time in
 * the future is what others call scheduled or waiting for a retry.
 */
export const TRANSITIONS: Readonly<Record<MessageState, readonly MessageState[]>> = {
  ready: ['claimed', 'cancelled'],
  claimed: ['ready', 'excluded', 'held', 'failed', 'cancelled', 'handing_over'],
  handing_over: ['sent', 'ready', 'failed', 'unknown'],
  held: ['ready', 'excluded', 'cancelled'],
  unknown: ['sent', 'failed', 'ready'],
  failed: ['ready'],
  sent: [],
  excluded: [],
  cancelled: [],
}

/** Who works: fencing is by both, so a worker that slept past its lease can change nothing. */
export interface WorkerIdentity {
  readonly id: string
  readonly epoch: number
}

/** A recipient as the ledger keeps it: the call's own members without the context, and the profile it has. */
export interface StoredRecipient {
  readonly type: 'aep' | 'external'
  readonly userId: string
  readonly namespace: string
  readonly profileId?: string
  /** A member of a run without an identity in the campaign's namespace; `userId` is the profile's id then. */
  readonly lacksIdentity?: true
  /** The person was erased: nothing else here says anything of them. */
  readonly erased?: true
  readonly channelData?: {
    readonly emailAddress?: string
    readonly mobilePhoneNumber?: string
    readonly pushInfo?: { readonly appID: string; readonly platform: string; readonly token: string }
  }
  readonly profile?: Readonly<Record<string, unknown>>
}

/** A message taken up by a worker, with all that is needed to plan it. */
export interface ClaimedMessage {
  readonly messageId: string
  readonly sandboxId: string
  readonly executionId: string
  readonly lane: Lane
  readonly kind: ExecutionKind
  readonly campaignId: string
  readonly versionId: string
  /** Of the call: what a rate-limited run's 12 hours begin with. */
  readonly acceptedAt: Date
  /** When it should have been taken up. */
  readonly dueAt: Date
  /** Why it waited, e.g. `paced`: its moment under a rate was leased already, and is `dueAt`. */
  readonly reason: string | null
  readonly generation: number
  readonly attempt: number
  readonly claims: number
  readonly firstHandoverAt: Date | null
  readonly expiresAt: Date | null
  readonly recipient: StoredRecipient
  readonly context: Readonly<Record<string, unknown>>
  /** Of the profile, when it was taken up; null: it has none, or none any more. High-throughput messages never do. */
  readonly attributes: Readonly<Record<string, unknown>> | null
}

/** The execution that has sums of its own: that of an audience run. */
export const runOf = (message: Pick<ClaimedMessage, 'kind' | 'executionId'>): string | null =>
  message.kind === 'audience' ? message.executionId : null

/** One hand-over as the provider answered it. */
export interface AttemptRecord {
  readonly transportId: string | null
  readonly startedAt: Date
  readonly endedAt: Date
  readonly outcome: string
  readonly code: string
  readonly answer: string
  /** The pairs that the content gave by `executionMetadata`. */
  readonly metadata: Readonly<Record<string, string>> | null
}

/** What became of a claimed or marked message. `attempt` is the number the mark gave (0 when it was never marked). */
export interface MessageResult {
  readonly messageId: string
  readonly versionId: string
  readonly generation: number
  readonly attempt: number
  readonly state: 'sent' | 'ready' | 'excluded' | 'failed' | 'unknown' | 'held' | 'cancelled'
  readonly reason: string | null
  /** For a person, where the reason alone does not say enough: the place and sentence of a render error. */
  readonly detail: string | null
  /** The execution whose own sums count this message too: that of an audience run. Null: the version's sums suffice. */
  readonly runId: string | null
  readonly dueAt: Date | null
  readonly handOver: AttemptRecord | null
  /** Of a hand-over: where it went, and what the refusal says of that address (null: nothing). */
  readonly recipient?: RecipientResult
}

/** A hand-over as far as it is about the address. */
export interface RecipientResult {
  readonly sandboxId: string
  readonly address: string
  readonly bounce: BounceCode | null
}
