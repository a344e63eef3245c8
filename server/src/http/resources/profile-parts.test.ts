import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'
import { createHandWorker, type HandWorker, REJECTED, SENT } from '../../../test/hand-worker.ts'
import {
  createAudience,
  createMarketing,
  createPeople,
  runTasks,
  untilIdle,
} from '../../../test/marketing.ts'

let api: TestApi
let worker: HandWorker
let campaignId: string
let n = 0

const content = { subject: 's', html: '<p>h</p>', text: null }
const createCampaign = async (name: string, more: object = {}): Promise<string> => {
  const made = await api.api('POST /campaigns', { name, content, ...more })
  expect((await api.api(`POST /campaigns/${made.body.id}/activate`)).status).toBe(200)
  return made.body.id
}
const send = async (userId: string, more: object = {}): Promise<void> => {
  const recipients = [{ type: 'aep', userId, namespace: 'email', ...more }]
  expect((await api.trigger({ requestId: `r-${++n}`, campaignId, recipients })).status).toBe(202)
}
const person = async (...identities: string[]): Promise<string> => {
  const pairs = identities.map(one => ({ namespace: one.includes('@') ? 'email' : 'crm', value: one }))
  return (await api.api('POST /profiles', { identities: pairs, attributes: {} })).body.id
}
const messagesOf = async (
  id: string,
  query = '',
): Promise<{ items: Record<string, string>[]; next: string }> =>
  (await api.api(`GET /profiles/${id}/messages${query}`)).body
const namesOf = async (id: string): Promise<string[]> =>
  (await messagesOf(id)).items.map(one => one['userId'] ?? '')

beforeAll(async () => {
  api = await createTestApi()
  worker = await createHandWorker(api.test.db, { name: 'hand/', now: api.clock.now })
  campaignId = await createCampaign('Order')
})
afterAll(() => api.close())

describe('every message to a person', () => {
  it('is listed newest first under every identity, with its state, its reason and its channel', async () => {
    const id = await person('ada@example.test', 'C-1')
    await send('ada@example.test')
    await worker.work(() => REJECTED)
    await send('C-1', { namespace: 'CRM' })
    await send('other@example.test')
    await worker.work(() => SENT)
    await send('ada@example.test', { type: 'external' })
    const { items, next } = await messagesOf(id)
    expect(items.map(one => [one['userId'], one['state']])).toEqual([
      ['ada@example.test', 'ready'],
      ['C-1', 'sent'],
      ['ada@example.test', 'failed'],
    ])
    expect(items[2]).toMatchObject({
      ...{ campaignName: 'Order', channel: 'email', reason: 'rejected' },
      reasonText: 'The provider refused for good',
    })
    expect(next).toBeNull()
    const failed = await messagesOf(id, '?state=failed')
    expect(failed.items).toEqual([items[2]])
  })

  it('is read page by page, across identities', async () => {
    const id = await person('page@example.test', 'P-1')
    for (let round = 0; round < 3; round++) {
      await send('page@example.test')
      await send('P-1', { namespace: 'crm' })
    }
    const all = (await messagesOf(id)).items
    expect(all).toHaveLength(6)
    const read = []
    for (let next = ''; next !== null; ) {
      const page = await messagesOf(id, `?limit=4${next && `&cursor=${next}`}`)
      read.push(...page.items)
      next = page.next
    }
    expect(read).toEqual(all)
  })

  it('stays with the person when an identity is taken away, and never goes to who gets the identity next', async () => {
    const id = await person('was@example.test', 'W-1')
    await send('was@example.test')
    await api.api(`PATCH /profiles/${id}`, { identities: [{ namespace: 'crm', value: 'W-1' }] })
    const next = await person('was@example.test')
    await send('was@example.test')
    expect(await namesOf(id)).toEqual(['was@example.test'])
    const [mine, others] = [await messagesOf(id), await messagesOf(next)]
    expect(others.items).toHaveLength(1)
    expect(others.items[0]?.['messageId']).not.toBe(mine.items[0]?.['messageId'])
  })

  it('includes that of a run that found no identity in its namespace', async () => {
    const id = await person('N-1')
    const audienceId = await createAudience(api, [id])
    const marketing = await createMarketing(api, { audienceId })
    await api.api(`POST /campaigns/${marketing}/runs`, { requestId: `r-${++n}`, audienceId })
    await untilIdle(runTasks(api))
    expect((await messagesOf(id)).items).toMatchObject([{ campaignId: marketing }])
  })

  it('is nobody of another sandbox, and a wrong question is refused', async () => {
    const id = await person('here@example.test')
    const other = { 'x-sandbox-name': 'prod' }
    expect((await api.api(`GET /profiles/${id}/messages`, undefined, other)).status).toBe(404)
    expect((await api.api('GET /profiles/nobody/messages')).status).toBe(404)
    expect((await api.api(`GET /profiles/${id}/messages?cursor=x`)).status).toBe(400)
    expect((await api.api(`GET /profiles/${id}/messages?state=gone`)).status).toBe(400)
  })
})

