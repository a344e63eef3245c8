/** `/s/{code}`: where the short links of messages lead. Who follows one is counted, people and machines apart. */
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { SHORT_CODE, SHORT_LINK_PATH } from '../channels/sms/short-links.ts'
import type { Clock } from '../lib/clock.ts'
import { followShortLink } from '../messages/short-link.store.ts'
import type { Interactions } from '../tracking/interactions.ts'
import { createCounting, visitorOf } from './tracking/counting.ts'

/** What the routes need. */
export interface ShortLinkDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly interactions: Interactions
}

/** Routes at the root. */
export const shortLinkRoutes =
  (deps: ShortLinkDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    const counting = createCounting(deps)
    app.route<{ Params: { code: string } }>({
      method: ['GET', 'HEAD'],
      url: `${SHORT_LINK_PATH}:code`,
      schema: { hide: true },
      handler: async (request, reply) => {
        const { code } = request.params
        const visitor = visitorOf(request)
        const now = deps.clock.now()
        const link = SHORT_CODE.test(code) ? await followShortLink(deps.pool, code, now) : undefined
        // Each click counts, so nobody between may keep the answer.
        reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
        if (link === undefined)
          return reply.code(404).type('text/plain; charset=utf-8').send('404 short-code not found')
        const { url, messageId, linkId } = link
        if (linkId !== null) counting.followed({ messageId, linkId }, 'click', visitor)
        return reply.redirect(url, 302)
      },
    })
  }
