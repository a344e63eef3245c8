/**
 * From errors to answers: the only place where a code gets its status. Native routes answer RFC 9457 problem+json;
 * AJO's routes answer AJO's shape, with our stable code and the pointers added.
 */
import { randomUUID } from 'node:crypto'
import { ERRORS, type ErrorCode } from '@carillon/contract'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Fault, type Problem } from '../lib/fault.ts'
import type { Log } from '../lib/log.ts'
import { escapeSegment } from '../lib/unstorable.ts'

interface ValidationEntry {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Record<string, unknown>
  readonly message?: string
}

// `required` and `additionalProperties` name a member that the path does not reach.
const pointerOf = (entry: ValidationEntry): string => {
  const member = entry.params['missingProperty'] ?? entry.params['additionalProperty']
  return typeof member === 'string' ? `${entry.instancePath}/${escapeSegment(member)}` : entry.instancePath
}

const WORDS: Readonly<Record<string, (params: Record<string, unknown>) => string>> = {
  required: () => 'is missing',
  additionalProperties: () => 'is not a member of this object',
  enum: params => `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`,
  type: params => `must be of type ${String(params['type'])}`,
  minItems: params => `must have at least ${String(params['limit'])}`,
  maxItems: params => `must have at most ${String(params['limit'])}`,
  minLength: params =>
    params['limit'] === 1 ? 'must not be empty' : `must have at least ${String(params['limit'])} characters`,
  maxLength: params => `must have at most ${String(params['limit'])} characters`,
}

const messageOf = (entry: ValidationEntry): string =>
  WORDS[entry.keyword]?.(entry.params) ?? entry.message ?? 'is not valid'

const validationFault = (entries: readonly ValidationEntry[]): Fault => {
  // `anyOf` repeats what its branches said already.
  const telling = entries.filter(entry => entry.keyword !== 'anyOf' && entry.keyword !== 'if')
  const problems = telling.map((entry): Problem => ({ pointer: pointerOf(entry), message: messageOf(entry) }))
  const unique = [...new Map(problems.map(problem => [problem.pointer + problem.message, problem])).values()]
  return new Fault('payload_invalid', { problems: unique.slice(0, 50) })
}

const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
  FST_ERR_CTP_INVALID_JSON_BODY: 'payload_not_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'payload_not_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'payload_not_json',
}

// SQLSTATE 08 and 57: the connection or the server is gone; 53: it is out of something. The rest are system codes
// (ENOENT: a server's socket that is not there) and words of the client for a connection that it lost.
const isAway = (code: string): boolean =>
  /^(08|57P|53)/.test(code) || /^(ECONN|ENOTFOUND|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH)/.test(code)
const LOST =
  /Connection terminated|is not queryable|timeout exceeded when trying to connect|Query read timeout/

const UNSTORABLE = new Set(['22P05', '22021'])

/** The fault that an error of any origin is to the caller. */
export const toFault = (error: FastifyError | Error): Fault => {
  if (error instanceof Fault) return error
  const { code = '', validation, statusCode } = error as Partial<FastifyError>
  if (validation !== undefined) return validationFault(validation as unknown as ValidationEntry[])
  const known = FASTIFY_CODES[code]
  if (known !== undefined) return new Fault(known, { detail: error.message, cause: error })
  if (error instanceof SyntaxError)
    return new Fault('payload_not_json', { detail: error.message, cause: error })
  if (UNSTORABLE.has(code)) return new Fault('payload_unstorable', { cause: error })
  if (isAway(code) || LOST.test(error.message))
    return new Fault('unavailable', { retryAfterSeconds: 1, cause: error })
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new Fault('payload_invalid', { detail: error.message, cause: error })
  return new Fault('internal', { cause: error })
}

const AJO_ROUTES = /^\/(?:ajo|ims|journey)\//

const additionalContext = (body: unknown, problems: readonly Problem[]): Record<string, string> => {
  const given = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const echoed = ['requestId', 'campaignId'].flatMap(name =>
    typeof given[name] === 'string' ? [[name, given[name]]] : [],
  )
  return Object.fromEntries([...echoed, ...problems.map(({ pointer, message }) => [pointer, message])])
}

const detailOf = (fault: Fault): string => {
  const { detail, problems = [] } = fault.details
  if (detail !== undefined) return detail
  const first = problems[0]
  return first === undefined ? ERRORS[fault.code].title : `${first.pointer || 'The body'} ${first.message}.`
}

const bodyOf = (fault: Fault, request: FastifyRequest, instance: string): object => {
  const { status, title, ajo } = ERRORS[fault.code]
  const problems = fault.details.problems ?? []
  const shared = { title, status, code: fault.code, detail: detailOf(fault), instance, errors: problems }
  if (!AJO_ROUTES.test(request.url)) return { type: `urn:carillon:error:${fault.code}`, ...shared }
  return {
    type: `https://ns.adobe.com/aep/errors/${ajo}-${status}`,
    ...shared,
    report: { additionalContext: additionalContext(request.body, problems) },
  }
}

/** Answers an error; everything that is our own fault is logged with the id that the answer carries. */
export const problemSender =
  (log: Log) =>
  (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    const fault = toFault(error)
    const { status } = ERRORS[fault.code]
    const instance = `urn:uuid:${randomUUID()}`
    if (status >= 500)
      log.error({ err: fault.details.cause ?? fault, instance, url: request.url }, 'a call failed')
    if (fault.details.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(fault.details.retryAfterSeconds))
    const type = AJO_ROUTES.test(request.url) ? 'application/json' : 'application/problem+json'
    void reply
      .code(status)
      .type(type)
      .send(bodyOf(fault, request, instance))
  }
