import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'
import { createHandWorker, type HandWorker, SENT } from '../../../test/hand-worker.ts'
import { createAudience, createMarketing, runTasks, untilIdle } from '../../../test/marketing.ts'
import { transaction } from '../../db/pool.ts'
import { campaignLimits, personKeyOf } from '../../delivery/person.ts'
import { judgeUses, keepUses } from '../../delivery/person-limits.store.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { loadProfiles } from '../../profiles/profile.store.ts'

let api: TestApi
let worker: HandWorker
let n = 0

beforeAll(async () => {
  api = await createTestApi()
  worker = await createHandWorker(api.test.db, { name: 'hand/', now: api.clock.now })
})
afterAll(() => api.close())

const person = async (value: string, attributes: object = {}): Promise<string> => {
  const identities = [{ namespace: value.includes('@') ? 'email' : 'crm', value }]
  return (await api.api('POST /profiles', { identities, attributes })).body.id
}
const two = async (a: object = {}, b: object = {}): Promise<[into: string, from: string]> => {
  n += 1
  return [await person(`m${n}@example.test`, a), await person(`M-${n}`, b)]
}
const merge = (into: string, from: string, query = ''): Promise<Answer> =>
  api.api(`POST /profiles/${into}/merge${query}`, { from })
const setRule = (onConflict: string, attributes = 'newest'): Promise<Answer> =>
  api.api('PUT /merge-rule', { onConflict, attributes })

