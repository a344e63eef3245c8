/**
 * Test clocks: what time it is in a sandbox, and moving that time. A sandbox that is not marked for tests has the
 * machine's time at no cost; a marked one is asked for each time, so that nothing is ever decided by a time it has left.
 */
import type pg from 'pg'
import { type Db, transaction } from '../db/pool.ts'
import { aheadBy, type Clock } from '../lib/clock.ts'
import { delay } from '../lib/delay.ts'
import { Fault } from '../lib/fault.ts'
import {
  clockOffsets,
  giveWayAfter,
  lockClock,
  markedSandboxes,
  moveWaiting,
  type SandboxClockRow,
  writeClock,
} from './sandbox-clock.store.ts'

/** The time in each sandbox. */
export interface SandboxClocks {
  /** How far a sandbox is ahead of the machine, in milliseconds. */
  offsetMs(sandboxId: string): Promise<number>
  /** The time in a sandbox. */
  nowIn(sandboxId: string): Promise<Date>
  /** The clocks of some sandboxes, as they are ahead at this moment. */
  clocksIn(sandboxIds: readonly string[]): Promise<(sandboxId: string) => Clock>
  /** A sandbox was marked, or unmarked: this process must not wait to see it. */
  forget(): void
}

const FRESH_MS = 1_000

/** Which sandboxes are marked, read once a second at most; a mark made elsewhere is seen within a second. */
const createMarked = ({ db, clock }: { readonly db: Db; readonly clock: Clock }) => {
  let kept: { readonly at: number; readonly ids: Promise<Set<string>> } | undefined
  return {
    ids: (): Promise<Set<string>> => {
      if (kept !== undefined && clock.monotonicMs() - kept.at < FRESH_MS) return kept.ids
      const fresh = { at: clock.monotonicMs(), ids: markedSandboxes(db) }
      kept = fresh
      fresh.ids.catch(() => {
        if (kept === fresh) kept = undefined
      })
      return fresh.ids
    },
    forget: (): void => {
      kept = undefined
    },
  }
}

/** One reader per process. */
export const createSandboxClocks = (deps: { readonly db: Db; readonly clock: Clock }): SandboxClocks => {
  const { db, clock } = deps
  const marked = createMarked(deps)
  const offsets = async (sandboxIds: readonly string[]): Promise<ReadonlyMap<string, number>> => {
    const ids = await marked.ids()
    const asked = ids.size === 0 ? [] : [...new Set(sandboxIds)].filter(id => ids.has(id))
    return asked.length === 0 ? new Map() : clockOffsets(db, asked)
  }
  const offsetMs = async (sandboxId: string): Promise<number> =>
    (await offsets([sandboxId])).get(sandboxId) ?? 0
  return {
    offsetMs,
    nowIn: async sandboxId => new Date(clock.now().getTime() + (await offsetMs(sandboxId))),
    clocksIn: async sandboxIds => {
      const ahead = await offsets(sandboxIds)
      return sandboxId => aheadBy(clock, ahead.get(sandboxId) ?? 0)
    },
    forget: marked.forget,
  }
}

/** A sandbox's clock after a change, and how many waiting messages moved with it. */
export interface MovedClock extends SandboxClockRow {
  readonly moved: number
}

/** What a change of a clock needs. */
export interface ClockDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
}

/** The furthest that a clock may be ahead: a hundred years, leap days rounded up. */
export const FURTHEST_MS = 36_600 * 86_400_000
/** The longest single step. */
export const LONGEST_STEP_MS = 316_224_000_000

const GIVE_WAY_MS = 200
const PAUSE_MS = 20
const PATIENCE_MS = 10_000

// Waited too long for a row, or was chosen in a deadlock.
const gaveWay = (error: unknown): boolean =>
  ['55P03', '40P01'].includes(String((error as { code?: unknown }).code))

type Decision = Pick<SandboxClockRow, 'testClock' | 'offsetMs'>

const changeOnce = (
  deps: ClockDeps,
  sandboxId: string,
  decide: (clock: SandboxClockRow) => Decision,
): Promise<MovedClock> =>
  transaction(deps.pool, async tx => {
    await giveWayAfter(tx, GIVE_WAY_MS)
    const before = await lockClock(tx, sandboxId)
    if (before === undefined) throw new Fault('not_found')
    const after = { ...before, ...decide(before) }
    await writeClock(tx, sandboxId, after)
    const moves = { fromMs: before.offsetMs, toMs: after.offsetMs }
    return { ...after, moved: moves.fromMs === moves.toMs ? 0 : await moveWaiting(tx, sandboxId, moves) }
  })

const change = async (
  deps: ClockDeps,
  sandboxId: string,
  decide: (clock: SandboxClockRow) => Decision,
): Promise<MovedClock> => {
  const deadline = deps.clock.monotonicMs() + PATIENCE_MS
  for (;;) {
    try {
      return await changeOnce(deps, sandboxId, decide)
    } catch (error) {
      if (!gaveWay(error)) throw error
      if (deps.clock.monotonicMs() > deadline)
        throw new Fault('unavailable', {
          detail: 'The sandbox is too busy to move its clock now; nothing was changed.',
          retryAfterSeconds: 1,
          cause: error,
        })
      await delay(PAUSE_MS)
    }
  }
}

const refuseProduction = (clock: SandboxClockRow): void => {
  if (clock.production)
    throw new Fault('sandbox_production', {
      detail: `${clock.name} is a production sandbox; its time is real.`,
    })
}

/**
 * Marks a sandbox for tests, or ends that. Ending puts its clock back to the machine's time, and what waits there back
 * to where it would be had the clock never moved. A production sandbox is never marked.
 */
export const setTestClock = (deps: ClockDeps, sandboxId: string, testClock: boolean): Promise<MovedClock> =>
  change(deps, sandboxId, clock => {
    if (testClock) refuseProduction(clock)
    return { testClock, offsetMs: testClock ? clock.offsetMs : 0 }
  })

/** How far to move: by so many milliseconds, or to a moment. */
export type Step = { readonly byMs: number } | { readonly to: Date }

const wrongStep = (step: Step, message: string): Fault =>
  new Fault('payload_invalid', { problems: [{ pointer: 'to' in step ? '/to' : '/seconds', message }] })

const stepMs = (step: Step, now: Date): number => {
  const ms = 'to' in step ? step.to.getTime() - now.getTime() : step.byMs
  if (ms < 0) throw wrongStep(step, `lies before the time in the sandbox, ${now.toISOString()}`)
  if (ms > LONGEST_STEP_MS) throw wrongStep(step, 'is more than ten years away')
  return ms
}

/** Moves the clock of a marked sandbox forward, and with it all that waits there, in one transaction. */
export const advanceClock = (deps: ClockDeps, sandboxId: string, step: Step): Promise<MovedClock> =>
  change(deps, sandboxId, clock => {
    refuseProduction(clock)
    if (!clock.testClock)
      throw new Fault('resource_state', {
        detail: `${clock.name} is not marked for tests; PUT /api/v1/clock/mode {"testClock": true} marks it.`,
      })
    const ms = stepMs(step, new Date(deps.clock.now().getTime() + clock.offsetMs))
    const offsetMs = clock.offsetMs + ms
    if (offsetMs > FURTHEST_MS)
      throw wrongStep(step, 'puts the clock more than a hundred years ahead of the machine')
    return { testClock: true, offsetMs }
  })
