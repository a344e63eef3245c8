import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'
import {
  CUT,
  createHandWorker,
  type Fate,
  type HandWorker,
  REJECTED,
  SENT,
} from '../../../test/hand-worker.ts'

let api: TestApi
let worker: HandWorker
let n = 0

beforeAll(async () => {
  api = await createTestApi()
  worker = await createHandWorker(api.test.db, { name: 'hand/', now: api.clock.now })
})
afterAll(() => api.close())

const createCampaign = async (name: string, live = true): Promise<string> => {
  const content = { subject: 's', html: '<p>h</p>', text: null }
  const made = await api.api('POST /campaigns', { name, content })
  if (live) expect((await api.api(`POST /campaigns/${made.body.id}/activate`)).status).toBe(200)
  return made.body.id
}
const send = async (campaignId: string, userId: string, more: object = {}): Promise<void> => {
  const recipients = [{ type: 'aep', userId, namespace: 'email', ...more }]
  expect((await api.trigger({ requestId: `r-${++n}`, campaignId, recipients })).status).toBe(202)
}
const why = (campaign: string, value: string, namespace = 'email'): Promise<Answer> =>
  api.api(`GET /why?${new URLSearchParams({ campaign, namespace, value })}`)
const conclusionOf = async (campaign: string, value: string): Promise<string> =>
  (await why(campaign, value)).body.conclusionCode

describe('why did this person (not) get it?', () => {
  it('is answered by the newest message, and every one has its story', async () => {
    const id = await createCampaign('Order')
    await send(id, 'ada@example.test')
    await worker.work(() => REJECTED)
    await send(id, 'ada@example.test')
    await send(id, 'bob@example.test')
    await worker.work(() => SENT)
    const { body } = await why(id, 'ada@example.test')
    expect(body).toMatchObject({
      conclusionCode: 'sent',
      campaigns: [{ campaignId: id, everLive: true, status: 'live' }],
    })
    expect(body.conclusion).toContain('250 2.0.0 ok')
    expect(body.messages.map((message: { state: string }) => message.state)).toEqual(['sent', 'failed'])
    for (const message of body.messages) {
      expect(message).toMatchObject({ userId: 'ada@example.test', campaignName: 'Order' })
      expect(message.timeline.map((step: { kind: string }) => step.kind)).toEqual(['accepted', 'attempt'])
    }
  })

  it('has an answer for every state of a message', async () => {
    const fates: Record<string, Fate> = {
      ...{ sent: SENT, failed: REJECTED, unknown: CUT },
      excluded: { state: 'excluded', reason: 'email_no_address' },
      cancelled: { state: 'cancelled', reason: 'cancelled_by_person' },
      held: { state: 'held', reason: 'paused' },
    }
    const id = await createCampaign('States')
    for (const [code, fate] of Object.entries(fates)) {
      await send(id, `${code}@example.test`)
      await worker.work(() => fate)
      expect(await conclusionOf(id, `${code}@example.test`)).toBe(code)
    }
    await send(id, 'waiting@example.test')
    expect(await conclusionOf(id, 'waiting@example.test')).toBe('waiting')
    await worker.claim()
    expect(await conclusionOf(id, 'waiting@example.test')).toBe('in_progress')
  })

  it('finds the person by every identity that the profile has, whatever the case of the namespace', async () => {
    const id = await createCampaign('Identities')
    const identities = [
      { namespace: 'email', value: 'eve@example.test' },
      { namespace: 'crm', value: 'C-1' },
    ]
    await api.api('POST /profiles', {
      identities,
      attributes: { personalEmail: { address: 'eve@example.test' } },
    })
    await send(id, 'eve@example.test')
    await send(id, 'C-1', { namespace: 'CRM' })
    const byEmail = (await why(id, 'eve@example.test', 'Email')).body
    const byCrm = (await why(id, ' C-1 ', 'crm')).body
    for (const body of [byEmail, byCrm]) {
      expect(body.messages.map((message: { userId: string }) => message.userId)).toEqual([
        'C-1',
        'eve@example.test',
      ])
      expect(body.person).toMatchObject({
        profileId: expect.any(String),
        identities: expect.arrayContaining(identities),
      })
    }
    expect((await why(id, 'C-2', 'crm')).body.person).toMatchObject({ profileId: null })
  })

  it('finds a person without a profile', async () => {
    const id = await createCampaign('External')
    await send(id, 'ext@example.test', { type: 'external' })
    const { body } = await why(id, 'ext@example.test')
    expect(body.messages).toHaveLength(1)
    expect(body.person).toMatchObject({ profileId: null, value: 'ext@example.test' })
  })

  it('says plainly why there is nothing', async () => {
    const draft = await createCampaign('Draft', false)
    expect(await conclusionOf(draft, 'ada@example.test')).toBe('never_live')
    const quiet = await createCampaign('Quiet')
    expect(await conclusionOf(quiet, 'ada@example.test')).toBe('no_calls')
    await send(quiet, 'bob@example.test')
    const { body } = await why(quiet, 'ada@example.test')
    expect(body.conclusionCode).toBe('no_call_for_person')
    expect(body.conclusion).toContain('No call for this person has reached this campaign')
    expect(body.messages).toEqual([])
  })

  it('takes a campaign by its exact name, all of that name, and the name that it had', async () => {
    const [first, second] = [await createCampaign('Twin'), await createCampaign('Twin')]
    await send(first, 'ada@example.test')
    await send(second, 'ada@example.test')
    const { body } = await why('Twin', 'ada@example.test')
    expect(body.campaigns.map((one: { campaignId: string }) => one.campaignId)).toEqual([second, first])
    expect(body.messages.map((one: { campaignId: string }) => one.campaignId)).toEqual([second, first])
    expect((await why('twin', 'ada@example.test')).status).toBe(404)
    expect((await why('Twi', 'ada@example.test')).status).toBe(404)
  })

  it('answers 404 for a campaign of another sandbox, and 400 for a question with a part missing', async () => {
    const id = await createCampaign('Here')
    const query = new URLSearchParams({ campaign: id, namespace: 'email', value: 'a@example.test' })
    expect((await api.api(`GET /why?${query}`, undefined, { 'x-sandbox-name': 'prod' })).status).toBe(404)
    expect((await api.api(`GET /why?campaign=${id}&namespace=email`)).status).toBe(400)
  })
})
