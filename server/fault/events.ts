/** The faults that strike processes: which, when, and how each is done. The schedule comes from the seed alone. */
import { LEASE_MS } from '../src/delivery/engine.ts'
import type { FaultPostgres } from './postgres.ts'
import { type Product, signalTo, someWorker } from './product.ts'
import type { Random } from './random.ts'

/** Every fault of a process. */
export const EVENTS = ['worker-kill', 'api-kill', 'postgres-kill', 'sigstop', 'drain', 'everything'] as const
/** A fault of a process. */
export type EventKind = (typeof EVENTS)[number]

/** What strikes when, in milliseconds after the load began. */
export interface ScheduledEvent {
  readonly kind: EventKind
  readonly atMs: number
}

/** Where the faults strike; without a server of the kit's own none that kills it. */
export interface Field {
  readonly product: Product
  readonly postgres: FaultPostgres | undefined
  readonly random: Random
}

/** What the faults did. */
export interface Struck {
  /** How often each kind struck. */
  readonly counts: ReadonlyMap<EventKind, number>
  /** Workers that were killed, or frozen past their lease, and may each have left a window of unknown messages. */
  readonly victims: number
}

const EVERY_MS = 2_500

/** A schedule of one event in 2.5 seconds. A frozen worker comes at the beginning and once, for it takes its time. */
export const makeSchedule = (
  kinds: readonly EventKind[],
  seconds: number,
  random: Random,
): ScheduledEvent[] => {
  if (kinds.length === 0) return []
  const count = Math.max(1, Math.round((seconds * 1_000) / EVERY_MS))
  const drawn: EventKind[] = []
  while (drawn.length < count) drawn.push(...random.shuffled(kinds))
  const chosen = drawn
    .slice(0, count)
    .filter((kind, index) => kind !== 'sigstop' || drawn.indexOf(kind) === index)
  const times = chosen.map(() => random.between(0.05, 1) * seconds * 1_000).sort((a, b) => a - b)
  const ordered = [...chosen.filter(kind => kind === 'sigstop'), ...chosen.filter(kind => kind !== 'sigstop')]
  return ordered.map((kind, index) => ({ kind, atMs: Math.round(times[index] ?? 0) }))
}

const pause = (ms: number): Promise<void> => new Promise(next => setTimeout(next, ms))

class Striker {
  readonly #field: Field
  readonly #counts = new Map<EventKind, number>()
  readonly #frozen = new Set<number>()
  readonly #thaws: Promise<void>[] = []
  #victims = 0

  constructor(field: Field) {
    this.#field = field
  }

  async strike(kind: EventKind): Promise<void> {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1)
    const acts: Record<EventKind, () => Promise<void>> = {
      'worker-kill': () => this.#killWorker(),
      'api-kill': () => this.#killApi(),
      'postgres-kill': () => this.#killPostgres(),
      sigstop: () => this.#freezeWorker(),
      drain: () => this.#drainWorker(),
      everything: () => this.#killEverything(),
    }
    await acts[kind]()
  }

  async end(): Promise<Struck> {
    await Promise.all(this.#thaws)
    return { counts: this.#counts, victims: this.#victims }
  }

  #postgres(): FaultPostgres {
    const { postgres } = this.#field
    if (postgres === undefined) throw new RangeError('killing PostgreSQL needs a server of the kit')
    return postgres
  }

  async #worker(): Promise<number> {
    return this.#field.random.pick(await someWorker(this.#field.product, this.#frozen))
  }

  async #killWorker(): Promise<void> {
    signalTo(await this.#worker(), 'SIGKILL')
    this.#victims += 1
  }

  // The new supervisor recovers the workers of the old one at once, though they still live: they count as killed.
  async #killApi(): Promise<void> {
    this.#victims += this.#field.product.workerPids().length
    await this.#field.product.restartAfterKill()
  }

  async #killPostgres(): Promise<void> {
    const { random } = this.#field
    const postgres = this.#postgres()
    await postgres.kill()
    await pause(random.between(0, 3_000))
    await postgres.restart()
  }

  async #drainWorker(): Promise<void> {
    signalTo(await this.#worker(), 'SIGTERM')
  }

  // The others go on meanwhile; the wake comes between the end of the lease and some seconds after it.
  async #freezeWorker(): Promise<void> {
    const pid = await this.#worker()
    signalTo(pid, 'SIGSTOP')
    this.#victims += 1
    this.#frozen.add(pid)
    const thaw = async (): Promise<void> => {
      await pause(LEASE_MS + this.#field.random.between(500, 6_000))
      signalTo(pid, 'SIGCONT')
      this.#frozen.delete(pid)
    }
    this.#thaws.push(thaw())
  }

  async #killEverything(): Promise<void> {
    const { product, random } = this.#field
    const postgres = this.#postgres()
    this.#victims += product.workerPids().length
    await Promise.all([product.killAll(), postgres.kill()])
    await pause(random.between(0, 1_000))
    await postgres.restart()
    await product.start()
  }
}

/** Strikes by the schedule, one after the other; resolves when the last frozen worker is awake again. */
export const strikeAll = async (field: Field, schedule: readonly ScheduledEvent[]): Promise<Struck> => {
  const striker = new Striker(field)
  const started = performance.now()
  try {
    for (const { kind, atMs } of schedule) {
      await pause(Math.max(0, started + atMs - performance.now()))
      await striker.strike(kind)
    }
  } finally {
    await striker.end()
  }
  return striker.end()
}
