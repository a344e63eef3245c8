/**
 * What providers post: `/api/v1/feedback/{provider}/{key}`. No token: a call is believed by its signature, which is over
 * the very bytes of its body, so nothing here parses them first.
 */
import { ProblemBody } from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { SIGNATURE_HEADER, TIMESTAMP_HEADER } from '../feedback/sendgrid.ts'
import { takeSendGrid, takeSes, type WebhookCall, type WebhookDeps } from '../feedback/webhooks.ts'

const tags = ['Feedback']
const BODY_LIMIT = 2_000_000
const KeyParams = Type.Object({ key: Type.String({ minLength: 1, maxLength: 100 }) })
const REFUSALS = { 400: ProblemBody, 401: ProblemBody, 403: ProblemBody, 404: ProblemBody, 503: ProblemBody }
type KeyRequest = FastifyRequest<{ Params: { key: string } }>

const headerOf = (request: FastifyRequest, name: string): string => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

const callOf = (request: KeyRequest): WebhookCall => ({
  key: request.params.key,
  body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  signature: headerOf(request, SIGNATURE_HEADER),
  timestamp: headerOf(request, TIMESTAMP_HEADER),
})

const TAKERS = { ses: takeSes, sendgrid: takeSendGrid } as const
const SUMMARIES = {
  ses: 'What Amazon SNS posts of Amazon SES; signed by Amazon',
  sendgrid: 'What the signed event webhook of SendGrid posts',
} as const

/** Routes at the root. */
export const webhookRoutes =
  (deps: WebhookDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
      done(null, body),
    )
    for (const provider of ['ses', 'sendgrid'] as const)
      app.post<{ Params: { key: string } }>(
        `/api/v1/feedback/${provider}/:key`,
        {
          schema: {
            ...{ tags, summary: SUMMARIES[provider], security: [], params: KeyParams },
            response: { 204: Type.Null(), ...REFUSALS },
          },
        },
        async (request, reply) => {
          await TAKERS[provider](deps, callOf(request))
          return reply.code(204).send()
        },
      )
  }
