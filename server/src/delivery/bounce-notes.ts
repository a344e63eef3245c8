/**
 * After the record: what answers of providers mean for the suppression list. A message that went well costs nothing
 * while no address has a count; what cannot be noted now is kept, and noted with what comes next.
 */
import type pg from 'pg'
import { hasBounceCounts } from '../consent/bounces.store.ts'
import { type AttemptAt, type Bounce, noteBounces, noteDelivered } from '../consent/bounces.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { MessageResult } from '../messages/ledger.ts'

/** What the notes need. */
export interface BounceNotesDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => string
}

/** The notes of one worker process. */
export interface BounceNotes {
  /** Notes what recorded results say of their addresses. Never rejects. */
  note(results: readonly MessageResult[]): Promise<void>
}

/** Another worker's first count is known so much later at most. */
const ASK_MS = 1_000
const MOST_KEPT = 10_000

const attemptOf = (result: MessageResult): AttemptAt | undefined => {
  const { recipient, handOver, messageId, generation, attempt } = result
  if (recipient === undefined || handOver === null) return undefined
  const { sandboxId, address } = recipient
  return { sandboxId, address, messageId, generation, attempt, at: handOver.endedAt }
}

const bounceOf = (result: MessageResult): Bounce | undefined => {
  const at = attemptOf(result)
  const code = result.recipient?.bounce ?? null
  return at === undefined || code === null
    ? undefined
    : { ...at, code, answer: result.handOver?.answer ?? '' }
}

/** One for each worker process. */
export const createBounceNotes = ({ pool, clock, log, newId }: BounceNotesDeps): BounceNotes => {
  let kept: readonly MessageResult[] = []
  let asked = Number.NEGATIVE_INFINITY
  let counts = false

  const haveCounts = async (): Promise<boolean> => {
    if (clock.monotonicMs() - asked >= ASK_MS) {
      counts = await hasBounceCounts(pool)
      asked = clock.monotonicMs()
    }
    return counts
  }
  const write = async (results: readonly MessageResult[]): Promise<void> => {
    const bounces = results.flatMap(result => bounceOf(result) ?? [])
    if (bounces.length > 0) {
      await noteBounces({ pool, newId, now: clock.now() }, bounces)
      counts = true
      asked = clock.monotonicMs()
    }
    const sent = results.filter(result => result.state === 'sent')
    if (sent.length === 0) return
    if (await haveCounts())
      await noteDelivered(
        { pool },
        sent.flatMap(result => attemptOf(result) ?? []),
      )
  }
  return {
    note: async results => {
      const all = [...kept, ...results.filter(result => result.recipient !== undefined)]
      kept = []
      try {
        await write(all)
      } catch (error) {
        kept = all.slice(-MOST_KEPT)
        log.warn({ err: error, kept: kept.length }, 'bounces could not be noted; tried again')
      }
    },
  }
}
