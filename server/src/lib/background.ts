/**
 * Long work as rows that advance: every task takes one small step in transactions of its own and says whether it has
 * more. Whoever is killed loses nothing but the step, and another process takes the next one at once.
 */
import { createBell } from './delay.ts'
import type { Log } from './log.ts'

/** One kind of long work. `advance` takes a step of at most a second or so; true: there is more to do at once. */
export interface BackgroundTask {
  readonly name: string
  advance(): Promise<boolean>
}

/** Tasks at work. */
export interface Background {
  /** Looks for work now instead of at the next poll. */
  wake(): void
  /** Begins no step any more; resolves when the last one has ended. */
  stop(): Promise<void>
}

const POLL_MS = 1_000

/** Advances the tasks in turn; a task that fails is told of in the log and tried again at the next poll. */
export const startBackground = (tasks: readonly BackgroundTask[], log: Log): Background => {
  const bell = createBell()
  let isRunning = true
  const advance = async (task: BackgroundTask): Promise<boolean> => {
    try {
      return await task.advance()
    } catch (error) {
      log.error({ err: error, task: task.name }, 'work in the background failed; tried again')
      return false
    }
  }
  const loop = async (): Promise<void> => {
    while (isRunning) {
      let hasMore = false
      for (const task of tasks) if (isRunning && (await advance(task))) hasMore = true
      if (isRunning && !hasMore) await bell.wait(POLL_MS)
    }
  }
  const ended = loop()
  return {
    wake: () => bell.ring(),
    stop: () => {
      isRunning = false
      bell.ring()
      return ended
    },
  }
}
