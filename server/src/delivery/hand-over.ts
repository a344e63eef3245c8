/**
 * Steps 3 and 4 of a delivery: the permit (mark) and the sending. Nothing reaches a channel without a committed
 * mark, and never more than `window` messages are marked and not yet recorded: what one kill can make unknown.
 */
import type { Channel, SendOutcome } from '../channels/channel.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import { delay } from '../lib/delay.ts'
import type { Log } from '../lib/log.ts'
import { findMarked, markMessages, releaseMessages } from '../messages/ledger.store.ts'
import { type ClaimedMessage, runOf, type WorkerIdentity } from '../messages/ledger.ts'
import { nextState, notHandedOver } from './outcome.ts'
import type { Recorder } from './recorder.ts'

/** A rendered message that waits for its permit. */
export interface Prepared {
  readonly message: ClaimedMessage
  readonly transportId: string
  readonly retryPeriodMs: number
  readonly rendered: RenderedEmail
  /** What `executionMetadata` of the content says of this message. */
  readonly metadata: Readonly<Record<string, string>> | null
}

/** What the hand-over needs. `channel` gives the open channel of a transport. */
export interface HandOverDeps {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly worker: () => WorkerIdentity
  readonly recorder: Recorder
  readonly channel: (transportId: string) => Channel<RenderedEmail>
  readonly window: number
  readonly onRoom: () => void
}

/** Takes rendered messages to their providers. */
export interface HandOver {
  offer(items: readonly Prepared[]): void
  /** Messages rendered and not yet marked. */
  waiting(): number
  /** Ids of all messages in this process' hands. */
  known(): string[]
  /** Marks nothing more; what is marked is still sent, what is offered waits for `drain`. */
  hold(): void
  /** Sends nothing new, gives back what is not marked, resolves when the rest is recorded. */
  drain(): Promise<void>
}

interface Marked {
  readonly item: Prepared
  readonly attempt: number
  readonly markedAt: number
}

interface Line {
  readonly channel: Channel<RenderedEmail>
  rendered: Prepared[]
  marked: Marked[]
  sending: number
}

const MARK_GROUP = 32
/** A permit older than this is given back unused: well below the lease of 15 s, so no other worker can hold the message. */
export const PERMIT_MS = 5_000
const STOPPED_PAUSE_MS = 2_000

class HandOverLines implements HandOver {
  readonly #deps: HandOverDeps
  readonly #lines = new Map<string, Line>()
  readonly #known = new Set<string>()
  #inWindow = 0
  #marking = false
  #draining = false
  #idle: (() => void)[] = []

  constructor(deps: HandOverDeps) {
    this.#deps = deps
  }

  offer(items: readonly Prepared[]): void {
    for (const item of items) {
      this.#known.add(item.message.messageId)
      this.#line(item.transportId).rendered.push(item)
    }
    this.#pump()
  }

