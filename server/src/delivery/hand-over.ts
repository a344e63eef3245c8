/**
 * Steps 3 and 4 of a delivery: the permit (mark) and the sending. Nothing reaches a channel without a committed
 * mark, and never more than `window` messages are marked and not yet recorded: what one kill can make unknown.
 */
import type pg from 'pg'
import { type Channel, NOT_BEGUN, type SendOutcome, trimAnswer } from '../channels/channel.ts'
import { createGate } from '../channels/gate.ts'
import type { RenderedMessage } from '../channels/rendered.ts'
import type { Clock } from '../lib/clock.ts'
import { delay } from '../lib/delay.ts'
import type { Log } from '../lib/log.ts'
import { type Release, releaseMessages } from '../messages/ledger.store.ts'
import { LANES, type Lane, PACED_AHEAD_MS, runOf, type WorkerIdentity } from '../messages/ledger.ts'
import { perLane } from './lanes.ts'
import type { Line, Marked, Prepared } from './line.ts'
import { Lines } from './lines.ts'
import { type Permits, takePermits } from './mark.ts'
import type { Limit } from './pace.ts'
import type { PersonLimit } from './person.ts'
import type { Recorder } from './recorder.ts'
import { resultOf } from './result.ts'

type Send = Channel<RenderedMessage>['send']

/** What a send said, for those who watch over transports and rates. */
export interface SendReport {
  readonly transportId: string
  readonly domain: string
  readonly outcome: SendOutcome
}

/** What the hand-over needs. `channel` gives the open channel of a transport. */
export interface HandOverDeps {
  /** A pool `byIndex`. */
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly worker: () => WorkerIdentity
  readonly recorder: Recorder
  readonly channel: (transportId: string) => Channel<RenderedMessage>
  readonly window: number
  /** New moments for messages that missed theirs. */
  readonly moments: (limits: readonly (readonly Limit[])[]) => Promise<readonly Date[]>
  readonly onSent: (report: SendReport) => void
  readonly onRoom: () => void
  /** Messages could not be given back: the ledger says that they are ours. */
  readonly onUnreleased: () => void
}

/** Takes rendered messages to their providers. */
export interface HandOver {
  offer(items: readonly Prepared[]): void
  /** Messages of a lane in hand and not yet marked; a few that wait for their moment are not counted. */
  waiting(lane: Lane): number
  /** Messages of a lane taken to a provider so far: a rate is measured by it. */
  handed(lane: Lane): number
  /** Ids of all messages in this process' hands. */
  known(): string[]
  /** Marks nothing more; what is marked is still sent, what is offered waits for `drain`. */
  hold(): void
  /** Sends nothing new, gives back what is not marked, resolves when the rest is recorded. */
  drain(): Promise<void>
}

/** A permit older than this is given back unused: well below the lease of 15 s, so no other worker can hold the message. */
export const PERMIT_MS = 5_000
const REFUSED_PAUSE_MS = 500
/** Most mails with files that are put together at once. */
export const LARGE_AT_ONCE = 8
/** So long before its moment a message asks for its permit: a slow mark must not make it late. */
const MARK_AHEAD_MS = 150
/** Of what waits in memory for its moment so many keep nobody else out. */
const DEFERRED_FREE = 200

class HandOverLines implements HandOver {
  readonly #deps: HandOverDeps
  readonly #lines: Lines
  readonly #known = new Set<string>()
  readonly #deferred = new Map<Prepared, NodeJS.Timeout>()
  readonly #inWindow = perLane()
  readonly #handed = perLane()
  readonly #large = createGate(LARGE_AT_ONCE)
  #draining = false
  #idle: (() => void)[] = []

  constructor(deps: HandOverDeps) {
    this.#deps = deps
    this.#lines = new Lines(deps.channel)
  }

