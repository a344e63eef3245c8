/** At most so many at once, first come first served. */

/** The gate. Every `enter` needs its `leave`. */
export interface Gate {
  enter(): Promise<void>
  leave(): void
}

/** Makes one that lets `size` inside. */
export const createGate = (size: number): Gate => {
  const waiting: (() => void)[] = []
  let inside = 0
  return {
    enter: async () => {
      if (inside < size) inside += 1
      else await new Promise<void>(resolve => waiting.push(resolve))
    },
    leave: () => {
      const next = waiting.shift()
      if (next === undefined) inside -= 1
      else next()
    },
  }
}
