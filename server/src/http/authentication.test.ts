import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../test/app.ts'
import { createClient } from './auth/client.store.ts'
import { createLoginLink } from './auth/session.store.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const newClient = (sandboxes: string[] | null = null) =>
  createClient(api.test.db, { name: 'other', sandboxes, now: api.clock.now() })
const health = (headers: Record<string, string | undefined>): Promise<Answer> =>
  api.call('POST /ajo/im/executions/unitary', { headers: { ...api.ajoHeaders(), ...headers }, body: {} })
const result = async (headers: Record<string, string | undefined>): Promise<unknown[]> => {
  const { status, body } = await health(headers)
  return [status, body.code]
}

describe('AJO routes', () => {
  it('ask for a valid token before anything else', async () => {
    expect(await result({ authorization: undefined, 'x-api-key': undefined })).toEqual([401, 'token_missing'])
    expect(await result({ authorization: 'Basic abc' })).toEqual([401, 'token_missing'])
    expect(await result({ authorization: 'Bearer unknown' })).toEqual([401, 'token_invalid'])
    expect(await result({ authorization: 'Bearer a.b.c' })).toEqual([401, 'token_invalid'])
  })

  it.each(['x-api-key', 'x-gw-ims-org-id', 'x-sandbox-name'])('name the missing header %s', async name => {
    const answer = await health({ [name]: undefined })
    expect([answer.status, answer.body.code, answer.body.errors[0].pointer]).toEqual([
      400,
      'header_missing',
      name,
    ])
  })

  it('refuse what belongs to somebody else', async () => {
    expect(await result({ 'x-api-key': (await newClient()).clientId })).toEqual([403, 'api_key_foreign'])
    expect(await result({ 'x-gw-ims-org-id': 'ABC@AdobeOrg' })).toEqual([403, 'organization_foreign'])
    expect(await result({ 'x-sandbox-name': 'nowhere' })).toEqual([403, 'sandbox_forbidden'])
    const dev = await newClient(['dev'])
    const own = { authorization: `Bearer ${dev.token}`, 'x-api-key': dev.clientId }
    expect(await result({ ...own, 'x-sandbox-name': 'prod' })).toEqual([403, 'sandbox_forbidden'])
    expect(await result(own)).toEqual([400, 'payload_invalid'])
  })

  it('answer the health check without a sandbox', async () => {
    const { 'x-sandbox-name': _sandbox, ...headers } = api.ajoHeaders()
    expect((await api.call('GET /ajo/im/health', { headers })).status).toBe(200)
    expect((await api.call('GET /ajo/im/health')).status).toBe(401)
  })
})

describe('OAuth client credentials', () => {
  const ask = (members: Record<string, string>, form = true): Promise<Answer> =>
    form
      ? api.call('POST /ims/token/v3', {
          text: new URLSearchParams(members).toString(),
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        })
      : api.call('POST /ims/token/v3', { body: members })
  const credentials = () => ({
    grant_type: 'client_credentials',
    client_id: api.client.clientId,
    client_secret: api.client.clientSecret,
  })

  it('give a token of 24 hours, for a form and for JSON', async () => {
    for (const form of [true, false]) {
      const answer = await ask({ ...credentials(), scope: 'openid,AdobeID' }, form)
      expect(answer.body).toMatchObject({ token_type: 'bearer', expires_in: 86_399 })
      expect(await result({ authorization: `Bearer ${answer.body.access_token}` })).toEqual([
        400,
        'payload_invalid',
      ])
    }
  })

  it('are refused when they are wrong', async () => {
    expect((await ask({ ...credentials(), client_secret: 'wrong' })).body.code).toBe('credentials_wrong')
    expect((await ask({ ...credentials(), grant_type: 'password' })).body.errors[0].pointer).toBe(
      '/grant_type',
    )
    expect(
      (await ask({ grant_type: 'client_credentials' })).body.errors.map(
        (one: { pointer: string }) => one.pointer,
      ),
    ).toEqual(['/client_id', '/client_secret'])
  })

  it("end within a second of the client's revocation, and after 24 hours", async () => {
    const client = await newClient()
    const { body } = await ask({
      grant_type: 'client_credentials',
      client_id: client.clientId,
      client_secret: client.clientSecret,
    })
    const tokens = [client.token, body.access_token].map(token => ({
      authorization: `Bearer ${token}`,
      'x-api-key': client.clientId,
    }))
    for (const token of tokens) expect(await result(token)).toEqual([400, 'payload_invalid'])
    expect((await api.api(`DELETE /clients/${client.clientId}`)).status).toBe(204)
    api.clock.move(1_000)
    for (const token of tokens) expect(await result(token)).toEqual([401, 'token_invalid'])
    const own = (await ask(credentials())).body.access_token
    api.clock.move(86_400_000)
    expect(await result({ authorization: `Bearer ${own}` })).toEqual([401, 'token_invalid'])
  })
})

