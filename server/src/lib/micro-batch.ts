/** Turns many small submissions into few large runs. Knows nothing of what is run. */

/** Bounds beside the number of submissions, so that a slow run can neither fill the memory nor make callers hang. */
export interface MicroBatchLimits<Item> {
  /** What an item weighs, in a unit of the caller's; asked once. */
  readonly weigh: (item: Item) => number
  /** The weight of all items that wait or run; one that would exceed it is refused by `onFull`. */
  readonly maxWeight: number
  /** The weight of one run; a single heavier item still runs, alone. */
  readonly maxRunWeight: number
  /** Who waits longer for a run than this is refused by `onLate`, and never runs. */
  readonly maxWaitMs: number
  readonly monotonicMs: () => number
  readonly onLate: () => Error
}

/** How a batch runs: `run` gets the items and the number of its slot, and answers one result for each item, in order. */
export interface MicroBatchOptions<Item, Result> {
  readonly maxSize: number
  /** Runs at a time. Beside another one a run starts only when it is a large one: few large runs cost less than many. */
  readonly inFlight: number
  /** Submissions waiting above this are refused by `onFull`, before memory grows. */
  readonly maxWaiting: number
  readonly run: (items: readonly Item[], slot: number) => Promise<readonly (Result | Error)[]>
  readonly onFull: () => Error
  readonly limits?: MicroBatchLimits<Item>
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly weight: number
  readonly since: number
  readonly resolve: (result: Result) => void
  readonly reject: (error: Error) => void
}

/** Submits items and gets each one's own result or error. */
export interface MicroBatch<Item, Result> {
  submit(item: Item): Promise<Result>
  /** How many submissions wait for their turn. */
  waiting(): number
  /** What all submissions weigh that wait or run. */
  weight(): number
}

const settle = <Item, Result>(
  batch: readonly Waiting<Item, Result>[],
  results: readonly (Result | Error)[],
): void => {
  for (const [index, waiting] of batch.entries()) {
    const result = results[index]
    if (result instanceof Error) waiting.reject(result)
    else waiting.resolve(result as Result)
  }
}

/** The queue of what waits, first in, first out, and the weight of all that is not settled. */
const createQueue = <Item, Result>(options: MicroBatchOptions<Item, Result>) => {
  const { limits } = options
  const queue: Waiting<Item, Result>[] = []
  let weight = 0
  let timer: NodeJS.Timeout | undefined
  const dropLate = (): void => {
    timer = undefined
    if (limits === undefined) return
    const late = limits.monotonicMs() - limits.maxWaitMs
    const first = queue.findIndex(waiting => waiting.since > late)
    const dropped = queue.splice(0, first < 0 ? queue.length : first)
    for (const waiting of dropped) {
      weight -= waiting.weight
      waiting.reject(limits.onLate())
    }
    watch()
  }
  // One timer for the one that waits longest.
  const watch = (): void => {
    const [oldest] = queue
    if (limits === undefined || timer !== undefined || oldest === undefined) return
    const wait = oldest.since + limits.maxWaitMs - limits.monotonicMs()
    timer = setTimeout(dropLate, Math.max(1, Math.ceil(wait))).unref()
  }
  const runSize = (): number => {
    const most = Math.min(queue.length, options.maxSize)
    if (limits === undefined) return most
    let size = 0
    for (let sum = 0; size < most; size++) {
      sum += queue[size]?.weight ?? 0
      if (size > 0 && sum > limits.maxRunWeight) break
    }
    return size
  }
  return {
    length: () => queue.length,
    /** Whether the next run is half a batch, or all that its weight allows. */
    isLarge: (): boolean => {
      const size = runSize()
      return size >= options.maxSize / 2 || size < queue.length
    },
    weight: () => weight,
    takesMore: (more: number): boolean =>
      queue.length < options.maxWaiting && (limits === undefined || weight + more <= limits.maxWeight),
    push: (waiting: Waiting<Item, Result>): void => {
      weight += waiting.weight
      queue.push(waiting)
      watch()
    },
    take: (): Waiting<Item, Result>[] => queue.splice(0, runSize()),
    release: (batch: readonly Waiting<Item, Result>[]): void => {
      for (const waiting of batch) weight -= waiting.weight
    },
  }
}

/**
 * Groups what is submitted while a run is on its way: the first submission runs at the end of the current turn of
 * the event loop, so an idle system adds no delay, and a busy one fills its batches by itself. A run that throws
 * fails every item of its batch.
 */
export const createMicroBatch = <Item, Result>(
  options: MicroBatchOptions<Item, Result>,
): MicroBatch<Item, Result> => {
  const { limits } = options
  const queue = createQueue(options)
  const freeSlots = Array.from({ length: options.inFlight }, (_, slot) => slot)
  let scheduled = false

  const runOne = async (slot: number): Promise<void> => {
    const batch = queue.take()
    const items = batch.map(waiting => waiting.item)
    try {
      if (items.length > 0) settle(batch, await options.run(items, slot))
    } catch (error) {
      for (const waiting of batch) waiting.reject(error as Error)
    } finally {
      queue.release(batch)
      freeSlots.push(slot)
      schedule()
    }
  }
  const mayRun = (): boolean =>
    queue.length() > 0 && (freeSlots.length === options.inFlight || (freeSlots.length > 0 && queue.isLarge()))
  const schedule = (): void => {
    if (scheduled || !mayRun()) return
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
        const weight = limits?.weigh(item) ?? 0
        if (!queue.takesMore(weight)) return reject(options.onFull())
        queue.push({ item, weight, since: limits?.monotonicMs() ?? 0, resolve, reject })
        schedule()
      }),
    waiting: queue.length,
    weight: queue.weight,
  }
}
