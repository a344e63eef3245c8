/** Step 2 of a delivery: may this message be sent now? The one order of checks grows here. Pure. */
import type { ReasonCode } from '@carillon/contract'

/** A verdict against sending. */
export interface Refusal {
  readonly state: 'excluded' | 'failed'
  readonly reason: ReasonCode
}

/** After so many claims without a mark a message is set aside: something in it stops the worker. */
export const MOST_CLAIMS = 3

/** The facts that the checks look at. */
export interface Governed {
  readonly claims: number
  readonly expiresAt: Date | null
}

/** The first check that refuses, or undefined when the message may be sent. */
export const govern = (message: Governed, now: Date): Refusal | undefined => {
  if (message.claims > MOST_CLAIMS) return { state: 'failed', reason: 'poisoned' }
  if (message.expiresAt !== null && message.expiresAt.getTime() <= now.getTime())
    return { state: 'failed', reason: 'expired' }
  return undefined
}
