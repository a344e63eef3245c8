/** What the routes of AJO's suppression API share: their dependencies, the refusals they have in common, and who acts. */
import { AjoError } from '@carillon/contract'
import type { FastifyRequest } from 'fastify'
import type pg from 'pg'
import type { ListAuthor } from '../consent/suppression.ts'
import type { Clock } from '../lib/clock.ts'
import type { Authenticator } from './auth/authenticator.ts'
import { callerOf } from './caller.ts'

/** What the routes need. */
export interface AjoSuppressionDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly newId: () => string
  readonly organization: string
  readonly auth: Authenticator
}

/** Who calls, as the author of a change. */
export const authorOf = (request: FastifyRequest, deps: AjoSuppressionDeps): ListAuthor => {
  const { sandbox, name } = callerOf(request)
  return { pool: deps.pool, sandboxId: sandbox.id, by: name, now: deps.clock.now(), newId: deps.newId }
}

/** What all routes declare. */
export const AJO_SUPPRESSION = {
  tags: ['Suppression and allowed lists (AJO)'],
  security: [{ bearer: [], apiKey: [], organization: [], sandbox: [] }],
}
/** The refusals of all routes. */
export const AJO_REFUSALS = Object.fromEntries(
  [400, 401, 403, 404, 413, 415, 429, 503].map(status => [status, AjoError]),
)
