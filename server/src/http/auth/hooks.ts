/** The hooks that authenticate a request before its body is read: AJO's headers on AJO's routes, token or cookie elsewhere. */
import type { FastifyRequest } from 'fastify'
import { Fault, type Problem } from '../../lib/fault.ts'
import { type Authenticator, isEqualSecret } from './authenticator.ts'

/** The name of the studio's cookie. */
export const SESSION_COOKIE = 'carillon_session'

const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

const requireHeaders = (request: FastifyRequest, names: readonly string[]): void => {
  const problems = names.flatMap((name): Problem[] =>
    headerOf(request, name) === undefined ? [{ pointer: name, message: 'is missing' }] : [],
  )
  if (problems.length > 0) throw new Fault('header_missing', { problems })
}

const forbid = (code: 'api_key_foreign' | 'organization_foreign', pointer: string, message: string): Fault =>
  new Fault(code, { problems: [{ pointer, message }] })

/** AJO's four headers: the token first (401), then what is missing (400), then what is foreign (403). */
export const ajoAuthentication =
  (auth: Authenticator, organization: string, options: { readonly sandbox: boolean }) =>
  async (request: FastifyRequest): Promise<void> => {
    const client = await auth.client(request.headers.authorization)
    requireHeaders(request, ['x-api-key', 'x-gw-ims-org-id', ...(options.sandbox ? ['x-sandbox-name'] : [])])
    if (headerOf(request, 'x-api-key') !== client.id)
      throw forbid('api_key_foreign', 'x-api-key', 'is not the client id of the access token')
    if (headerOf(request, 'x-gw-ims-org-id') !== organization)
      throw forbid('organization_foreign', 'x-gw-ims-org-id', 'is not the organization of this instance')
    const sandbox = await auth.sandboxOf(client, headerOf(request, 'x-sandbox-name'))
    request.caller = { kind: 'client', name: client.name, sandbox }
  }

// A link that a browser follows has no headers of ours: there the sandbox stands in the query. Only what is read can be
// asked for in this way; a route that does not declare the member refuses it.
const sandboxOf = (request: FastifyRequest): string | undefined => {
  const { sandbox } = (request.query ?? {}) as { readonly sandbox?: unknown }
  const linked = request.method === 'GET' && typeof sandbox === 'string' ? sandbox : undefined
  return headerOf(request, 'x-sandbox-name') ?? linked
}

const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

const studioCaller = async (auth: Authenticator, request: FastifyRequest, cookie: string): Promise<void> => {
  const { user, csrfToken } = await auth.session(cookie)
  if (CHANGING.has(request.method) && !isEqualSecret(headerOf(request, 'x-csrf-token') ?? '', csrfToken))
    throw new Fault('csrf_invalid')
  const sandbox = await auth.sandbox(sandboxOf(request) ?? 'dev')
  request.caller = { kind: 'studio', name: user.name, sandbox, userId: user.id }
}

/** The native API: a bearer token, or the studio's cookie with its CSRF token on every change. */
export const nativeAuthentication =
  (auth: Authenticator) =>
  async (request: FastifyRequest): Promise<void> => {
    const cookie = request.cookies[SESSION_COOKIE]
    if (request.headers.authorization === undefined && cookie !== undefined)
      return studioCaller(auth, request, cookie)
    const client = await auth.client(request.headers.authorization)
    const sandbox = await auth.sandboxOf(client, sandboxOf(request))
    request.caller = { kind: 'client', name: client.name, sandbox }
  }

/** Log-in calls come without a session: they must come from our own pages, as every browser says. */
export const sameOriginOnly = async (request: FastifyRequest): Promise<void> => {
  const site = headerOf(request, 'sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new Fault('csrf_invalid')
  const origin = headerOf(request, 'origin')
  if (origin === undefined || site !== undefined) return
  if (!URL.canParse(origin) || new URL(origin).host !== request.headers.host) throw new Fault('csrf_invalid')
}
