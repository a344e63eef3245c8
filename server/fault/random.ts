/** Random numbers from a seed: the same seed draws the same numbers. Knows nothing of what is drawn. */

/** A source of random choices. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  between(low: number, high: number): number
  /** True in `share` of all cases. */
  chance(share: number): boolean
  pick<T>(choices: readonly T[]): T
  shuffled<T>(items: readonly T[]): T[]
  /** A source of its own: how much is drawn from one does not move the other. */
  fork(): Random
}

// Mulberry32: small, and even enough for choosing faults.
const createNext = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The source that belongs to a seed. */
export const createRandom = (seed: number): Random => {
  const next = createNext(seed)
  const pick = <T>(choices: readonly T[]): T => {
    const choice = choices[Math.floor(next() * choices.length)]
    if (choice === undefined) throw new RangeError('there is nothing to choose from')
    return choice
  }
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    chance: share => next() < share,
    pick,
    shuffled: items => {
      const rest = [...items]
      return items.flatMap(() => rest.splice(Math.floor(next() * rest.length), 1))
    },
    fork: () => createRandom(Math.floor(next() * 2 ** 32)),
  }
}
