/** Test clocks: in a sandbox marked for tests, time can be moved. */
import { type Static, Type } from 'typebox'
import { closed, Instant } from './shapes.ts'

/** `GET /api/v1/clock`: the sandbox's time. `offsetSeconds` is how far it is ahead of the machine's. */
export const SandboxClock = closed({
  sandbox: Type.String(),
  testClock: Type.Boolean(),
  now: Instant,
  offsetSeconds: Type.Number(),
})
/** The sandbox's time. */
export type SandboxClock = Static<typeof SandboxClock>

/** `PUT /api/v1/clock/mode`: marks the sandbox for tests, or ends that (its offset becomes 0). */
export const ClockMode = closed({ testClock: Type.Boolean() })
/** Whether a sandbox is for tests. */
export type ClockMode = Static<typeof ClockMode>

/** `POST /api/v1/clock/advance`: exactly one of the two. Time moves forward only. */
export const ClockAdvance = closed({
  seconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 316_224_000 })),
  to: Type.Optional(Instant),
})
/** How far to move. */
export type ClockAdvance = Static<typeof ClockAdvance>
/** What a move did: the new time, and how many waiting messages moved with it. */
export const ClockAdvanced = closed({ ...SandboxClock.properties, moved: Type.Integer() })
/** What a move did. */
export type ClockAdvanced = Static<typeof ClockAdvanced>
