/** `/s/{code}`: where the short links of messages lead. A program that only looks (HEAD) is not counted. */
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { SHORT_CODE, SHORT_LINK_PATH } from '../channels/sms/short-links.ts'
import type { Clock } from '../lib/clock.ts'
import { followShortLink } from '../messages/short-link.store.ts'

/** Routes at the root. */
export const shortLinkRoutes =
  (deps: { readonly pool: pg.Pool; readonly clock: Clock }) =>
  async (app: FastifyInstance): Promise<void> => {
    app.route<{ Params: { code: string } }>({
      method: ['GET', 'HEAD'],
      url: `${SHORT_LINK_PATH}:code`,
      schema: { hide: true },
      handler: async (request, reply) => {
        const { code } = request.params
        const at = { now: deps.clock.now(), isLook: request.method === 'HEAD' }
        const url = SHORT_CODE.test(code) ? await followShortLink(deps.pool, code, at) : undefined
        // Each click counts, so nobody between may keep the answer.
        reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
        return url === undefined
          ? reply.code(404).type('text/plain; charset=utf-8').send('404 short-code not found')
          : reply.redirect(url, 302)
      },
    })
  }