describe('the studio', () => {
  const cookieOf = (answer: Answer): string => String(answer.headers['set-cookie']).split(';')[0] ?? ''
  const logIn = async (): Promise<{ cookie: string; csrf: string }> => {
    const token = await createLoginLink(api.test.db, { now: api.clock.now() })
    const answer = await api.call('POST /api/v1/session/link', { body: { token } })
    return { cookie: cookieOf(answer), csrf: answer.body.csrfToken }
  }

  it('opens by a link once, within an hour, with a cookie that scripts cannot read', async () => {
    const token = await createLoginLink(api.test.db, { now: api.clock.now() })
    const first = await api.call('POST /api/v1/session/link', { body: { token } })
    expect(first.status).toBe(200)
    expect(String(first.headers['set-cookie'])).toMatch(
      /^carillon_session=\S+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    expect((await api.call('POST /api/v1/session/link', { body: { token } })).body.code).toBe('link_invalid')
    const late = await createLoginLink(api.test.db, { now: api.clock.now() })
    api.clock.move(3_600_001)
    expect((await api.call('POST /api/v1/session/link', { body: { token: late } })).body.code).toBe(
      'link_invalid',
    )
  })

  it('asks for the CSRF token on every change, and for none to read', async () => {
    const { cookie, csrf } = await logIn()
    expect((await api.call('GET /api/v1/campaigns', { headers: { cookie } })).status).toBe(200)
    expect(
      (await api.call('POST /api/v1/campaigns', { headers: { cookie }, body: { name: 'x' } })).body.code,
    ).toBe('csrf_invalid')
    expect(
      (
        await api.call('POST /api/v1/campaigns', {
          headers: { cookie, 'x-csrf-token': 'wrong' },
          body: { name: 'x' },
        })
      ).status,
    ).toBe(403)
    expect(
      (
        await api.call('POST /api/v1/campaigns', {
          headers: { cookie, 'x-csrf-token': csrf },
          body: { name: 'x' },
        })
      ).status,
    ).toBe(201)
  })

  it('refuses a log-in that comes from another site', async () => {
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect(
      (await api.call('POST /api/v1/session', { headers, body: { name: 'admin', password: 'x' } })).body.code,
    ).toBe('csrf_invalid')
  })

  it('lets a person set a password, log in by it, and ends the other sessions', async () => {
    const [one, other] = [await logIn(), await logIn()]
    const set = await api.call('PUT /api/v1/session/password', {
      headers: { cookie: one.cookie, 'x-csrf-token': one.csrf },
      body: { name: 'Ada', password: 'a long password' },
    })
    expect(set.body).toMatchObject({ user: { name: 'Ada' }, passwordSet: true })
    expect((await api.call('GET /api/v1/session', { headers: { cookie: other.cookie } })).status).toBe(401)
    expect((await api.call('GET /api/v1/session', { headers: { cookie: one.cookie } })).status).toBe(200)
    const entered = await api.call('POST /api/v1/session', {
      body: { name: 'Ada', password: 'a long password' },
    })
    expect(entered.status).toBe(200)
    const change = {
      headers: { cookie: one.cookie, 'x-csrf-token': one.csrf },
      body: { current: 'wrong', password: 'another password' },
    }
    expect((await api.call('PUT /api/v1/session/password', change)).body.code).toBe('credentials_wrong')
    const session = { cookie: cookieOf(entered), 'x-csrf-token': entered.body.csrfToken }
    expect((await api.call('DELETE /api/v1/session', { headers: session })).status).toBe(204)
    expect((await api.call('GET /api/v1/session', { headers: session })).body.code).toBe('session_missing')
  })

  it('makes a guesser wait, and says how long', async () => {
    const guess = (): Promise<Answer> =>
      api.call('POST /api/v1/session', { body: { name: 'nobody', password: 'guess' } })
    for (let i = 0; i < 10; i++) expect((await guess()).body.code).toBe('credentials_wrong')
    const refused = await guess()
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited'])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    api.clock.move(15 * 60_000)
    expect((await guess()).status).toBe(401)
  })
})

describe('sandboxes', () => {
  it('keep what is in them to themselves', async () => {
    const { body: campaign } = await api.api('POST /campaigns', { name: 'Only in dev' })
    const prod = { 'x-sandbox-name': 'prod' }
    expect((await api.api(`GET /campaigns/${campaign.id}`, undefined, prod)).status).toBe(404)
    expect((await api.api(`PATCH /campaigns/${campaign.id}`, { name: 'x' }, prod)).status).toBe(404)
    expect((await api.api('GET /campaigns', undefined, prod)).body.items).toEqual([])
    const { body: made } = await api.api('POST /profiles', {
      identities: [{ namespace: 'email', value: 'same@example.test' }],
      attributes: { a: 1 },
    })
    expect((await api.api(`GET /profiles/${made.id}`, undefined, prod)).status).toBe(404)
    const { body: twin } = await api.api(
      'POST /profiles',
      { identities: [{ namespace: 'email', value: 'same@example.test' }], attributes: {} },
      prod,
    )
    expect(twin.id).not.toBe(made.id)
  })
})

describe('the description of the API', () => {
  it('is OpenAPI 3.1 and has every route', async () => {
    const { body } = await api.call('GET /api/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    const described = Object.entries(body.paths as Record<string, object>).flatMap(([path, item]) =>
      Object.keys(item).map(method => `${method.toUpperCase()} ${path}`),
    )
    for (const route of [
      'POST /ajo/im/executions/unitary',
      'POST /ims/token/v3',
      'PATCH /api/v1/campaigns/{id}',
      'GET /api/v1/inbox/{id}/raw',
      'GET /healthz',
    ])
      expect(described).toContain(route)
    for (const item of Object.values(body.paths as Record<string, Record<string, { summary?: string }>>))
      for (const operation of Object.values(item)) expect(operation.summary).toBeTruthy()
    expect((await api.call('GET /api/docs/')).status).toBe(200)
  })

  it('names unknown routes and refuses unknown members', async () => {
    expect(
      (await api.call('GET /api/v1/nothing', { headers: { authorization: `Bearer ${api.client.token}` } }))
        .body.code,
    ).toBe('method_unknown')
    const answer = await api.api('POST /campaigns', { name: 'x', colour: 'red' })
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/colour'])
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })
})