describe('the audiences of a person', () => {
  const audiencesOf = async (id: string, query = '') =>
    (await api.api(`GET /profiles/${id}/audiences${query}`)).body
  const create = async (name: string, rule: object): Promise<string> => {
    const { status, body } = await api.api('POST /audiences', { kind: 'rule', name, rule })
    expect([status, body.errors]).toEqual([201, undefined])
    return body.id
  }

  it('are those whose rule takes the person in now, and the uploads with what they said', async () => {
    const [ada = '', bob = ''] = await createPeople(api, 'member', [{ city: 'Utrecht' }, { city: 'Delft' }])
    const inCity = await create('In Utrecht', {
      ...{ kind: 'attribute', path: ['city'], operator: 'equals', value: 'Utrecht' },
    })
    const got = await create('Got the order', { kind: 'message', got: true, campaignId, days: 7 })
    const upload = await createAudience(api, [ada], { tier: 'gold' })
    const within = await create('Uploaded', { kind: 'audience', audienceId: upload, member: true })
    await send('member0@example.test')
    await worker.work(() => SENT)
    const { items } = await audiencesOf(ada, '?limit=200')
    const mine = items.filter((one: { audienceId: string }) =>
      [inCity, got, upload, within].includes(one.audienceId),
    )
    expect(mine).toEqual([
      { audienceId: within, name: 'Uploaded', kind: 'rule', extra: null, problem: null },
      {
        audienceId: upload,
        name: `audience ${upload}`,
        kind: 'upload',
        extra: { tier: 'gold' },
        problem: null,
      },
      { audienceId: got, name: 'Got the order', kind: 'rule', extra: null, problem: null },
      { audienceId: inCity, name: 'In Utrecht', kind: 'rule', extra: null, problem: null },
    ])
    const bobs = (await audiencesOf(bob, '?limit=200')).items.map(
      (one: { audienceId: string }) => one.audienceId,
    )
    expect([inCity, got, upload, within].filter(one => bobs.includes(one))).toEqual([])
  })

  it('tell of a rule that cannot be looked at, and of nothing that is archived', async () => {
    const [id = ''] = await createPeople(api, 'archived', [{}])
    const inner = await createAudience(api, [id])
    const outer = await create('Refers', { kind: 'audience', audienceId: inner, member: true })
    await api.test.db.query('update audience set archived_at = $2 where id = $1', [inner, api.clock.now()])
    const { items } = await audiencesOf(id, '?limit=200')
    expect(items.find((one: { audienceId: string }) => one.audienceId === inner)).toBeUndefined()
    expect(items.find((one: { audienceId: string }) => one.audienceId === outer)).toMatchObject({
      problem: expect.stringContaining('gone'),
    })
  })

  it('are looked at together: one that is slow, or refers to what is gone, says so, and the others are told', async () => {
    const [id = ''] = await createPeople(api, 'many', [{ n: 7 }])
    const expected: object[] = []
    const told = (audienceId: string, problem: unknown = null) =>
      expected.unshift(expect.objectContaining({ audienceId, problem }))
    const first = await create('first', { kind: 'attribute', path: ['n'], operator: 'equals', value: 8 })
    for (let i = 0; i < 60; i++) {
      const value = i % 3 === 0 ? 7 : i
      const rule = { kind: 'attribute', path: ['n'], operator: 'equals', value }
      const rules = [{ ...rule, path: ['no', `${i}`] }, rule]
      const made = await create(`number ${i}`, { kind: 'or', rules })
      if (value === 7) told(made)
    }
    told(
      await create('slow', { kind: 'event', type: 'visit', days: 7, times: 1, where: [] }),
      'The rule took too long to look at.',
    )
    const gone = await createAudience(api, [id])
    told(
      await create('broken', { kind: 'audience', audienceId: gone, member: true }),
      expect.stringContaining('gone'),
    )
    await api.test.db.query('delete from audience where id = $1', [gone])
    const blocker = await api.test.db.connect()
    try {
      await blocker.query('begin')
      await blocker.query('lock table person_event in access exclusive mode')
      const { items } = await audiencesOf(id, '?limit=200')
      expect(items.filter((one: { audienceId: string }) => one.audienceId > first)).toEqual(expected)
    } finally {
      await blocker.query('rollback')
      blocker.release()
    }
  })

  it('page by the audiences that were looked at', async () => {
    const [id = ''] = await createPeople(api, 'paged', [{}])
    const all = (await audiencesOf(id, '?limit=200')).items
    const read = []
    for (let next = ''; next !== null; ) {
      const page = await audiencesOf(id, `?limit=1${next && `&cursor=${next}`}`)
      read.push(...page.items)
      next = page.next
    }
    expect(read).toEqual(all)
  })
})
