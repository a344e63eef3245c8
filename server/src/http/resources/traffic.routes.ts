/** What the sandbox's transports and lanes are doing now. */
import { Traffic } from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { breakersOf, learnedRates, MOST_COUNTED, queuesOf } from '../../messages/traffic.store.ts'
import { callerOf } from '../caller.ts'
import { REFUSALS, type ResourceDeps } from './deps.ts'

/** Routes below `/api/v1`. */
export const trafficRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    app.get(
      '/traffic',
      {
        schema: {
          tags: ['Operations'],
          summary: 'Breakers and learned rates of the transports, and the queues of the lanes',
          response: { 200: Traffic, ...REFUSALS },
        },
      },
      async request => {
        const { pool, clock } = deps
        const sandboxId = callerOf(request).sandbox.id
        return {
          breakers: await breakersOf(pool, sandboxId),
          rates: await learnedRates(pool, sandboxId),
          lanes: await queuesOf(pool, { sandboxId, now: clock.now(), most: MOST_COUNTED }),
        }
      },
    )
  }
