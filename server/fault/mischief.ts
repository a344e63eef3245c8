/** What every misbehaving sink shares: drawing misdeeds by seeded chance, waits that can be ended, and the record of what was taken. */
import type { Random } from './random.ts'

/** What reached a sink, and what it did instead of its duty. */
export interface SinkRecord {
  readonly port: number
  /** When each message id was taken whole and not refused (milliseconds since 1970), in order. */
  readonly deliveries: ReadonlyMap<string, readonly number[]>
  /** How often each misdeed happened, by name. */
  readonly misdeeds: ReadonlyMap<string, number>
  /** Behaves from now on, and ends every silence. */
  calm(): void
  close(): Promise<void>
}

/** How a sink is started. Without `random` it behaves; `share` is the part of steps that go wrong. */
export interface SinkOptions {
  readonly random?: Random
  readonly share?: number
}

/** Seconds of saying nothing, then what the misdeed says. */
export const SILENCE_MS = [1_000, 6_000] as const
/** A friendly answer that comes late. */
export const SLOW_MS = [20, 1_500] as const

/** The shared part of a sink. */
export interface Mischief {
  readonly deliveries: Map<string, readonly number[]>
  readonly misdeeds: Map<string, number>
  /** One of the choices, counted under its name; undefined: behave this time. */
  draw<T extends { readonly name: string }>(step: string, choices: readonly T[]): T | undefined
  /** Waits for a while within the range, or until the sink is calmed. */
  wait(range: readonly [number, number]): Promise<void>
  take(messageId: string | undefined): void
  calm(): void
}

/** Makes the shared part; `share` is used when the options name none. */
export const createMischief = (options: SinkOptions, share: number): Mischief => {
  const open = new Set<() => void>()
  const deliveries = new Map<string, readonly number[]>()
  const misdeeds = new Map<string, number>()
  const { random } = options
  let calm = random === undefined
  return {
    deliveries,
    misdeeds,
    draw: (step, choices) => {
      if (calm || random === undefined || choices.length === 0) return undefined
      if (!random.chance(options.share ?? share)) return undefined
      const misdeed = random.pick(choices)
      const name = `${step}: ${misdeed.name}`
      misdeeds.set(name, (misdeeds.get(name) ?? 0) + 1)
      return misdeed
    },
    wait: ([low, high]) =>
      new Promise(resolve => {
        const done = (): void => {
          clearTimeout(timer)
          open.delete(done)
          resolve()
        }
        const timer = setTimeout(done, random?.between(low, high) ?? low)
        open.add(done)
      }),
    take: id => {
      if (id !== undefined) deliveries.set(id, [...(deliveries.get(id) ?? []), Date.now()])
    },
    calm: () => {
      calm = true
      for (const done of open) done()
    },
  }
}
