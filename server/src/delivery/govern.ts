/** Step 2 of a delivery: may this message be sent now? The one order of checks grows here. Pure. */
import { MAX_RATED_RUN_HOURS, type ReasonCode } from '@carillon/contract'
import type { ExecutionKind } from '../messages/execution-id.ts'
import type { HoldVerdict } from './holds.ts'

/** A verdict against sending now. */
export interface Refusal {
  readonly state: 'excluded' | 'failed' | 'held' | 'cancelled'
  readonly reason: ReasonCode
}

/** After so many claims without a mark a message is set aside: something in it stops the worker. */
export const MOST_CLAIMS = 3

/** The facts of the message that the checks look at. */
export interface Governed {
  readonly claims: number
  readonly expiresAt: Date | null
  readonly kind: ExecutionKind
  readonly acceptedAt: Date
  readonly dueAt: Date
  readonly reason: string | null
}

/** What surrounds the message: what keeps it back. */
export interface Surroundings {
  readonly now: Date
  readonly hold: HoldVerdict | undefined
  /** The runaway guard counted it above a ceiling. */
  readonly isOverCeiling: boolean
}

/** What the campaign says of its messages. */
export interface Pacing {
  readonly ratePerSecond: number | null
  readonly staleAfterSeconds: number | null
}

const HOUR_MS = 3_600_000

const isExpired = (message: Governed, now: Date): boolean =>
  message.expiresAt !== null && message.expiresAt.getTime() <= now.getTime()

// AJO: a rate-limited run lasts at most 12 hours; the remainder is excluded and counted.
const isRunOver = (message: Governed, { ratePerSecond }: Pacing, now: Date): boolean =>
  message.kind === 'audience' &&
  ratePerSecond !== null &&
  now.getTime() - message.acceptedAt.getTime() > MAX_RATED_RUN_HOURS * HOUR_MS

// Whom a person let go is late for a reason, and not measured again.
const isStale = (message: Governed, { staleAfterSeconds }: Pacing, now: Date): boolean =>
  staleAfterSeconds !== null &&
  message.reason !== 'released' &&
  now.getTime() - message.dueAt.getTime() > staleAfterSeconds * 1_000

/**
 * The first check that refuses, or undefined when the message may be sent. What ends a message comes before what only
 * keeps it back: nobody shall release what has expired meanwhile.
 */
export const govern = (message: Governed, around: Surroundings, pacing: Pacing): Refusal | undefined => {
  const { hold, now } = around
  if (hold?.state === 'cancelled') return hold
  if (message.claims > MOST_CLAIMS) return { state: 'failed', reason: 'poisoned' }
  if (isExpired(message, now)) return { state: 'failed', reason: 'expired' }
  if (isRunOver(message, pacing, now)) return { state: 'excluded', reason: 'rate_window_over' }
  if (hold !== undefined) return hold
  if (isStale(message, pacing, now)) return { state: 'held', reason: 'stale' }
  if (around.isOverCeiling) return { state: 'held', reason: 'runaway' }
  return undefined
}
