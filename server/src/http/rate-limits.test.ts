import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, createStillClock, createTestApi, type TestApi } from '../../test/app.ts'
import { createRateLimits } from './auth/rate-limits.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi(createStillClock())
})
afterAll(() => api.close())

// The test's own client, which makes the changes, has no limit.
let client: { clientId: string; clientSecret: string; token: string }
beforeEach(async () => {
  client = (await api.api('POST /clients', { name: 'limited', callsPerSecond: 3 })).body
})
const list = (token = client.token): Promise<Answer> =>
  api.call('GET /api/v1/campaigns', { headers: { authorization: `Bearer ${token}` } })
const statuses = async (times: number): Promise<Record<number, number>> => {
  const counts: Record<number, number> = {}
  for (const { status } of await Promise.all(Array.from({ length: times }, () => list())))
    counts[status] = (counts[status] ?? 0) + 1
  return counts
}
const limit = (callsPerSecond: number | null): Promise<Answer> =>
  api.api(`PATCH /clients/${client.clientId}`, { callsPerSecond })

describe('a client with a limit', () => {
  it('is refused above it with 429 and Retry-After, and served again a second later', async () => {
    expect(await statuses(5)).toEqual({ 200: 3, 429: 2 })
    const refused = await list()
    expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([
      429,
      'rate_limited',
      '1',
    ])
    api.clock.move(1_000)
    expect(await statuses(5)).toEqual({ 200: 3, 429: 2 })
  })

  it('is refused on AJO routes too, in their shape; its tokens share the limit', async () => {
    const form = {
      grant_type: 'client_credentials',
      client_id: client.clientId,
      client_secret: client.clientSecret,
    }
    const { access_token } = (await api.call('POST /ims/token/v3', { body: form })).body
    const health = (token: string): Promise<Answer> =>
      api.call('GET /ajo/im/health', {
        headers: { ...api.ajoHeaders(), authorization: `Bearer ${token}`, 'x-api-key': client.clientId },
      })
    const answers = [
      await health(access_token),
      await health(client.token),
      await health(access_token),
      await health(client.token),
    ]
    expect(answers.map(answer => answer.status)).toEqual([200, 200, 200, 429])
    expect(answers[3]?.body).toMatchObject({
      type: 'https://ns.adobe.com/aep/errors/CJMRT-000071-429',
      code: 'rate_limited',
      report: {},
    })
  })

  it('does not slow another client down', async () => {
    expect(await statuses(4)).toEqual({ 200: 3, 429: 1 })
    expect((await list(api.client.token)).status).toBe(200)
  })

  it('shows it, and has another one, or none, within a second of the change', async () => {
    const shown = async (): Promise<unknown> =>
      (await api.api('GET /clients')).body.items.find(
        (one: { clientId: string }) => one.clientId === client.clientId,
      ).callsPerSecond
    expect(await shown()).toBe(3)
    const answer = await limit(null)
    expect([answer.status, answer.body.clientId, answer.body.callsPerSecond]).toEqual([
      200,
      client.clientId,
      null,
    ])
    expect(await shown()).toBeNull()
    api.clock.move(1_000)
    expect(await statuses(60)).toEqual({ 200: 60 })
    await limit(10)
    api.clock.move(1_000)
    expect(await statuses(60)).toEqual({ 200: 10, 429: 50 })
  })

  it('that is unknown, or not a whole number above zero, is refused', async () => {
    expect((await api.api('PATCH /clients/nobody', { callsPerSecond: 1 })).status).toBe(404)
    for (const wrong of [0, -1, 1.5, '5', 100_001])
      expect((await api.api('POST /clients', { name: 'x', callsPerSecond: wrong })).body).toMatchObject({
        status: 400,
        errors: expect.arrayContaining([expect.objectContaining({ pointer: '/callsPerSecond' })]),
      })
    expect((await api.api(`PATCH /clients/${client.clientId}`, {})).status).toBe(400)
  })
})

describe('a bucket', () => {
  const still = () => {
    const clock = createStillClock()
    const limits = createRateLimits(clock)
    const takes = (perSecond: number | null, times: number): number => {
      let taken = 0
      for (let i = 0; i < times; i++)
        try {
          limits.take('a', perSecond)
          taken++
        } catch {
          // counted by what is missing
        }
      return taken
    }
    return { takes, move: clock.move }
  }

  it('holds one second, fills evenly, and never holds more', () => {
    const { takes, move } = still()
    expect(takes(10, 15)).toBe(10)
    move(500)
    expect(takes(10, 15)).toBe(5)
    move(60_000)
    expect(takes(10, 15)).toBe(10)
  })

  it('follows a changed rate, and starts anew after a time without a limit', () => {
    const { takes, move } = still()
    expect(takes(10, 5)).toBe(5)
    expect(takes(2, 10)).toBe(2)
    move(1_000)
    expect(takes(20, 30)).toBe(20)
    expect(takes(null, 100)).toBe(100)
    expect(takes(20, 30)).toBe(20)
  })
})
