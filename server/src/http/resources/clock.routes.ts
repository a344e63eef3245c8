/** The sandbox's clock: what time it is there, marking the sandbox for tests, and moving the time. */
import { ClockAdvance, ClockAdvanced, ClockMode, SandboxClock } from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { findClock, type SandboxClockRow } from '../../campaigns/sandbox-clock.store.ts'
import { advanceClock, type MovedClock, type Step, setTestClock } from '../../campaigns/sandbox-clock.ts'
import { Fault } from '../../lib/fault.ts'
import type { ResourcePlugin } from '../app.ts'
import { callerOf } from '../caller.ts'
import { orNotFound, REFUSALS, type ResourceDeps } from './deps.ts'

const tags = ['Test clock']

const toClock = (row: SandboxClockRow, now: Date): SandboxClock => ({
  sandbox: row.name,
  testClock: row.testClock,
  now: new Date(now.getTime() + row.offsetMs).toISOString(),
  offsetSeconds: row.offsetMs / 1_000,
})

const toAdvanced = (clock: MovedClock, now: Date): ClockAdvanced => ({
  ...toClock(clock, now),
  moved: clock.moved,
})

const wrong = (pointer: string, message: string): Fault =>
  new Fault('payload_invalid', { problems: [{ pointer, message }] })

const stepOf = ({ seconds, to }: ClockAdvance): Step => {
  if ((seconds === undefined) === (to === undefined)) throw wrong('', 'must have either seconds or to')
  if (seconds !== undefined) return { byMs: Math.max(1, Math.round(seconds * 1_000)) }
  const at = new Date(to ?? '')
  // RFC 3339 allows moments that JavaScript does not know, such as a leap second.
  if (Number.isNaN(at.getTime())) throw wrong('/to', 'is not a moment')
  return { to: at }
}

const changeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.put<{ Body: ClockMode }>(
    '/clock/mode',
    {
      schema: {
        tags,
        summary: 'Mark the sandbox for tests, or end that and put its clock back',
        body: ClockMode,
        response: { 200: ClockAdvanced, ...REFUSALS },
      },
    },
    async request => {
      const clock = await setTestClock(deps, callerOf(request).sandbox.id, request.body.testClock)
      deps.clocks.forget()
      return toAdvanced(clock, deps.clock.now())
    },
  )
  app.post<{ Body: ClockAdvance }>(
    '/clock/advance',
    {
      schema: {
        tags,
        summary: 'Move the clock of a test sandbox forward, and all that waits there with it',
        body: ClockAdvance,
        response: { 200: ClockAdvanced, ...REFUSALS },
      },
    },
    async request => {
      const clock = await advanceClock(deps, callerOf(request).sandbox.id, stepOf(request.body))
      return toAdvanced(clock, deps.clock.now())
    },
  )
}

/** Routes below `/api/v1`. */
export const clockRoutes =
  (deps: ResourceDeps): ResourcePlugin =>
  async (app: FastifyInstance) => {
    app.get(
      '/clock',
      { schema: { tags, summary: 'The time in the sandbox', response: { 200: SandboxClock, ...REFUSALS } } },
      async request =>
        toClock(
          orNotFound(await findClock(deps.pool, callerOf(request).sandbox.id), 'sandbox'),
          deps.clock.now(),
        ),
    )
    changeRoutes(app, deps)
  }