describe('two people who are merged', () => {
  it('are looked at beforehand: what would win, and nothing is changed', async () => {
    const [into, from] = await two({ city: 'Utrecht', a: 1 }, { city: 'Delft', b: 2 })
    const { body } = await merge(into, from, '?dryRun=true')
    expect(body).toMatchObject({ mergedId: from, preferredId: from })
    expect(body.profile).toMatchObject({ id: into, attributes: { city: 'Delft', a: 1, b: 2 } })
    expect(body.profile.identities.map((one: { namespace: string }) => one.namespace)).toEqual([
      'email',
      'crm',
    ])
    expect(body.differences).toContainEqual({
      ...{ path: ['city'], into: 'Utrecht', from: 'Delft' },
      result: 'Delft',
    })
    expect((await api.api(`GET /profiles/${from}`)).body.id).toBe(from)
    expect((await api.api(`GET /profiles/${into}`)).body.attributes).toEqual({ city: 'Utrecht', a: 1 })
  })

  it('are one from then on, found, changed and removed under both ids; a repeat changes nothing', async () => {
    const [into, from] = await two({ a: 1 }, { b: 2 })
    const { body } = await merge(into, from)
    expect(body.profile).toEqual((await api.api(`GET /profiles/${into}`)).body)
    expect((await api.api(`GET /profiles/${from}`)).body).toEqual(body.profile)
    expect(body.profile.attributes).toEqual({ a: 1, b: 2 })
    await api.api(`PATCH /profiles/${from}`, { attributes: { c: 3 } })
    expect((await api.api(`GET /profiles/${into}`)).body.attributes).toEqual({ a: 1, b: 2, c: 3 })
    expect((await merge(into, from)).body).toMatchObject({ mergedId: null, differences: [] })
    expect((await merge(from, into)).body).toMatchObject({ mergedId: null, profile: { id: into } })
    expect((await api.api(`DELETE /profiles/${from}`)).status).toBe(204)
    for (const id of [into, from])
      for (const method of ['GET', 'DELETE'])
        expect((await api.api(`${method} /profiles/${id}`)).status, method).toBe(404)
  })

  it('win by the priority of their namespaces, when the sandbox says so', async () => {
    await setRule('refuse', 'priority')
    const [into, from] = await two({ city: 'Utrecht' }, { city: 'Delft' })
    expect((await merge(into, from)).body).toMatchObject({
      preferredId: into,
      profile: { attributes: { city: 'Utrecht' } },
    })
    await setRule('refuse')
  })

  it('keep every refusal and its evidence, untouched; a link in an old mail still works', async () => {
    const [into, from] = await two()
    const topic = (await api.api('POST /topics', { key: `t${n}`, name: { en: 'News', nl: '' } })).body
    const choose = (id: string, change: object) => api.api(`PUT /profiles/${id}/consent`, change)
    await choose(from, { level: 'channel', channel: 'email', value: 'n' })
    await choose(from, { level: 'topic', topicId: topic.id, value: 'n' })
    await choose(into, { level: 'topic', topicId: topic.id, value: 'y' })
    await choose(into, { level: 'channel', channel: 'email', value: 'y' })
    const link = (await api.api(`POST /profiles/${from}/preference-link`)).body.url as string
    const evidence = async () =>
      (await api.test.db.query('select * from consent_event where profile_id = any($1)', [[into, from]])).rows
    const before = await evidence()
    await merge(into, from)
    expect(await evidence()).toEqual(before)
    for (const id of [into, from]) {
      const { body } = await api.api(`GET /profiles/${id}/consent`)
      expect(body.profileId).toBe(into)
      expect(body.channels).toContainEqual({ channel: 'email', value: 'n' })
      expect(body.topics).toContainEqual(expect.objectContaining({ key: `t${n}`, value: 'n' }))
      expect(body.events.items).toHaveLength(4)
    }
    const page = await api.call(`GET ${new URL(link).pathname}`)
    expect(page.status).toBe(200)
    await choose(from, { level: 'channel', channel: 'sms', value: 'n' })
    expect((await api.api(`GET /profiles/${into}/consent`)).body.channels).toContainEqual({
      ...{ channel: 'sms', value: 'n' },
    })
  })

  it('bring along what they did, and the audiences they are in', async () => {
    const [into, from] = await two()
    const event = { namespace: 'crm', value: `M-${n}`, type: 'purchase', at: api.clock.now().toISOString() }
    expect((await api.api('POST /events', { events: [event] })).body.accepted).toBe(1)
    const both = await createAudience(api, [into, from], { seat: 'A1' })
    const his = await createAudience(api, [from], { seat: 'B2' })
    await api.test.db.query(
      `update audience_member set extra = '{"seat": "C3", "row": 1}' where audience_id = $1 and profile_id = $2`,
      [both, from],
    )
    await merge(into, from)
    expect((await api.api(`GET /profiles/${into}/events`)).body.items).toHaveLength(1)
    const { items } = await api.api(`GET /profiles/${into}/audiences?limit=200`).then(one => one.body)
    const extraOf = (id: string) => items.find((one: { audienceId: string }) => one.audienceId === id)?.extra
    expect([extraOf(both), extraOf(his)]).toEqual([{ seat: 'C3', row: 1 }, { seat: 'B2' }])
  })

  it('keep what the ledger says: messages of both are listed, and none is rewritten', async () => {
    const content = { subject: 's', html: '<p>h</p>', text: null }
    const { id: campaignId } = (await api.api('POST /campaigns', { name: 'Ledger', content })).body
    await api.api(`POST /campaigns/${campaignId}/activate`)
    const [into, from] = await two({}, { name: 'from' })
    const send = async (namespace: string, userId: string) => {
      const recipients = [{ type: 'aep', userId, namespace }]
      expect((await api.trigger({ requestId: `l-${++n}`, campaignId, recipients })).status).toBe(202)
    }
    const number = n
    await send('email', `m${number}@example.test`)
    await send('crm', `M-${number}`)
    const [, second] = await worker.claim()
    await merge(into, from)
    expect(second?.recipient.profileId).toBe(from)
    expect((await loadProfiles(api.test.db, [from, into])).get(from)).toEqual({ name: 'from' })
    expect((await api.api(`GET /profiles/${into}/messages`)).body.items).toHaveLength(2)
    await worker.crash()
    const again = (await worker.claim()).find(one => one.messageId === second?.messageId)
    expect([again?.recipient.profileId, again?.attributes]).toEqual([from, { name: 'from' }])
    await worker.crash()
    await worker.work(() => SENT)
  })

  it('do not get back what they used of a limit: both count, under either id', async () => {
    const [into, from] = await two()
    const scope = (await api.api('POST /campaigns', { name: 'Limited' })).body.id
    const ask = (profileId: string, perDay: number) => ({
      messageId: uuidv7(api.clock.now().getTime()),
      personKey: personKeyOf({ type: 'aep', userId: 'x', namespace: 'crm', profileId }),
      limits: campaignLimits(scope, { onceWindowSeconds: null, perDay }),
    })
    const reserve = (profileId: string, perDay: number): Promise<number> =>
      transaction(api.test.db, async tx => {
        const { refused, fresh } = await judgeUses(tx, [ask(profileId, perDay)], api.clock.now())
        await keepUses(tx, fresh, api.clock.now())
        return refused.size
      })
    expect([await reserve(into, 1), await reserve(from, 1)]).toEqual([0, 0])
    await merge(into, from)
    expect([await reserve(into, 2), await reserve(from, 2)]).toEqual([1, 1])
    expect(await reserve(from, 3)).toBe(0)
    expect(await reserve(into, 3)).toBe(1)
  })

  it('in the middle of a run get it once, under what they are now', async () => {
    const [into, from] = await two()
    const audienceId = await createAudience(api, [into, from])
    const campaignId = await createMarketing(api, { audienceId })
    const [count, add] = [runTasks(api), runTasks(api)]
    await api.api(`POST /campaigns/${campaignId}/runs`, { requestId: `r-${n}`, audienceId })
    for (const task of count) if (task.name === 'runs') await task.advance()
    await merge(into, from)
    await untilIdle(add)
    const { items } = (await api.api(`GET /messages?campaignId=${campaignId}`)).body
    expect(items).toMatchObject([{ userId: `m${n}@example.test` }])
  })

  it('must be two of this sandbox', async () => {
    const [into, from] = await two()
    const other = uuidv7(0)
    expect((await merge(other, from)).status).toBe(404)
    const answers = [await merge(into, other), await merge(into, into), await merge(into, 'x')]
    expect(answers.map(one => [one.status, one.body.errors[0].pointer])).toEqual([
      [400, '/from'],
      [400, '/from'],
      [400, '/from'],
    ])
    const headers = { 'x-sandbox-name': 'prod' }
    expect((await api.api(`POST /profiles/${into}/merge`, { from }, headers)).status).toBe(404)
  })
})