  waiting(): number {
    let n = 0
    for (const line of this.#lines.values()) n += line.rendered.length
    return n
  }

  known(): string[] {
    return [...this.#known]
  }

  hold(): void {
    this.#draining = true
  }

  async drain(): Promise<void> {
    this.hold()
    while (this.#marking || this.#inWindow > 0) await new Promise<void>(resolve => this.#idle.push(resolve))
    await this.#release(this.#takeRendered(Number.MAX_SAFE_INTEGER), 0)
    await this.#deps.recorder.flushed()
  }

  #line(transportId: string): Line {
    const found = this.#lines.get(transportId)
    if (found !== undefined) return found
    const line: Line = { channel: this.#deps.channel(transportId), rendered: [], marked: [], sending: 0 }
    this.#lines.set(transportId, line)
    return line
  }

  // Takes from every line what its free slots and one group ahead can use.
  #takeRendered(most: number): Prepared[] {
    const group: Prepared[] = []
    for (const line of this.#lines.values()) {
      const room = this.#draining ? most : line.channel.slots + MARK_GROUP - line.sending - line.marked.length
      group.push(...line.rendered.splice(0, Math.max(0, Math.min(room, most - group.length))))
    }
    return group
  }

  #pump(): void {
    for (const line of this.#lines.values())
      while (line.sending < line.channel.slots) {
        const next = line.marked.shift()
        if (next === undefined) break
        line.sending++
        void this.#send(line, next)
      }
    if (!this.#marking && !this.#draining && this.#deps.recorder.healthy()) void this.#mark()
    if (!this.#marking && this.#inWindow === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }

  async #mark(): Promise<void> {
    const group = this.#takeRendered(Math.min(MARK_GROUP, this.#deps.window - this.#inWindow))
    if (group.length === 0) return
    this.#marking = true
    this.#inWindow += group.length
    const attempts = await this.#permits(group.map(item => item.message))
    const markedAt = this.#deps.clock.monotonicMs()
    const refused: Prepared[] = []
    for (const item of group) {
      const attempt = attempts.get(item.message.messageId)
      if (attempt === undefined) refused.push(item)
      else this.#line(item.transportId).marked.push({ item, attempt, markedAt })
    }
    this.#inWindow -= refused.length
    await this.#release(refused, STOPPED_PAUSE_MS)
    this.#marking = false
    this.#deps.onRoom()
    this.#pump()
  }

  // A mark whose answer was lost may have been committed; the next round asks which permits this worker holds.
  async #permits(messages: readonly ClaimedMessage[]): Promise<Map<string, number>> {
    const { db, clock, log, worker } = this.#deps
    let lost = false
    for (;;) {
      try {
        const permits = await markMessages(db, { worker: worker(), messages, now: clock.now() })
        if (lost) {
          const ids = messages.map(message => message.messageId)
          for (const [id, attempt] of await findMarked(db, worker(), ids)) permits.set(id, attempt)
        }
        return permits
      } catch (error) {
        if (!lost) log.error({ err: error }, 'messages cannot be marked; tried again')
        lost = true
        await delay(250)
      }
    }
  }

  async #release(items: readonly Prepared[], pauseMs: number): Promise<void> {
    if (items.length === 0) return
    const { db, clock, log, worker } = this.#deps
    const now = clock.now()
    const messageIds = items.map(item => item.message.messageId)
    for (const id of messageIds) this.#known.delete(id)
    const dueAt = new Date(now.getTime() + pauseMs)
    await releaseMessages(db, { worker: worker(), messageIds, dueAt, now }).catch((error: unknown) =>
      log.warn({ err: error }, 'messages could not be given back; recovery will'),
    )
  }

  async #send(line: Line, marked: Marked): Promise<void> {
    const { clock, recorder } = this.#deps
    const startedAt = clock.now()
    const tooLate = clock.monotonicMs() - marked.markedAt > PERMIT_MS
    const outcome: SendOutcome = tooLate
      ? { kind: 'retry', code: 'not_handed_over', answer: '' }
      : await line.channel.send(marked.item.rendered)
    line.sending--
    const recorded = recorder.record(this.#result(marked, { outcome, startedAt, tooLate }))
    this.#pump()
    await recorded
    this.#known.delete(marked.item.message.messageId)
    this.#inWindow--
    this.#pump()
  }

  #result(
    marked: Marked,
    sent: { readonly outcome: SendOutcome; readonly startedAt: Date; readonly tooLate: boolean },
  ) {
    const { message, transportId, retryPeriodMs, metadata } = marked.item
    const now = this.#deps.clock.now()
    const { outcome } = sent
    const facts = {
      attempt: marked.attempt,
      transports: 1,
      now,
      retryPeriodMs,
      random: this.#deps.random(),
      firstHandoverAt: message.firstHandoverAt ?? sent.startedAt,
    }
    const next = sent.tooLate ? notHandedOver(now) : nextState(outcome, facts)
    return {
      messageId: message.messageId,
      versionId: message.versionId,
      generation: message.generation,
      attempt: marked.attempt,
      ...next,
      detail: null,
      runId: runOf(message),
      handOver: {
        transportId,
        startedAt: sent.startedAt,
        endedAt: now,
        outcome: outcome.kind,
        code: outcome.code,
        answer: outcome.answer.replaceAll('\0', ''),
        metadata,
      },
    }
  }
}

/** One hand-over per worker process. */
export const createHandOver = (deps: HandOverDeps): HandOver => new HandOverLines(deps)
