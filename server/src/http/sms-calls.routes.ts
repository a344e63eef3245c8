/**
 * What providers of short messages post: `/api/v1/sms/calls/{transport}`. No token of ours: a call is believed by its
 * signature, which is over its very bytes and address, or by the secret in its address, so nothing here parses it first.
 */
import { ProblemBody } from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { SMS_CALLS_PATH } from '../channels/sms/call-address.ts'
import { type SmsCallDeps, takeSmsCall } from '../feedback/sms/calls.ts'

const BODY_LIMIT = 1_000_000
const REFUSALS = { 400: ProblemBody, 401: ProblemBody, 403: ProblemBody, 404: ProblemBody, 503: ProblemBody }

/** Routes at the root. */
export const smsCallRoutes =
  (deps: SmsCallDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
      done(null, body),
    )
    app.post<{ Params: { key: string } }>(
      `${SMS_CALLS_PATH}:key`,
      {
        schema: {
          ...{ tags: ['Feedback'], summary: 'What a provider of short messages posts', security: [] },
          params: Type.Object({ key: Type.String({ minLength: 1, maxLength: 100 }) }),
          response: { 204: Type.Null(), ...REFUSALS },
        },
      },
      async (request, reply) => {
        await takeSmsCall(deps, {
          transportId: request.params.key,
          path: request.url,
          headers: request.headers,
          body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        })
        return reply.code(204).send()
      },
    )
  }