describe('the merge rule of a sandbox', () => {
  it('refuses until a person says otherwise, and then makes people one as their identities come together', async () => {
    const [into, from] = await two({ a: 1 }, { b: 2 })
    const both = {
      identities: [
        { namespace: 'email', value: `m${n}@example.test` },
        { namespace: 'crm', value: `M-${n}` },
      ],
      attributes: { c: 3 },
    }
    expect((await api.api('GET /merge-rule')).body).toEqual({ onConflict: 'refuse', attributes: 'newest' })
    expect((await api.api('POST /profiles', both)).body.code).toBe('profile_conflict')
    expect((await setRule('merge')).status).toBe(200)
    const { status, body } = await api.api('POST /profiles', both)
    expect([status, body.id, body.attributes]).toEqual([200, into, { a: 1, b: 2, c: 3 }])
    expect((await api.api(`GET /profiles/${from}`)).body.id).toBe(into)
    expect((await setRule('sometimes')).body.errors[0].pointer).toBe('/onConflict')
    await setRule('refuse')
  })
})

describe('the identities of a person', () => {
  it('are given and taken by themselves; whose one is can be asked exactly', async () => {
    const [into, from] = await two()
    const add = (namespace: string, value: string) =>
      api.api(`POST /profiles/${into}/identities`, { namespace, value })
    expect((await add('phone', '+31612345678')).body.identities).toHaveLength(2)
    const conflict = await add('crm', `M-${n}`)
    expect([conflict.status, conflict.body.code]).toEqual([409, 'profile_conflict'])
    const owner = await api.api(`GET /profiles?namespace=CRM&value=M-${n}`)
    expect(owner.body.items.map((one: { id: string }) => one.id)).toEqual([from])
    expect((await api.api('GET /profiles?value=M-%25')).body.items).toEqual([])
    expect((await add('', ' ')).body.errors[0].pointer).toBe('/namespace')
    expect((await add('x', ' ')).body.errors[0].pointer).toBe('/value')
    const path = `/profiles/${into}/identities/phone/${encodeURIComponent('+31612345678')}`
    expect((await api.api(`DELETE ${path}`)).body.identities).toHaveLength(1)
    expect((await api.api(`DELETE ${path}`)).status).toBe(404)
    const last = `/profiles/${into}/identities/email/${encodeURIComponent(`m${n}@example.test`)}`
    expect((await api.api(`DELETE ${last}`)).body.code).toBe('resource_state')
  })
})
