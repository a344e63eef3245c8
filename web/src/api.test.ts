/** The door to the server: what it sends, and how it tells refusals apart. */
import { describe, expect, it } from 'vitest'
import { type ApiHost, ApiProblem, createApi, queryString } from './api.ts'

interface Seen {
  url: string
  init: RequestInit
}

const setup = (answer: () => Response | Promise<Response>, host: Partial<ApiHost> = {}) => {
  const seen: Seen[] = []
  let signedOut = 0
  const api = createApi({
    fetch: async (url, init) => {
      seen.push({ url, init })
      return answer()
    },
    csrfToken: () => 'token',
    sandbox: () => 'dev',
    signedOut: () => {
      signedOut += 1
    },
    ...host,
  })
  return { api, seen, signedOut: () => signedOut }
}
const json =
  (body: unknown, status = 200) =>
  () =>
    new Response(JSON.stringify(body), { status })
const problem = (status: number, code: string) =>
  json({ type: 't', code, title: code, status, detail: 'd', instance: 'i', errors: [] }, status)
const failure = async (call: Promise<unknown>): Promise<ApiProblem> => {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ApiProblem)
  return error as ApiProblem
}

describe('api', () => {
  it('leaves members without a value out of the query', () => {
    expect(queryString({ search: 'a b', status: undefined, cursor: '' })).toBe('?search=a+b')
    expect(queryString({})).toBe('')
  })

  it('sends the pieces of an upload to the sandbox it began in, whatever the page shows', async () => {
    const { api, seen } = setup(json({}))
    const call = { sandbox: 'prod', signal: new AbortController().signal }
    const bytes = new Blob(['x'], { type: 'text/csv' })
    await api.imports.append('a/b', { offset: 5, bytes }, call)
    expect(seen[0]?.url).toBe('/api/v1/imports/a%2Fb/content?offset=5')
    expect(seen[0]?.init.headers).toMatchObject({ 'x-sandbox-name': 'prod', 'content-type': 'text/csv' })
  })

  it('names the sandbox in every call and the CSRF token only in changing ones', async () => {
    const { api, seen } = setup(json({ items: [], next: null }))
    await api.campaigns.list({})
    await api.campaigns.create({ name: 'x' })
    expect(seen.map(one => one.init.headers)).toEqual([
      { accept: 'application/json', 'x-sandbox-name': 'dev' },
      {
        accept: 'application/json',
        'x-sandbox-name': 'dev',
        'x-csrf-token': 'token',
        'content-type': 'application/json',
      },
    ])
  })

  it('keeps an id in its place of the path, whatever it holds', async () => {
    const { api, seen } = setup(json({}))
    await api.executions.message('../clients?x=1')
    expect(seen[0]!.url).toBe('/api/v1/messages/..%2Fclients%3Fx%3D1')
  })

  it('rejects with the problem that the server names', async () => {
    const { api } = setup(problem(409, 'revision_stale'))
    const error = await failure(api.campaigns.patch('1', { name: 'x', revision: 1 }))
    expect(error.problem).toMatchObject({ status: 409, code: 'revision_stale', detail: 'd' })
  })

  it('makes a problem of a refusal that is not JSON', async () => {
    const { api } = setup(() => new Response('<h1>Bad gateway</h1>', { status: 502 }))
    expect((await failure(api.campaigns.get('1'))).problem).toMatchObject({ status: 502, code: 'http' })
  })

  it('makes a problem of a call without an answer', async () => {
    const { api } = setup(() => Promise.reject(new TypeError('failed to fetch')))
    expect((await failure(api.inbox.clear())).problem.code).toBe('network')
  })

  it('reports a lost session once, but not a wrong password', async () => {
    const lost = setup(problem(401, 'session_missing'))
    await failure(lost.api.campaigns.get('1'))
    expect(lost.signedOut()).toBe(1)
    const wrong = setup(problem(401, 'credentials_wrong'))
    await failure(wrong.api.session.byPassword({ name: 'a', password: 'b' }))
    expect(wrong.signedOut()).toBe(0)
  })

  it('takes an empty answer', async () => {
    const { api } = setup(() => new Response(null, { status: 204 }))
    await expect(api.inbox.clear()).resolves.toBeUndefined()
  })
})

describe('a file', () => {
  it('goes out as it is, with its type, its name and the CSRF token', async () => {
    const { api, seen } = setup(json({ id: '1' }, 202))
    await api.suppressions.upload(new Blob(['TYPE,VALUE,COMMENT']), 'my list.csv')
    const [{ url, init } = { url: '', init: {} }] = seen
    expect(url).toBe('/api/v1/suppressions/uploads?filename=my+list.csv')
    expect(init.headers).toMatchObject({ 'content-type': 'text/csv', 'x-csrf-token': 'token' })
    expect(await (init.body as Blob).text()).toBe('TYPE,VALUE,COMMENT')
  })
})
