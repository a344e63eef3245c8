/** AJO's routes of marketing campaigns, good and bad. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../test/app.ts'
import { createAudience, createMarketing, createPeople, runTasks, untilIdle } from '../../test/marketing.ts'

let api: TestApi
let people: string[]
let audienceId: string
let campaignId: string
beforeAll(async () => {
  api = await createTestApi()
  people = await createPeople(api, 'route', [{}, {}, {}])
  audienceId = await createAudience(api, people)
})
afterAll(() => api.close())
beforeEach(async () => {
  campaignId = await createMarketing(api, { audienceId })
})

const headers = () => api.ajoHeaders()
const post = (body: unknown): Promise<Answer> =>
  api.call('POST /ajo/im/executions/audience', { headers: headers(), body })
const get = (path: string): Promise<Answer> =>
  api.call(`GET /ajo/im/executions/${path}`, { headers: headers() })
const refusal = ({ status, body }: Answer): unknown[] => [
  status,
  body.code,
  body.errors.map((one: { pointer: string }) => one.pointer),
]
const tomorrow = (): string => new Date(api.clock.now().getTime() + 86_400_000).toISOString()

describe('a call for an audience', () => {
  it('is accepted with a campaign alone: its own audience is used, and the run says how many were targeted', async () => {
    const { status, body } = await post({ campaignId, context: { code: 'A1' } })
    expect(status).toBe(202)
    expect(body.executionId).toMatch(/^CMA-/)
    expect(body.requestId).toBeUndefined()
    expect((await get(`audience/${body.executionId}`)).body).toMatchObject({
      ...{ executionId: body.executionId, status: 'InProgress', campaignId, audienceId },
      targetedProfileCount: 0,
    })
    await untilIdle(runTasks(api))
    expect((await get(`audience/${body.executionId}`)).body).toMatchObject({
      status: 'InProgress',
      targetedProfileCount: 3,
    })
    const execution = (await api.api(`GET /executions/${body.executionId}`)).body
    expect(execution.counts).toMatchObject({ accepted: 3, open: 3 })
    expect(execution.run).toMatchObject({ state: 'added', members: 3, taken: 3 })
  })

  it('takes another audience that it names', async () => {
    const other = await createAudience(api, people.slice(0, 1))
    const { body } = await post({ campaignId, audience: { id: other } })
    await untilIdle(runTasks(api))
    expect((await get(`audience/${body.executionId}`)).body).toMatchObject({
      audienceId: other,
      targetedProfileCount: 1,
    })
  })

  it('with a requestId is accepted once, also when it comes many times at once', async () => {
    const call = { requestId: `once-${campaignId}`, campaignId, context: { n: 1 } }
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(call)))
    expect(new Set(answers.map(one => one.status))).toEqual(new Set([202]))
    expect(new Set(answers.map(one => one.body.executionId)).size).toBe(1)
    await api.api(`POST /campaigns/${campaignId}/stop`)
    expect((await post(call)).body.executionId).toBe(answers[0]?.body.executionId)
    expect(refusal(await post({ ...call, context: { n: 2 } }))).toEqual([
      409,
      'request_id_conflict',
      ['/requestId'],
    ])
    const { rows } = await api.test.db.query('select 1 from audience_run where campaign_id = $1', [
      campaignId,
    ])
    expect(rows).toHaveLength(1)
  })

  it('is refused with the member at fault, and leaves no key behind', async () => {
    const none = '0198c0de-0000-7000-8000-000000000009'
    const requestId = `refused-${campaignId}`
    expect(refusal(await post({ requestId, campaignId: none }))).toEqual([
      ...[400, 'campaign_unknown', ['/campaignId']],
    ])
    expect(refusal(await post({ requestId, campaignId, audience: { id: none } }))).toEqual([
      ...[400, 'audience_unknown', ['/audience/id']],
    ])
    expect(refusal(await post({ requestId, campaignId, audience: { id: 'x\0' } }))[0]).toBe(400)
    expect(refusal(await post({ requestId, campaignId, audience: {} }))).toEqual([
      ...[400, 'payload_invalid', ['/audience/id']],
    ])
    expect(refusal(await post({ requestId }))).toEqual([400, 'payload_invalid', ['/campaignId']])
    const past = { executeAt: '2020-01-01T00:00:00Z' }
    expect(refusal(await post({ requestId, campaignId, schedule: past }))).toEqual([
      ...[400, 'payload_invalid', ['/schedule/executeAt']],
    ])
    const context = { long: 'x'.repeat(200_001) }
    expect(refusal(await post({ requestId, campaignId, context }))).toEqual([
      ...[400, 'payload_invalid', ['/context']],
    ])
    const { rows } = await api.test.db.query('select 1 from trigger_key where request_id = $1', [requestId])
    expect(rows).toEqual([])
    expect((await post({ requestId, campaignId })).status).toBe(202)
  })

  it('keeps the kinds apart: a marketing campaign takes no unitary call, a transactional one no audience', async () => {
    const recipients = [{ type: 'aep', userId: 'route0@example.test', namespace: 'email' }]
    const unitary = await api.trigger({ requestId: 'u1', campaignId, recipients })
    expect(refusal(unitary)).toEqual([400, 'campaign_marketing', ['/campaignId']])
    const other = await createMarketing(api, { category: 'transactional' })
    expect(refusal(await post({ campaignId: other }))).toEqual([
      ...[400, 'campaign_not_marketing', ['/campaignId']],
    ])
  })

  it('needs an audience at activation, and knows its people', async () => {
    const { body } = await api.api('POST /campaigns', {
      ...{ name: 'None', category: 'marketing', highThroughput: true },
      content: { subject: 'x', html: 'x', text: null },
    })
    const { body: found } = await api.api(`POST /campaigns/${body.id}/validate`)
    expect(found.findings.map((one: { pointer: string }) => one.pointer)).toEqual([
      '/audienceId',
      '/highThroughput',
    ])
  })
})

describe('a schedule', () => {
  it('waits for its moment, becomes an execution, and cannot be taken back then', async () => {
    const executeAt = tomorrow()
    const { status, body } = await post({ campaignId, schedule: { executeAt } })
    expect(status).toBe(202)
    expect(body).toEqual({ scheduleId: body.scheduleId, scheduleStatus: 'Scheduled', campaignId, executeAt })
    await untilIdle(runTasks(api))
    expect((await get(`schedules/${body.scheduleId}`)).body.scheduleStatus).toBe('Scheduled')
    api.clock.move(2 * 86_400_000)
    await untilIdle(runTasks(api))
    const { body: after } = await get(`schedules/${body.scheduleId}`)
    expect(after).toMatchObject({
      scheduleStatus: 'Triggered',
      executionDetails: { status: 'InProgress', targetedProfileCount: 3, campaignId, audienceId },
    })
    const late = await api.call(`DELETE /ajo/im/executions/schedules/${body.scheduleId}`, {
      headers: headers(),
    })
    expect([late.status, late.body.code]).toEqual([400, 'schedule_over'])
  })

  it('that is taken back is gone, and never begins', async () => {
    const { body } = await post({ campaignId, schedule: { executeAt: tomorrow() } })
    const path = `schedules/${body.scheduleId}`
    const gone = await api.call(`DELETE /ajo/im/executions/${path}`, { headers: headers() })
    expect([gone.status, gone.body]).toEqual([200, {}])
    expect((await get(path)).status).toBe(404)
    api.clock.move(2 * 86_400_000)
    await untilIdle(runTasks(api))
    expect((await api.api(`GET /schedules/${body.scheduleId}`)).body).toMatchObject({
      ...{ status: 'cancelled', executionId: null, modifiedBy: 'test' },
    })
  })

  it('can be moved, and is told apart from what the campaign became meanwhile', async () => {
    const { body } = await post({ campaignId, schedule: { executeAt: tomorrow() } })
    const later = new Date(api.clock.now().getTime() + 3 * 86_400_000).toISOString()
    const moved = await api.api(`PATCH /schedules/${body.scheduleId}`, { executeAt: later })
    expect([moved.status, moved.body.executeAt]).toEqual([200, later])
    const past = await api.api(`PATCH /schedules/${body.scheduleId}`, { executeAt: '2020-01-01T00:00:00Z' })
    expect(refusal(past)).toEqual([400, 'payload_invalid', ['/executeAt']])
    await api.api(`POST /campaigns/${campaignId}/stop`)
    api.clock.move(4 * 86_400_000)
    await untilIdle(runTasks(api))
    const { body: failed } = await api.api(`GET /schedules/${body.scheduleId}`)
    expect([failed.status, failed.detail]).toEqual(['failed', 'The campaign was stopped.'])
    expect((await get(`schedules/${body.scheduleId}`)).body.scheduleStatus).toBe('Triggered')
    const { items } = (await api.api('GET /schedules?status=failed')).body
    expect(items.map((one: { id: string }) => one.id)).toContain(body.scheduleId)
  })

  it('repeated under its requestId answers the same schedule', async () => {
    const call = { requestId: `s-${campaignId}`, campaignId, schedule: { executeAt: tomorrow() } }
    const [first, second] = [await post(call), await post(call)]
    expect(second.body).toEqual(first.body)
  })

  it('follows the test clock of its sandbox', async () => {
    await api.api('PUT /clock/mode', { testClock: true })
    const executeAt = tomorrow()
    const { body } = await post({ campaignId, schedule: { executeAt } })
    await api.api('POST /clock/advance', { seconds: 86_400 * 2 })
    await untilIdle(runTasks(api))
    const { body: after } = await get(`schedules/${body.scheduleId}`)
    expect(after.scheduleStatus).toBe('Triggered')
  })
})

it('unknown executions and schedules are 404, and so are those of other kinds', async () => {
  const none = '0198c0de-0000-7000-8000-000000000009'
  for (const path of [`audience/CMA-${none}`, `audience/${none}`, `schedules/${none}`, 'schedules/x'])
    expect((await get(path)).status, path).toBe(404)
})
