/** The queue in front of one transport: rendered messages, those with a permit, and what is being sent, lane by lane. */
import type { Channel } from '../channels/channel.ts'
import type { RenderedMessage } from '../channels/rendered.ts'
import { type ClaimedMessage, LANES, type Lane } from '../messages/ledger.ts'
import { Behind } from './behind.ts'
import { capOf, createTurns, perLane, roomOf } from './lanes.ts'
import type { Limit } from './pace.ts'
import type { PersonAsk } from './person.ts'

/** A rendered message that waits for its permit. */
export interface Prepared {
  readonly message: ClaimedMessage
  readonly transportId: string
  /** The domain of the address it goes to: what providers limit by. */
  readonly domain: string
  /** How many transports its configuration lists. */
  readonly transports: number
  readonly retryPeriodMs: number
  readonly rendered: RenderedMessage
  /** What `executionMetadata` of the content says of this message. */
  readonly metadata: Readonly<Record<string, string>> | null
  /** The rates it falls under; empty: none is set. */
  readonly limits: readonly Limit[]
  /** Its leased moment under those rates; null: none was needed. */
  readonly notBefore: Date | null
  /** The limits per person that it is under, if any. */
  readonly personal: PersonAsk | null
}

/** A message with a permit. */
export interface Marked {
  readonly item: Prepared
  readonly attempt: number
  /** Monotonic milliseconds. */
  readonly markedAt: number
}

/** Permits that may wait for a slot, so that a free slot never waits for the database. */
export const AHEAD = 64
/** Well below the time that a permit is good for. */
const IN_GOOD_TIME_MS = 2_000
/** So few left, and the next group is asked for: what slots use up while the database answers. */
const LOW = 20

const queues = <T>(): Record<Lane, T[]> => ({ transactional: [], high_throughput: [], marketing: [] })

/** One transport's queue. It decides who is next; sending and marking are the caller's. */
export class Line {
  readonly channel: Channel<RenderedMessage>
  readonly #behind = new Behind()
  readonly #rendered = queues<Prepared>()
  readonly #marked = queues<Marked>()
  readonly #sending = perLane()
  readonly #turns = createTurns()
  #sendMs = 0
  #isWarm = false

  constructor(channel: Channel<RenderedMessage>) {
    this.channel = channel
  }

  offer(item: Prepared): void {
    this.#rendered[item.message.lane].push(item)
  }

  /** Rendered messages of a lane without a permit. */
  waiting(lane: Lane): number {
    return this.#rendered[lane].length
  }

  /**
   * Whether a lane runs out of permits: time for the next group. While permits wait for slots there is none, so groups
   * are large under load, and a message that comes alone is marked at once.
   */
  needsPermits(lane: Lane): boolean {
    return this.#rendered[lane].length > 0 && this.#marked[lane].length <= Math.min(LOW, this.#ahead() / 2)
  }

  /** Whether a permit for this lane would soon find a slot. */
  wantsPermit(lane: Lane): boolean {
    if (this.#rendered[lane].length === 0) return false
    return this.#sending[lane] + this.#marked[lane].length < capOf(lane, this.channel.slots) + this.#ahead()
  }

  takeRendered(lane: Lane): Prepared | undefined {
    return this.#rendered[lane].shift()
  }

  permitted(marked: Marked): void {
    this.#marked[marked.item.message.lane].push(marked)
  }

  /** The next message for a free slot; counted as being sent until `freed`. What is early is given back to the caller. */
  next(nowMs: number, onEarly: (marked: Marked, waitMs: number) => void): Marked | undefined {
    for (;;) {
      const lane = this.#turns.next(
        one => this.#marked[one].length > 0 && roomOf(one, this.#sending, this.channel.slots) > 0,
      )
      const marked = lane === undefined ? undefined : this.#marked[lane][0]
      if (lane === undefined || marked === undefined) return undefined
      // The first connection takes its time; what has a rate would arrive together with those after it.
      if (marked.item.notBefore !== null && !this.#isWarm && this.#isSending()) return undefined
      this.#marked[lane].shift()
      const wait = this.waitMs(marked.item, nowMs)
      if (wait > 0) onEarly(marked, wait)
      else {
        this.#sending[lane] += 1
        this.#begins(marked, nowMs)
        return marked
      }
    }
  }

  /** How long a message has to wait for its moment, as far as this line is behind; 0 without a moment. */
  waitMs({ notBefore }: Prepared, nowMs: number): number {
    return notBefore === null ? 0 : Math.max(0, notBefore.getTime() + this.#behind.ms(nowMs) - nowMs)
  }

  /**
   * The next message of a lane, to follow one of that lane in its slot. None while another lane waits: it gets the slot in its
   * turn.
   */
  following(lane: Lane, nowMs: number): Marked | undefined {
    const [marked] = this.#marked[lane]
    if (marked === undefined || LANES.some(other => other !== lane && this.#marked[other].length > 0))
      return undefined
    if (this.waitMs(marked.item, nowMs) > 0) return undefined
    this.#marked[lane].shift()
    this.#begins(marked, nowMs)
    return marked
  }

  /** A slot that a send of this lane had is free; not called while another one follows in it. */
  freed(lane: Lane): void {
    this.#sending[lane] -= 1
  }

  /** A send has ended, after so many milliseconds. */
  sent(ms: number): void {
    this.#isWarm = true
    this.#sendMs += (ms - this.#sendMs) / 8
  }

  /** Takes out everything that has no permit. */
  empty(): Prepared[] {
    return Object.values(this.#rendered).flatMap(queue => queue.splice(0))
  }

  #begins({ item: { notBefore } }: Marked, nowMs: number): void {
    if (notBefore !== null) this.#behind.begins(notBefore.getTime(), nowMs)
  }

  #isSending(): boolean {
    return LANES.some(lane => this.#sending[lane] > 0)
  }

  // At a slow provider permits would run out while they wait: no more of them than its slots use up in good time.
  #ahead(): number {
    return Math.min(AHEAD, (this.channel.slots * IN_GOOD_TIME_MS) / Math.max(1, this.#sendMs))
  }
}
