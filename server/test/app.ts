/** The real API on a seeded test database, called without a socket, at a time that the test moves. */
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { createConsentLinks } from '../src/consent/links.ts'
import { createClient } from '../src/http/auth/client.store.ts'
import type { Clock } from '../src/lib/clock.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { composeApi } from '../src/roles/api.ts'
import { seed } from '../src/roles/seed.ts'
import { createTracking } from '../src/tracking/tracking.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

/** A clock that starts at the machine's time and is moved by hand. */
export interface MovedClock extends Clock {
  move(ms: number): void
}

/** The machine's clock plus what it was moved by. */
export const createMovedClock = (): MovedClock => {
  let ahead = 0
  return {
    now: () => new Date(Date.now() + ahead),
    monotonicMs: () => performance.now() + ahead,
    move: ms => {
      ahead += ms
    },
  }
}

/** An answer, parsed. */
export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any
  readonly headers: Record<string, unknown>
}

/** One call; `body` is sent as JSON, `text` as it is. */
export interface Call {
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
  readonly text?: string
}

/** The API under test. */
export interface TestApi {
  readonly app: FastifyInstance
  readonly test: TestDatabase
  readonly clock: MovedClock
  readonly client: {
    readonly clientId: string
    readonly clientSecret: string
    readonly token: string
    readonly organization: string
  }
  /** Calls any route without headers of its own. */
  call(route: string, call?: Call): Promise<Answer>
  /** Calls the native API as the client, in `dev`. */
  api(route: string, body?: unknown, headers?: Call['headers']): Promise<Answer>
  /** Triggers with AJO's headers. */
  trigger(body: unknown, call?: Call & { readonly query?: string }): Promise<Answer>
  ajoHeaders(): Record<string, string>
  close(): Promise<void>
}

const toAnswer = (response: {
  statusCode: number
  body: string
  headers: Record<string, unknown>
}): Answer => {
  const isJson = String(response.headers['content-type'] ?? '').includes('json')
  return {
    status: response.statusCode,
    body: isJson && response.body !== '' ? JSON.parse(response.body) : response.body,
    headers: response.headers,
  }
}

/** The instance's secret in tests. */
export const TEST_SECRET = 'a secret of the tests, long enough'
export const TEST_URL = 'http://carillon.test'
/** What an engine beside the API is given. */
export const TEST_LINKS = createConsentLinks({ secret: TEST_SECRET, publicUrl: TEST_URL })

/** What an engine beside the API is given to track with. */
export const TEST_TRACKING = createTracking({ secret: TEST_SECRET, publicUrl: TEST_URL })

/** A clock that stands still between moves, for what counts by time. */
export const createStillClock = (): MovedClock => {
  let ms = Date.now()
  return {
    now: () => new Date(ms),
    monotonicMs: () => ms,
    move: by => {
      ms += by
    },
  }
}

/** Starts the API of a new, seeded database with one client for every sandbox. */
export const createTestApi = async (
  clock: MovedClock = createMovedClock(),
  more: Partial<Pick<Parameters<typeof composeApi>[0], 'dns' | 'fetchText' | 'sinks'>> = {},
): Promise<TestApi> => {
  const test = await createTestDatabase()
  const newId = (): string => uuidv7(clock.now().getTime())
  await seed(test.db, { now: clock.now(), newId })
  const app = await composeApi({
    pool: test.db,
    clock,
    log: pino({ level: 'silent' }),
    newId,
    random: () => 0.5,
    secret: TEST_SECRET,
    publicUrl: TEST_URL,
    fetchText: () => Promise.reject(new Error('tests reach nobody')),
    ...more,
  })
  const client = await createClient(test.db, { name: 'test', sandboxes: null, now: clock.now() })
  const call: TestApi['call'] = async (route, { headers = {}, body, text } = {}) => {
    const [method = 'GET', url = '/'] = route.split(' ')
    const kept = Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    )
    const payload = text ?? (body === undefined ? undefined : JSON.stringify(body))
    const type = payload === undefined ? {} : { 'content-type': 'application/json' }
    return toAnswer(
      await app.inject({
        method: method as 'GET',
        url,
        headers: { ...type, ...kept },
        ...(payload === undefined ? {} : { payload }),
      }),
    )
  }
  const ajoHeaders = (): Record<string, string> => ({
    authorization: `Bearer ${client.token}`,
    'x-api-key': client.clientId,
    'x-gw-ims-org-id': client.organization,
    'x-sandbox-name': 'dev',
  })
  return {
    app,
    test,
    clock,
    client,
    call,
    ajoHeaders,
    api: (route, body, headers = {}) => {
      const [method, path] = route.split(' ')
      return call(`${method} /api/v1${path}`, {
        headers: { authorization: `Bearer ${client.token}`, 'x-sandbox-name': 'dev', ...headers },
        ...(body === undefined ? {} : { body }),
      })
    },
    trigger: (body, { query = '', headers = {}, text } = {}) =>
      call(`POST /ajo/im/executions/unitary${query}`, {
        headers: { ...ajoHeaders(), ...headers },
        ...(text === undefined ? { body } : { text }),
      }),
    close: async () => {
      await app.close()
      await test.drop()
    },
  }
}
