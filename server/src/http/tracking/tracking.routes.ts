/**
 * `/t/{token}`: the tracked links of mails. A click is sent on, the pixel is a picture, the mirror page is a page. No
 * session, no cookie, and no database on the way of a click: where it leads stands in the token, which is signed.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type pg from 'pg'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Interactions } from '../../tracking/interactions.ts'
import { createLinkTokenReader, type LinkToken } from '../../tracking/link-token.ts'
import { findMirrorPage } from '../../tracking/mirror.store.ts'
import { unpackPage } from '../../tracking/page-file.ts'
import { EXAMPLE_TOKEN, TRACKING_PATH } from '../../tracking/tracking.ts'
import { sendInvalid, sendNote } from '../preferences/visit.ts'
import { createCounting, visitorOf } from './counting.ts'

/** What the routes need. */
export interface TrackingDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly secret: string
  readonly interactions: Interactions
}

const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

// A page of an author's on our host: no script runs, and it is of no origin, so that it reaches nothing of the studio's.
const MIRROR_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; default-src 'none'; " +
  "img-src * data:; media-src *; style-src * 'unsafe-inline'; font-src * data:; base-uri 'none'; form-action 'none'"

const NOT_KEPT = {
  'cache-control': 'no-store, private',
  'x-robots-tag': 'noindex, nofollow',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

const WEB: readonly string[] = ['http:', 'https:']

/** The address to send on to, in the form that a header can hold; undefined: not to the web. */
export const locationOf = (target: string): string | undefined => {
  if (!URL.canParse(target)) return undefined
  const url = new URL(target)
  return WEB.includes(url.protocol) ? url.href : undefined
}

const sendOn = (reply: FastifyReply, location: string): FastifyReply =>
  reply
    .code(302)
    .headers({ ...NOT_KEPT, location, 'content-security-policy': "default-src 'none'" })
    .send()

const sendMirror = async (
  deps: TrackingDeps,
  request: FastifyRequest,
  { reply, link }: { readonly reply: FastifyReply; readonly link: LinkToken },
): Promise<FastifyReply> => {
  const packed = await findMirrorPage(deps.pool, link.messageId)
  if (packed === undefined) return sendInvalid(request, reply)
  return reply
    .type('text/html; charset=utf-8')
    .headers({ ...NOT_KEPT, 'content-security-policy': MIRROR_POLICY })
    .send(await unpackPage(packed))
}

type TokenRequest = FastifyRequest<{ Params: { token: string } }>

const follow = (deps: TrackingDeps) => {
  const read = createLinkTokenReader(deps.secret)
  const counting = createCounting(deps)
  return async (request: TokenRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (request.params.token === EXAMPLE_TOKEN)
      return sendNote(request, reply, { status: 200, title: 'mirror', text: 'mirrorText' })
    const token = read(request.params.token, deps.clock.now())
    if (token.kind === 'none') return sendInvalid(request, reply)
    if (token.kind === 'expired')
      return sendNote(request, reply, { status: 410, title: 'invalid', text: 'invalidText' })
    const { link } = token
    const visitor = visitorOf(request)
    switch (link.kind) {
      case 'open':
        counting.opened(link, visitor)
        return reply.type('image/gif').headers(NOT_KEPT).send(PIXEL)
      case 'mirror':
        counting.mirrored(link, visitor)
        return sendMirror(deps, request, { reply, link })
      case 'click':
      case 'unsubscribe': {
        const location = locationOf(link.target)
        if (location === undefined) return sendInvalid(request, reply)
        counting.followed(link, link.kind === 'unsubscribe' ? 'unsubscribe' : 'click', visitor)
        return sendOn(reply, location)
      }
    }
  }
}

/** A route at the root. */
export const trackingRoutes =
  (deps: TrackingDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    app.setErrorHandler((error: Error, request, reply) => {
      // The token says whose message it is, so the address is not logged.
      deps.log.error({ err: error }, 'a tracked link could not be followed')
      return sendNote(request, reply, { status: 503, title: 'away', text: 'awayText' })
    })
    app.get(`${TRACKING_PATH}:token`, { schema: { hide: true } }, follow(deps))
  }
