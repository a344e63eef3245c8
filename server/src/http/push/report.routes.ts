/**
 * `POST /push/reports/{token}`: a device says that a notification was touched. No session, no cookie and no database on the
 * way: what a touch counts as stands in the token, which is signed and comes with the notification.
 */
import { ProblemBody, PushReport } from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Clock } from '../../lib/clock.ts'
import { Fault } from '../../lib/fault.ts'
import type { Interactions } from '../../tracking/interactions.ts'
import { createPushReportReader, type PushReportGrant } from '../../tracking/push-report.ts'
import { PUSH_REPORT_PATH } from '../../tracking/tracking.ts'

/** What the route needs. */
export interface PushReportDeps {
  readonly clock: Clock
  readonly secret: string
  readonly interactions: Interactions
}

const BODY_LIMIT = 1_024

// Only a device has the notification, and with it the token: whoever reports is no scanner.
const count = (
  { interactions, clock }: PushReportDeps,
  grant: PushReportGrant,
  button: number | undefined,
) => {
  const { messageId, opens, links } = grant
  const shared = { messageId, machine: false, at: clock.now() }
  const linkId = links[button === undefined ? 0 : button + 1] ?? 0n
  if (button === undefined && opens) interactions.note({ ...shared, kind: 'open', linkId: 0n })
  if (linkId !== 0n) interactions.note({ ...shared, kind: 'click', linkId })
}

/** The route at the root, in a scope of its own. */
export const pushReportRoute =
  (deps: PushReportDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    const read = createPushReportReader(deps.secret)
    // A service worker and most apps send no body; whatever comes is not read.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, _body, done) =>
      done(null, undefined),
    )
    app.post<{ Params: { token: string }; Querystring: PushReport }>(
      `${PUSH_REPORT_PATH}:token`,
      {
        bodyLimit: BODY_LIMIT,
        schema: {
          ...{
            tags: ['Push'],
            summary: 'A device says that a notification, or one of its buttons, was touched',
          },
          ...{ security: [], params: Type.Object({ token: Type.String() }), querystring: PushReport },
          response: { 204: Type.Null(), 400: ProblemBody, 404: ProblemBody },
        },
      },
      async (request, reply) => {
        const grant = read(request.params.token, deps.clock.now())
        if (grant === undefined)
          throw new Fault('not_found', {
            detail: 'The report is of no notification of this instance, or too late.',
          })
        count(deps, grant, request.query.button)
        return reply.code(204).send()
      },
    )
  }
