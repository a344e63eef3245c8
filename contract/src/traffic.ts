/** Traffic of a sandbox: what every transport and limited thing is doing now, shared by all workers. */
import { type Static, Type } from 'typebox'
import { closed, Id, Instant, nullable } from './shapes.ts'

/**
 * `GET /api/v1/traffic`: breakers and learned rates that concern the sandbox's transports, and the lanes' queues.
 * `ready` are due now, `waiting` later. Each of a lane's three counts looks at 100,000 messages at most; `partial` says
 * that there are more than that, and the counts are the least there is.
 */
export const Traffic = closed({
  breakers: Type.Array(
    closed({
      transportId: Id,
      transport: Type.String(),
      failures: Type.Integer(),
      openUntil: nullable(Instant),
      code: Type.String(),
      answer: Type.String(),
      changedAt: Instant,
    }),
  ),
  rates: Type.Array(
    closed({
      key: Type.String(),
      transport: nullable(Type.String()),
      domain: nullable(Type.String()),
      ratePerSecond: Type.Number(),
      learnedAt: Instant,
    }),
  ),
  lanes: Type.Array(
    closed({
      lane: Type.String(),
      ready: Type.Integer(),
      waiting: Type.Integer(),
      held: Type.Integer(),
      oldestDueAt: nullable(Instant),
      partial: Type.Boolean(),
    }),
  ),
})
/** Traffic of a sandbox. */
export type Traffic = Static<typeof Traffic>
