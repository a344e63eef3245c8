/**
 * Sends the answers to what people wrote, one at a time and at most once: an answer that a process took and did not end is
 * not sent again, and told as failed. A number gets few answers in an hour, or two machines would answer each other for ever.
 */
import type pg from 'pg'
import type { SendOutcome } from '../../channels/channel.ts'
import type { Transports } from '../../delivery/transports.ts'
import type { BackgroundTask } from '../../lib/background.ts'
import { backoffMs } from '../../lib/backoff.ts'
import type { Clock } from '../../lib/clock.ts'
import { endAnswer, endLostAnswers, type TakenAnswer, takeAnswer } from './sms.store.ts'

/** What the task needs. `transports`: kept open from one answer to the next. */
export interface AnswerTaskDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly transports: Pick<Transports, 'channel'>
}

const MOST_AN_HOUR = 5
const HOUR_MS = 3_600_000
/** A wait for a 429 is some minutes; whoever still waits an hour later does not expect an answer any more. */
const MOST_TRIES = 6
const POLICY = { firstMs: 10_000, factor: 4, longestMs: HOUR_MS }
/** No call to a provider takes so long. */
const LOST_MS = 300_000
const LOST = 'The process ended while it was sent: nobody can say whether it was'

const send = ({ transports }: AnswerTaskDeps, row: TakenAnswer): Promise<SendOutcome> =>
  transports.channel(row.transportId).send({
    ...{ channel: 'sms', messageId: row.id, reference: '' },
    ...{ to: row.number, from: row.sender, text: row.answer },
  })

interface Ended {
  readonly state: 'sent' | 'failed' | 'waiting'
  readonly said: string
  readonly at: Date
}

const endOf = (outcome: SendOutcome, row: TakenAnswer, now: Date): Ended => {
  const { kind, code, answer } = outcome
  if (kind === 'accepted') return { state: 'sent', said: answer, at: now }
  const said = `${code} ${answer}`.trim()
  const isForNow = kind === 'retry' || kind === 'throttle'
  if (!isForNow || row.tries >= MOST_TRIES) return { state: 'failed', said, at: now }
  const { retryAfterMs = 0 } = outcome
  const waitMs = backoffMs(row.tries, 1, { policy: POLICY, atLeastMs: retryAfterMs })
  return { state: 'waiting', said, at: new Date(now.getTime() + waitMs) }
}

const tooMany = (now: Date): Ended => ({
  state: 'failed',
  said: `The number had ${MOST_AN_HOUR} answers in an hour`,
  at: now,
})

const answerOne = async (deps: AnswerTaskDeps, row: TakenAnswer): Promise<Ended> => {
  if (row.isTooMany) return tooMany(deps.clock.now())
  const outcome = await send(deps, row).catch(
    (error: Error): SendOutcome => ({
      ...{ kind: 'unknown', code: 'EINTERNAL', answer: error.message.slice(0, 500) },
    }),
  )
  return endOf(outcome, row, deps.clock.now())
}

/** The task: one answer a step. A provider that says nothing holds it up, so it has a loop of its own. */
export const smsAnswerTask = (deps: AnswerTaskDeps): BackgroundTask => ({
  name: 'answers by SMS',
  advance: async () => {
    const { pool, clock } = deps
    const now = clock.now()
    await endLostAnswers(pool, new Date(now.getTime() - LOST_MS), { said: LOST, now })
    const since = new Date(now.getTime() - HOUR_MS)
    const row = await takeAnswer(pool, { now, since, most: MOST_AN_HOUR })
    if (row === undefined) return false
    await endAnswer(pool, { id: row.id, ...(await answerOne(deps, row)) })
    return true
  },
})
