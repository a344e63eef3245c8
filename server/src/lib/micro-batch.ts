/** Turns many small submissions into few large runs. Knows nothing of what is run. */

/** How a batch runs: `run` gets the items and the number of its slot, and answers one result for each item, in order. */
export interface MicroBatchOptions<Item, Result> {
  readonly maxSize: number
  readonly inFlight: number
  /** Submissions waiting above this are refused by `onFull`, before memory grows. */
  readonly maxWaiting: number
  readonly run: (items: readonly Item[], slot: number) => Promise<readonly (Result | Error)[]>
  readonly onFull: () => Error
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: Error) => void
}

/** Submits items and gets each one's own result or error. */
export interface MicroBatch<Item, Result> {
  submit(item: Item): Promise<Result>
  /** How many submissions wait for their turn. */
  waiting(): number
}

/**
 * Groups what is submitted while a run is on its way: the first submission runs at the end of the current turn of
 * the event loop, so an idle system adds no delay, and a busy one fills its batches by itself. A run that throws
 * fails every item of its batch.
 */
export const createMicroBatch = <Item, Result>(
  options: MicroBatchOptions<Item, Result>,
): MicroBatch<Item, Result> => {
  let queue: Waiting<Item, Result>[] = []
  let scheduled = false
  const freeSlots = Array.from({ length: options.inFlight }, (_, slot) => slot)

  const settle = (batch: readonly Waiting<Item, Result>[], results: readonly (Result | Error)[]): void => {
    for (const [index, waiting] of batch.entries()) {
      const result = results[index]
      if (result instanceof Error) waiting.reject(result)
      else waiting.resolve(result as Result)
    }
  }
  const runOne = async (slot: number): Promise<void> => {
    const batch = queue.slice(0, options.maxSize)
    queue = queue.slice(batch.length)
    try {
      settle(
        batch,
        await options.run(
          batch.map(waiting => waiting.item),
          slot,
        ),
      )
    } catch (error) {
      for (const waiting of batch) waiting.reject(error as Error)
    } finally {
      freeSlots.push(slot)
      schedule()
    }
  }
  const schedule = (): void => {
    if (scheduled || queue.length === 0 || freeSlots.length === 0) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      const slot = freeSlots.pop()
      if (slot === undefined) return
      void runOne(slot)
      schedule()
    })
  }
  return {
    submit: item =>
      new Promise((resolve, reject) => {
        if (queue.length >= options.maxWaiting) return reject(options.onFull())
        queue.push({ item, resolve, reject })
        schedule()
      }),
    waiting: () => queue.length,
  }
}
