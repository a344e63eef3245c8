/**
 * The lines of all transports, and who of them asks for permits next. Transports take turns, lanes do by their weight, and
 * what is urgent asks in a group of its own: it does not wait while the permits of others are under way.
 */
import type { Channel } from '../channels/channel.ts'
import type { RenderedMessage } from '../channels/rendered.ts'
import { LANES, type Lane } from '../messages/ledger.ts'
import { MOST_BEHIND_MS } from './behind.ts'
import { createTurns, type PerLane, roomOf } from './lanes.ts'
import { Line, type Prepared } from './line.ts'

/** Most permits of one statement. */
const MARK_GROUP = 64
/** A message that missed its moment by more gets a new one. */
export const LATE_MS = MOST_BEHIND_MS + 200
const [URGENT] = LANES

const isUrgent = (lane: Lane): boolean => lane === URGENT

/** What a group is taken under: the lanes that hold permits, and the most there may be. */
export interface GroupBounds {
  readonly inWindow: Readonly<PerLane>
  readonly window: number
  readonly nowMs: number
}

/** Messages that ask for their permits together, and those that missed their moment. */
export interface Group {
  readonly group: readonly Prepared[]
  readonly late: readonly Prepared[]
}

const NOBODY: Group = { group: [], late: [] }

/** Every transport's line, made when its first message comes. */
export class Lines {
  readonly #channel: (transportId: string) => Channel<RenderedMessage>
  readonly #lines = new Map<string, Line>()
  readonly #turns = createTurns()
  readonly #asking = new Set<readonly Prepared[]>()

  constructor(channel: (transportId: string) => Channel<RenderedMessage>) {
    this.#channel = channel
  }

  all(): Iterable<Line> {
    return this.#lines.values()
  }

  of(transportId: string): Line {
    const found = this.#lines.get(transportId)
    if (found !== undefined) return found
    const line = new Line(this.#channel(transportId))
    this.#lines.set(transportId, line)
    return line
  }

  /** Whether anything waits for the answer to its asking. */
  isAsking(): boolean {
    return this.#asking.size > 0
  }

  /** One group for the mark, by turns of the lanes that may ask now; it counts as asking until `answered`. */
  takeGroup(bounds: GroupBounds): Group {
    const lanes = this.#mayAsk()
    const lines = [...this.#lines.values()]
    if (!lines.some(line => lanes.some(lane => line.needsPermits(lane)))) return NOBODY
    const [group, late]: [Prepared[], Prepared[]] = [[], []]
    const taken = { ...bounds.inWindow }
    while (group.length < MARK_GROUP) {
      const lane = this.#turns.next(
        one =>
          lanes.includes(one) &&
          roomOf(one, taken, bounds.window) > 0 &&
          lines.some(line => line.wantsPermit(one)),
      )
      const item = lane === undefined ? undefined : this.#takeOne(lane)
      if (lane === undefined || item === undefined) break
      if (item.notBefore !== null && bounds.nowMs - item.notBefore.getTime() > LATE_MS) late.push(item)
      else {
        group.push(item)
        taken[lane] += 1
      }
    }
    if (group.length > 0) this.#asking.add(group)
    return { group, late }
  }

  answered(group: readonly Prepared[]): void {
    this.#asking.delete(group)
  }

  // At most one group that is urgent throughout, and one with others in it: more would be smaller ones.
  #mayAsk(): readonly Lane[] {
    const urgent = [...this.#asking].map(group => group.every(item => isUrgent(item.message.lane)))
    return LANES.filter(lane => !urgent.includes(isUrgent(lane)))
  }

  // The line that was served goes to the end.
  #takeOne(lane: Lane): Prepared | undefined {
    for (const [transportId, line] of this.#lines) {
      if (!line.wantsPermit(lane)) continue
      if (this.#lines.size > 1) {
        this.#lines.delete(transportId)
        this.#lines.set(transportId, line)
      }
      return line.takeRendered(lane)
    }
    return undefined
  }
}