  offer(items: readonly Prepared[]): void {
    const nowMs = this.#deps.clock.now().getTime()
    const twice: string[] = []
    for (const item of items) {
      const { messageId } = item.message
      if (this.#known.has(messageId)) twice.push(messageId)
      else {
        this.#known.add(messageId)
        this.#place(item, nowMs)
      }
    }
    if (twice.length > 0) void this.#putOff(twice)
    this.#pump()
  }

  waiting(lane: Lane): number {
    let [n, deferred] = [0, 0]
    for (const line of this.#lines.all()) n += line.waiting(lane)
    for (const item of this.#deferred.keys()) if (item.message.lane === lane) deferred += 1
    return n + Math.max(0, deferred - DEFERRED_FREE)
  }

  handed(lane: Lane): number {
    return this.#handed[lane]
  }

  known(): string[] {
    return [...this.#known]
  }

  hold(): void {
    this.#draining = true
  }

  async drain(): Promise<void> {
    this.hold()
    while (this.#lines.isAsking() || this.#marked() > 0)
      await new Promise<void>(resolve => this.#idle.push(resolve))
    for (const timer of this.#deferred.values()) clearTimeout(timer)
    const rest = [...this.#deferred.keys(), ...[...this.#lines.all()].flatMap(line => line.empty())]
    this.#deferred.clear()
    const now = this.#deps.clock.now()
    await this.#release(
      rest.map(({ message: { messageId }, notBefore }) =>
        notBefore !== null && notBefore > now
          ? { messageId, dueAt: notBefore, reason: 'paced' }
          : { messageId, dueAt: now, reason: null },
      ),
    )
    await this.#deps.recorder.flushed()
  }

  #marked(): number {
    return LANES.reduce((sum, lane) => sum + this.#inWindow[lane], 0)
  }

  // Two copies in hand could both take one permit, so the one that came first stays alone: the other goes back to the
  // ledger, to be claimed when the first has ended, unless the ledger knows its end by then.
  async #putOff(messageIds: readonly string[]): Promise<void> {
    const { pool, clock, log, worker } = this.#deps
    const now = clock.now()
    const dueAt = new Date(now.getTime() + REFUSED_PAUSE_MS)
    const messages = messageIds.map(messageId => ({ messageId, dueAt, reason: null }))
    try {
      await releaseMessages(pool, { worker: worker(), messages, now })
    } catch (error) {
      log.warn({ err: error }, 'messages could not be put off; tried again')
      await delay(REFUSED_PAUSE_MS)
      if (!this.#draining) await this.#putOff(messageIds)
    }
  }

  #place(item: Prepared, nowMs: number): void {
    const line = this.#lines.of(item.transportId)
    const wait = line.waitMs(item, nowMs) - MARK_AHEAD_MS
    if (wait <= 0) {
      line.offer(item)
      return
    }
    const timer = setTimeout(() => {
      this.#deferred.delete(item)
      line.offer(item)
      this.#pump()
    }, wait)
    this.#deferred.set(item, timer)
  }

  #pump(): void {
    const nowMs = this.#deps.clock.now().getTime()
    for (const line of this.#lines.all()) {
      const next = (): Marked | undefined =>
        line.next(nowMs, (marked, wait) => this.#later(line, marked, wait))
      for (let marked = next(); marked !== undefined; marked = next()) void this.#send(line, marked)
    }
    if (!this.#draining && this.#deps.recorder.healthy()) void this.#mark()
    if (!this.#lines.isAsking() && this.#marked() === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }

  #later(line: Line, marked: Marked, waitMs: number): void {
    setTimeout(() => {
      line.permitted(marked)
      this.#pump()
    }, waitMs)
  }

  async #mark(): Promise<void> {
    const nowMs = this.#deps.clock.now().getTime()
    const bounds = { inWindow: this.#inWindow, window: this.#deps.window, nowMs }
    const { group, late } = this.#lines.takeGroup(bounds)
    if (late.length > 0) void this.#retime(late)
    if (group.length === 0) return
    for (const item of group) this.#inWindow[item.message.lane] += 1
    const permits = await this.#permits(group)
    await this.#sortOut(group, permits)
    this.#lines.answered(group)
    this.#deps.onRoom()
    this.#pump()
  }

  async #sortOut(group: readonly Prepared[], permits: Permits): Promise<void> {
    const markedAt = this.#deps.clock.monotonicMs()
    const dueAt = new Date(this.#deps.clock.now().getTime() + REFUSED_PAUSE_MS)
    const refused: Release[] = []
    for (const item of group) {
      const { messageId, lane } = item.message
      const attempt = permits.attempts.get(messageId)
      const spent = permits.excluded.get(messageId)
      if (attempt !== undefined) {
        this.#lines.of(item.transportId).permitted({ item, attempt, markedAt })
        continue
      }
      this.#inWindow[lane] -= 1
      if (spent === undefined) refused.push({ messageId, dueAt, reason: null })
      else this.#exclude(item, spent)
    }
    await this.#release(refused)
  }

  #exclude(item: Prepared, { reason, name }: PersonLimit): void {
    const { message } = item
    const { messageId, versionId, generation, attempt } = message
    void this.#deps.recorder
      .record(
        {
          ...{ messageId, versionId, generation, attempt, state: 'excluded', reason, detail: name },
          ...{ runId: runOf(message), dueAt: null, handOver: null },
        },
        // What was never handed over has no use.
        message.attempt > 0 ? item.personal : null,
      )
      .then(() => this.#known.delete(messageId))
  }

  async #permits(group: readonly Prepared[]): Promise<Permits> {
    const { pool, clock, log, worker } = this.#deps
    let lost = false
    for (;;) {
      try {
        return await takePermits(pool, group, { worker: worker(), now: clock.now(), lost })
      } catch (error) {
        if (!lost) log.error({ err: error }, 'messages cannot be marked; tried again')
        lost = true
        await delay(250)
      }
    }
  }

  async #retime(items: readonly Prepared[]): Promise<void> {
    const { clock, moments, log } = this.#deps
    const now = clock.now()
    try {
      const fresh = await moments(items.map(item => item.limits))
      const soon = items.flatMap((item, index) => {
        const notBefore = fresh[index] ?? now
        return notBefore.getTime() - now.getTime() > PACED_AHEAD_MS ? [] : [{ ...item, notBefore }]
      })
      const later = items.flatMap(({ message: { messageId } }, index) => {
        const dueAt = fresh[index] ?? now
        return dueAt.getTime() - now.getTime() > PACED_AHEAD_MS
          ? [{ messageId, dueAt, reason: 'paced' as const }]
          : []
      })
      for (const item of soon) this.#place(item, now.getTime())
      this.#pump()
      await this.#release(later)
    } catch (error) {
      log.warn({ err: error }, 'moments cannot be leased; messages are given back')
      await this.#release(
        items.map(({ message }) => ({ messageId: message.messageId, dueAt: now, reason: null })),
      )
    }
  }

  async #release(messages: readonly Release[]): Promise<void> {
    if (messages.length === 0) return
    const { pool, clock, log, worker } = this.#deps
    for (const { messageId } of messages) this.#known.delete(messageId)
    await releaseMessages(pool, { worker: worker(), messages, now: clock.now() }).catch((error: unknown) => {
      log.warn({ err: error }, 'messages could not be given back; tried again')
      this.#deps.onUnreleased()
    })
  }

  // Whole mails with files are megabytes each: only so many are in memory at once, whatever the transports.
  async #handIn(
    send: Send,
    { item: { rendered }, markedAt }: Marked,
    onLeft: (follow: Send) => void,
  ): Promise<SendOutcome> {
    const mayBegin = (): boolean => this.#deps.clock.monotonicMs() - markedAt <= PERMIT_MS
    if (!mayBegin()) return NOT_BEGUN
    if (!('finish' in rendered) || rendered.finish === undefined) return send(rendered, mayBegin, onLeft)
    await this.#large.enter()
    try {
      return await send(await rendered.finish(), mayBegin)
    } catch (error) {
      return { kind: 'retry', code: 'EINTERNAL', answer: trimAnswer((error as Error).message) }
    } finally {
      this.#large.leave()
    }
  }

  async #send(line: Line, marked: Marked, send: Send = (...of) => line.channel.send(...of)): Promise<void> {
    const { clock, recorder, onSent } = this.#deps
    const { message, transportId, domain } = marked.item
    const startedAt = clock.now()
    const began = clock.monotonicMs()
    let isFollowed = false
    const outcome = await this.#handIn(send, marked, follow => {
      const next = line.following(message.lane, clock.now().getTime())
      if (next === undefined) return
      isFollowed = true
      void this.#send(line, next, follow)
    })
    const tooLate = outcome.code === NOT_BEGUN.code
    if (!isFollowed) line.freed(message.lane)
    line.sent(tooLate ? PERMIT_MS : clock.monotonicMs() - began)
    this.#handed[message.lane] += 1
    if (!tooLate) onSent({ transportId, domain, outcome })
    const now = clock.now()
    const result = resultOf(marked, { outcome, startedAt, tooLate, now, random: this.#deps.random() })
    const recorded = recorder.record(result, marked.item.personal)
    this.#pump()
    await recorded
    this.#known.delete(message.messageId)
    this.#inWindow[message.lane] -= 1
    this.#pump()
  }
}

/** One hand-over per worker process. */
export const createHandOver = (deps: HandOverDeps): HandOver => new HandOverLines(deps)
