/** Log-in of the studio: one-time link, then name and password; the session is a cookie that scripts cannot read. */
import { LinkLogin, PasswordChange, PasswordLogin, ProblemBody, Session } from '@carillon/contract'
import { hash, verify } from '@node-rs/argon2'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type pg from 'pg'
import { Type } from 'typebox'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import { createAttempts } from './auth/attempts.ts'
import type { Authenticator } from './auth/authenticator.ts'
import { nativeAuthentication, SESSION_COOKIE, sameOriginOnly } from './auth/hooks.ts'
import {
  createSession,
  endSession,
  type StudioUser,
  setPassword,
  useLoginLink,
  userByName,
} from './auth/session.store.ts'

/** What the routes need. */
export interface SessionDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly auth: Authenticator
  readonly organization: string
  readonly publicUrl: string
}

const MONTH_SECONDS = 30 * 86_400
const schema = (summary: string, more: object) => ({ tags: ['Session'], summary, ...more })
const errors = { 401: ProblemBody, 403: ProblemBody, 429: ProblemBody }

// Verified when there is no such name, so that an unknown name takes as long as a known one.
const NOBODY = hash('nobody has this password')

const cookieOf = (request: FastifyRequest): string => {
  const cookie = request.cookies[SESSION_COOKIE]
  if (cookie === undefined) throw new Fault('session_missing')
  return cookie
}

const createAnswers = (deps: SessionDeps) => {
  const options = {
    path: '/',
    httpOnly: true,
    sameSite: 'strict' as const,
    secure: deps.publicUrl.startsWith('https:'),
  }
  const sessionOf = async (user: StudioUser, csrfToken: string): Promise<Session> => ({
    user: { id: user.id, name: user.name },
    csrfToken,
    passwordSet: user.passwordHash !== null,
    organization: deps.organization,
    sandboxes: await deps.auth.sandboxes(),
  })
  return {
    sessionOf,
    begin: async (reply: FastifyReply, user: StudioUser): Promise<Session> => {
      const { token, csrfToken } = await createSession(deps.pool, user.id, deps.clock.now())
      void reply.setCookie(SESSION_COOKIE, token, { ...options, maxAge: MONTH_SECONDS })
      return sessionOf(user, csrfToken)
    },
    clear: (reply: FastifyReply): void => void reply.clearCookie(SESSION_COOKIE, options),
  }
}

const logInRoutes = (app: FastifyInstance, deps: SessionDeps): void => {
  const answers = createAnswers(deps)
  const attempts = createAttempts(deps.clock)
  app.post<{ Body: LinkLogin }>(
    '/api/v1/session/link',
    {
      onRequest: sameOriginOnly,
      schema: schema('Log in by a one-time link', { body: LinkLogin, response: { 200: Session, ...errors } }),
    },
    async (request, reply) => {
      attempts.check([request.ip])
      const user = await useLoginLink(deps.pool, request.body.token, deps.clock.now())
      if (user === undefined) {
        attempts.failed([request.ip])
        throw new Fault('link_invalid', {
          detail: 'The link is unknown, used or older than an hour. "carillon link" makes a new one.',
        })
      }
      return answers.begin(reply, user)
    },
  )
  app.post<{ Body: PasswordLogin }>(
    '/api/v1/session',
    {
      onRequest: sameOriginOnly,
      schema: schema('Log in by name and password', {
        body: PasswordLogin,
        response: { 200: Session, ...errors },
      }),
    },
    async (request, reply) => {
      const { name, password } = request.body
      const keys = [request.ip, `name ${name}`]
      attempts.check(keys)
      const user = await userByName(deps.pool, name)
      const matches = await verify(user?.passwordHash ?? (await NOBODY), password)
      if (user === undefined || user.passwordHash === null || !matches) {
        attempts.failed(keys)
        throw new Fault('credentials_wrong', { detail: 'Name or password is wrong.' })
      }
      attempts.succeeded(keys)
      return answers.begin(reply, user)
    },
  )
}

const changePassword = async (
  deps: SessionDeps,
  user: StudioUser,
  at: { readonly change: PasswordChange; readonly cookie: string },
): Promise<StudioUser> => {
  const { change, cookie } = at
  if (user.passwordHash !== null && !(await verify(user.passwordHash, change.current ?? '')))
    throw new Fault('credentials_wrong', {
      detail: 'The current password is wrong.',
      problems: [{ pointer: '/current', message: 'is wrong' }],
    })
  const name = change.name?.trim() || user.name
  const taken = await userByName(deps.pool, name)
  if (taken !== undefined && taken.id !== user.id)
    throw new Fault('name_taken', { problems: [{ pointer: '/name', message: 'is already used' }] })
  const passwordHash = await hash(change.password)
  await setPassword(deps.pool, { userId: user.id, name, passwordHash, keepToken: cookie })
  return { ...user, name, passwordHash }
}

/** Registers the session routes. */
export const sessionRoutes = (app: FastifyInstance, deps: SessionDeps): void => {
  logInRoutes(app, deps)
  const answers = createAnswers(deps)
  const authenticate = nativeAuthentication(deps.auth)
  app.get(
    '/api/v1/session',
    { schema: schema('Who is logged in', { response: { 200: Session, ...errors } }) },
    async request => {
      const { user, csrfToken } = await deps.auth.session(cookieOf(request))
      return answers.sessionOf(user, csrfToken)
    },
  )
  app.put<{ Body: PasswordChange }>(
    '/api/v1/session/password',
    {
      onRequest: authenticate,
      schema: schema('Set your name and password', {
        body: PasswordChange,
        response: { 200: Session, ...errors },
      }),
    },
    async request => {
      const cookie = cookieOf(request)
      const { user, csrfToken } = await deps.auth.session(cookie)
      return answers.sessionOf(await changePassword(deps, user, { change: request.body, cookie }), csrfToken)
    },
  )
  app.delete(
    '/api/v1/session',
    { onRequest: authenticate, schema: schema('Log out', { response: { 204: Type.Null(), ...errors } }) },
    async (request, reply) => {
      await endSession(deps.pool, cookieOf(request))
      answers.clear(reply)
      return reply.code(204).send()
    },
  )
}
