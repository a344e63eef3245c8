/**
 * Takes what was done with messages, many at a time: a redirect waits for no write. What is the same is added up while it
 * waits, so that a robot on one link costs one row. What waits when the process is killed is lost: some milliseconds.
 */
import pg from 'pg'
import { delay } from '../lib/delay.ts'
import type { Log } from '../lib/log.ts'
import { addInteractions, type InteractionCount, type InteractionKind } from './interaction.store.ts'

/** One thing that was done. `n` -1 takes one back. */
export interface Interaction {
  readonly messageId: string
  readonly kind: InteractionKind
  readonly linkId: bigint
  readonly machine: boolean
  readonly at: Date
  readonly n?: 1 | -1
}

/** Takes interactions. */
export interface Interactions {
  note(interaction: Interaction): void
  /** How many different things wait to be written. */
  waiting(): number
  /** How many times of doing something were lost: too many things waited, or the database refused them for good. */
  lost(): number
  /** Resolves when what was noted so far is written, or was given up. */
  flushed(): Promise<void>
  /** The same, and gives up after so many milliseconds. */
  close(ms: number): Promise<void>
}

/** Different things that may wait; more are lost, and counted. */
export const MOST_WAITING = 50_000
const MOST_WRITTEN = 1_000
const RETRY_MS = 500

type Waiting = { -readonly [K in keyof InteractionCount]: InteractionCount[K] }

const keyOf = ({ messageId, kind, linkId, machine }: Interaction): string =>
  `${messageId} ${kind} ${linkId} ${machine}`

// What the database refuses for what it is will be refused again. A table or a right that is missing may come back.
const isOfData = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^(?:22|23)/.test(error.code ?? '')

const timesOf = (some: Iterable<{ readonly n: number }>): number => {
  let times = 0
  for (const { n } of some) times += Math.max(n, 0)
  return times
}

class Buffered implements Interactions {
  readonly #pool: pg.Pool
  readonly #log: Pick<Log, 'warn'>
  readonly #mostWaiting: number
  #waiting = new Map<string, Waiting>()
  #writing: Promise<void> | undefined
  #lost = 0
  #isOver = false

  constructor({ pool, log, mostWaiting = MOST_WAITING }: InteractionsDeps) {
    this.#pool = pool
    this.#log = log
    this.#mostWaiting = mostWaiting
  }

  note(interaction: Interaction): void {
    const { messageId, kind, linkId, machine, at, n = 1 } = interaction
    const key = keyOf(interaction)
    const found = this.#waiting.get(key)
    if (found !== undefined) {
      found.n += n
      if (at > found.lastAt) found.lastAt = at
      return
    }
    if (this.#waiting.size >= this.#mostWaiting) {
      this.#lose([{ n }])
      return
    }
    this.#waiting.set(key, { messageId, kind, linkId, machine, n, firstAt: at, lastAt: at })
    this.#writing ??= this.#write()
  }

  waiting(): number {
    return this.#waiting.size
  }

  lost(): number {
    return this.#lost
  }

  async flushed(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
  }

  async close(ms: number): Promise<void> {
    const timer = setTimeout(() => this.#giveUp(), ms)
    await this.flushed()
    clearTimeout(timer)
  }

  #giveUp(): void {
    this.#isOver = true
    this.#lose(this.#waiting.values())
    this.#waiting.clear()
  }

  #lose(some: Iterable<{ readonly n: number }>): void {
    this.#lost += timesOf(some)
  }

  #take(): Waiting[] {
    const batch: Waiting[] = []
    for (const [key, one] of this.#waiting) {
      this.#waiting.delete(key)
      if (one.n !== 0) batch.push(one)
      if (batch.length >= MOST_WRITTEN) break
    }
    return batch
  }

  async #write(): Promise<void> {
    // What comes in within one turn is one write.
    await new Promise(resolve => setImmediate(resolve))
    while (this.#waiting.size > 0) {
      const batch = this.#take()
      if (batch.length > 0) await this.#writeBatch(batch)
    }
    this.#writing = undefined
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      await addInteractions(this.#pool, batch)
    } catch (error) {
      if (isOfData(error)) {
        await this.#writeApart(batch, error)
        return
      }
      this.#log.warn({ err: error, things: batch.length }, 'opens and clicks cannot be written; tried again')
      await delay(RETRY_MS)
      if (this.#isOver) this.#lose(batch)
      else for (const one of batch) this.#putBack(one)
    }
  }

  // One that is refused keeps no other out.
  async #writeApart(batch: readonly Waiting[], error: unknown): Promise<void> {
    if (batch.length === 1) {
      this.#lose(batch)
      this.#log.warn({ err: error }, 'an open or click could not be written')
      return
    }
    const half = batch.length >> 1
    await this.#writeBatch(batch.slice(0, half))
    await this.#writeBatch(batch.slice(half))
  }

  #putBack(one: Waiting): void {
    const key = keyOf({ ...one, at: one.firstAt, n: 1 })
    const newer = this.#waiting.get(key)
    if (newer !== undefined) {
      newer.n += one.n
      newer.firstAt = one.firstAt
    } else if (this.#waiting.size < this.#mostWaiting) this.#waiting.set(key, one)
    else this.#lose([one])
  }
}

/** What they are written with. */
export interface InteractionsDeps {
  readonly pool: pg.Pool
  readonly log: Pick<Log, 'warn'>
  readonly mostWaiting?: number
}

/** One for each process that takes them. */
export const createInteractions = (deps: InteractionsDeps): Interactions => new Buffered(deps)
