/**
 * What follows from bounces, complaints and deliveries (delivery-and-governance: suppression list): a hard bounce and a
 * complaint suppress at once, soft bounces when so many came in a row. Each answer counts once, however often it is told.
 */
import { DEFAULT_SOFT_THRESHOLD, SUPPRESSION_REASONS, type SuppressionReason } from '@carillon/contract'
import type pg from 'pg'
import { BOUNCE_REASONS, type BounceCode } from '../channels/email/codes.ts'
import { transaction } from '../db/pool.ts'
import {
  type BounceEventRow,
  type EarnedEntry,
  endBounceCounts,
  type FreshBounce,
  insertBounces,
  suppressAddresses,
} from './bounces.store.ts'
import { listedAddress } from './suppression-value.ts'

/** One attempt to reach an address. */
export interface AttemptAt {
  readonly sandboxId: string
  readonly address: string
  readonly messageId: string
  readonly generation: number
  readonly attempt: number
  readonly at: Date
}

/** An attempt that was refused, at once or later; `answer` in the provider's words. */
export interface Bounce extends AttemptAt {
  readonly code: BounceCode
  readonly answer: string
}

/** What is needed to note. */
export interface NoteDeps {
  readonly pool: pg.Pool
  readonly newId: () => string
  readonly now: Date
}

const ACTOR = 'carillon'
const FORGET_MS = 90 * 86_400_000

const isReason = (label: string): label is SuppressionReason =>
  SUPPRESSION_REASONS.some(reason => reason === label)
const reasonOf = (code: number | null): SuppressionReason => {
  const label = code === null ? 'Spam Complaint' : (BOUNCE_REASONS[code as BounceCode]?.label ?? '')
  return isReason(label) ? label : 'Soft Bounce'
}

const common = ({ sandboxId, address, messageId, generation, attempt, at }: AttemptAt) => ({
  ...{ sandboxId, address: listedAddress(address), messageId, generation, attempt, at },
})

const toEvents = (bounces: readonly Bounce[]): BounceEventRow[] =>
  bounces.flatMap(bounce => {
    const { code, answer } = bounce
    const kind = BOUNCE_REASONS[code].class
    if (kind !== 'hard' && kind !== 'soft') return []
    const event = { ...common(bounce), code, answer: answer.replaceAll('\0', '').slice(0, 500) }
    return [
      { ...event, kind: 'bounce' as const, class: kind === 'hard' ? ('HARD' as const) : ('SOFT' as const) },
    ]
  })

// Of one address the weightiest: a hard bounce before soft ones, the last of equals.
const earnedBy = (fresh: readonly FreshBounce[], newId: () => string): EarnedEntry[] => {
  const earned = new Map<string, EarnedEntry>()
  for (const { sandboxId, address, class: category, code, softCount, threshold } of fresh) {
    const key = `${sandboxId} ${address}`
    const isEnough = category === 'HARD' || (softCount ?? 0) >= (threshold ?? DEFAULT_SOFT_THRESHOLD)
    if (!isEnough || (category === 'SOFT' && earned.get(key)?.category === 'HARD')) continue
    earned.set(key, { id: newId(), sandboxId, address, category, reason: reasonOf(code) })
  }
  return [...earned.values()]
}

const note = async ({ pool, newId, now }: NoteDeps, events: readonly BounceEventRow[]): Promise<void> => {
  if (events.length === 0) return
  await transaction(pool, async tx => {
    const fresh = await insertBounces(tx, events, new Date(now.getTime() - FORGET_MS))
    const earned = earnedBy(fresh, newId)
    if (earned.length > 0) await suppressAddresses(tx, earned, { by: ACTOR, now })
  })
}

/** Notes bounces; those of classes that say nothing of the address change nothing. */
export const noteBounces = (deps: NoteDeps, bounces: readonly Bounce[]): Promise<void> =>
  note(deps, toEvents(bounces))

/** Notes a spam complaint: the address is suppressed at once. */
export const noteComplaint = (deps: NoteDeps, attempt: AttemptAt): Promise<void> =>
  note(deps, [{ ...common(attempt), kind: 'complaint', class: 'HARD', code: null, answer: '' }])

/** Notes deliveries: what was counted against their addresses before is forgotten. */
export const noteDelivered = async (
  { pool }: Pick<NoteDeps, 'pool'>,
  attempts: readonly AttemptAt[],
): Promise<void> => {
  if (attempts.length === 0) return
  await endBounceCounts(
    pool,
    attempts.map(attempt => ({
      ...{ ...common(attempt), kind: 'delivered', class: 'SUCCEEDED', code: null, answer: '' },
    })),
  )
}
