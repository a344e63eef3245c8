/** The clock of a sandbox over HTTP: reading, marking, moving, and what campaigns make of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'

const HOUR = 3_600
const DAY = 24 * HOUR

let api: TestApi
let n = 0

beforeEach(async () => {
  api = await createTestApi()
})
afterEach(() => api.close())

const mark = (): Promise<Answer> => api.api('PUT /clock/mode', { testClock: true })
const advance = (step: object): Promise<Answer> => api.api('POST /clock/advance', step)
const isoIn = (seconds: number): string => new Date(api.clock.now().getTime() + seconds * 1_000).toISOString()
const createCampaign = async (more: object): Promise<string> => {
  const content = { subject: 'Hello', html: '<p>Hello</p>', text: null }
  const { body } = await api.api('POST /campaigns', { name: 'Clock', content, ...more })
  expect((await api.api(`POST /campaigns/${body.id}/activate`)).status).toBe(200)
  return body.id
}
const call = (campaignId: string, query = ''): Promise<Answer> => {
  const recipients = [{ type: 'external', userId: `p${++n}@example.test`, namespace: 'email' }]
  return api.trigger({ requestId: `r${n}`, campaignId, recipients }, { query })
}

describe('the clock of a sandbox', () => {
  it('shows the machine’s time until the sandbox is marked and moved', async () => {
    expect((await api.api('GET /clock')).body).toMatchObject({
      sandbox: 'dev',
      testClock: false,
      offsetSeconds: 0,
    })
    expect((await mark()).body).toMatchObject({ testClock: true, offsetSeconds: 0, moved: 0 })
    await advance({ seconds: 90.5 })
    const to = isoIn(DAY)
    expect((await advance({ to })).status).toBe(200)
    const { body } = await api.api('GET /clock')
    expect(Math.abs(Date.parse(body.now) - Date.parse(to))).toBeLessThan(5_000)
    expect(body.offsetSeconds).toBeGreaterThan(DAY - 60)
    expect((await mark()).body.offsetSeconds).toBe(body.offsetSeconds)
  })

  it('is not moved in production, nor where the sandbox is not marked', async () => {
    const prod = { 'x-sandbox-name': 'prod' }
    const refusals = [
      await api.api('PUT /clock/mode', { testClock: true }, prod),
      await api.api('POST /clock/advance', { seconds: 1 }, prod),
      await api.api('POST /clock/advance', { seconds: 1 }),
    ]
    expect(refusals.map(({ status, body }) => [status, body.code])).toEqual([
      [400, 'sandbox_production'],
      [400, 'sandbox_production'],
      [400, 'resource_state'],
    ])
    for (const headers of [{}, prod])
      expect((await api.api('GET /clock', undefined, headers)).body).toMatchObject({
        testClock: false,
        offsetSeconds: 0,
      })
  })

  it('refuses a step that is none, goes back, or goes too far', async () => {
    await mark()
    const wrong = [
      {},
      { seconds: 1, to: isoIn(60) },
      { seconds: 0 },
      { seconds: -1 },
      { seconds: 316_224_001 },
      { to: isoIn(-60) },
      { to: '9999-12-31T00:00:00Z' },
      { to: '2030-06-30T23:59:60Z' },
      { to: 'tomorrow' },
    ]
    for (const body of wrong) {
      const refused = await advance(body)
      expect([body, refused.status, refused.body.code]).toEqual([body, 400, 'payload_invalid'])
    }
    const steps = []
    for (let step = 0; step < 11; step++) steps.push((await advance({ seconds: 316_224_000 })).status)
    expect(steps).toEqual([...Array(10).fill(200), 400])
    expect((await api.api('GET /clock')).body.offsetSeconds).toBe(3_162_240_000)
  })
})

describe('campaigns', () => {
  it('a campaign that starts tomorrow refuses a call today, takes it tomorrow, and has ended the day after', async () => {
    const campaign = await createCampaign({ startAt: isoIn(DAY - HOUR), endAt: isoIn(2 * DAY - HOUR) })
    const seen = async () => [
      (await api.api(`GET /campaigns/${campaign}`)).body.status,
      (await api.api('GET /campaigns')).body.items.find((one: { id: string }) => one.id === campaign).status,
      (await call(campaign)).body.code ?? 'accepted',
      (await call(campaign, '?dryRun=true')).body.code ?? 'accepted',
    ]
    await mark()
    expect(await seen()).toEqual(['scheduled', 'scheduled', 'campaign_not_started', 'campaign_not_started'])
    await advance({ seconds: DAY })
    expect(await seen()).toEqual(['live', 'live', 'accepted', 'accepted'])
    const live = (await api.api('GET /campaigns?status=live')).body.items.map((one: { id: string }) => one.id)
    expect(live).toContain(campaign)
    await advance({ seconds: DAY })
    expect(await seen()).toEqual(['completed', 'completed', 'campaign_ended', 'campaign_ended'])
    const late = await api.api('POST /campaigns', { name: 'Late', endAt: isoIn(DAY) })
    const { findings } = (await api.api(`POST /campaigns/${late.body.id}/validate`)).body
    expect(findings.map((one: { pointer: string }) => one.pointer)).toContain('/endAt')
  })
})
