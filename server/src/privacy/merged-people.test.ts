/** Access to and erasure of people who were merged, or had identities that are other people's now. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { createHandWorker, type HandWorker, SENT } from '../../test/hand-worker.ts'
import { createAudience } from '../../test/marketing.ts'
import { createErasureTask, placesOf, untilErased } from '../../test/privacy.ts'
import { uuidv7 } from '../lib/ids.ts'

let api: TestApi
let worker: HandWorker
let campaignId = ''
let sandboxId = ''
let n = 0

beforeAll(async () => {
  api = await createTestApi()
  worker = await createHandWorker(api.test.db, { name: 'hand/', now: api.clock.now })
  const content = { subject: 's', html: '<p>h</p>', text: null }
  const { body } = await api.api('POST /campaigns', { name: 'Receipt', content, createNewProfiles: true })
  await api.api(`POST /campaigns/${body.id}/activate`)
  campaignId = body.id
  sandboxId = (await api.test.db.query(`select id from sandbox where name = 'dev'`)).rows[0].id
})
afterAll(() => api.close())

const mailOf = (name: string): string => `${name}@example.test`
const person = async (name: string): Promise<string> => {
  const identities = [
    { namespace: 'email', value: mailOf(name) },
    { namespace: 'crm', value: `${name}-4711` },
  ]
  return (await api.api('POST /profiles', { identities, attributes: {} })).body.id
}
const merge = (into: string, from: string) => api.api(`POST /profiles/${into}/merge`, { from })
const erase = async (id: string): Promise<string> => {
  const { status, body } = await api.api(`POST /profiles/${id}/erase`, { confirm: 'erase' })
  expect(status, JSON.stringify(body)).toBe(202)
  return body.id
}
const call = async (userId: string, more: object = {}): Promise<void> => {
  const recipients = [{ type: 'aep', userId, namespace: 'email', context: {}, ...more }]
  expect((await api.trigger({ requestId: `r${++n}`, campaignId, recipients })).status).toBe(202)
}
const take = async (id: string, namespace: string, value: string): Promise<void> => {
  const { status } = await api.api(`DELETE /profiles/${id}/identities/${namespace}/${value}`)
  expect(status).toBeLessThan(300)
}
const isHashed = async (value: string): Promise<boolean> => {
  const identity = { namespace: 'email', value }
  return (await api.api('POST /erasures/lookup', { identity })).body.erased
}
const recipientsOf = async (userId: string): Promise<string[]> => {
  const { rows } = await api.test.db.query<{ id: string }>(
    `select recipient ->> 'profileId' as id from message where recipient ->> 'userId' = $1 order by id`,
    [userId],
  )
  return rows.map(row => row.id)
}

// Everything that can hang on an id, made before the merge.
const spread = async (name: string): Promise<string> => {
  const { db } = api.test
  const id = await person(name)
  await call(mailOf(name))
  await worker.work(() => SENT)
  const choice = { level: 'channel', channel: 'email', value: 'y', shown: `Dear ${name}` }
  expect((await api.api(`PUT /profiles/${id}/consent`, choice)).status).toBe(200)
  const topic = (
    await api.api('POST /topics', { key: `t-${name}`, name: { en: 'News', nl: '' }, doubleOptIn: false })
  ).body.id
  await api.api(`PUT /profiles/${id}/consent`, { level: 'topic', topicId: topic, value: 'y' })
  await createAudience(api, [id], { of: name })
  const event = { namespace: 'email', value: mailOf(name), type: 'visit', data: { by: name } }
  await api.api('POST /events', { events: [event] })
  await db.query('insert into recipient_use values ($1, $2, $3, $4)', [
    ...[campaignId, `profile:${id}`, uuidv7(Date.now()), api.clock.now()],
  ])
  await importOf(id)
  return id
}

// A run that is counted still, and an import that made the person between two others.
const importOf = async (id: string): Promise<void> => {
  const { db } = api.test
  const [run, audience, upload] = [uuidv7(Date.now()), uuidv7(Date.now()), uuidv7(Date.now())]
  await db.query(
    `insert into audience_run (execution_id, sandbox_id, campaign_id, audience_id, state, created_at, changed_at, context,
       members, position, detail)
     values ($1, $2, $3, $4, 'counting', $5, $5, '{}', 0, 0, '')`,
    [run, sandboxId, campaignId, audience, api.clock.now()],
  )
  await db.query(
    `insert into run_member (execution_id, position, profile_id, extra) values ($1, 1, $2, '{}')`,
    [run, id],
  )
  await db.query(
    `insert into import (id, kind, sandbox_id, name, format, size, state, created_at, created_by)
     values ($1, 'people', $2, 'people.csv', 'csv', 10, 'done', $3, 'test')`,
    [upload, sandboxId, api.clock.now()],
  )
  await db.query(`insert into import_step values ($1, 0, $2, '{}', $3)`, [
    ...[upload, [uuidv7(1), id, uuidv7(2)], [id]],
  ])
}

describe('a person who was merged', () => {
  test('is exported by either id, with everything that is under the old one', async () => {
    const [kept, gone] = [await spread('ann'), await spread('anna')]
    expect((await merge(kept, gone)).status).toBe(200)
    const { generatedAt: _, ...body } = (await api.api(`GET /profiles/${gone}/access`)).body
    const { generatedAt: __, ...today } = (await api.api(`GET /profiles/${kept}/access`)).body
    expect(body).toEqual(today)
    expect(body).toMatchObject({ profile: { id: kept }, mergedIds: [gone], formerIdentities: [] })
    const evidence = body.consentEvidence.map((one: { profileId: string }) => one.profileId)
    expect(evidence).toEqual([gone, gone, kept, kept])
    for (const name of ['messages', 'topics', 'audiences', 'events', 'runsToCome'])
      expect(body[name], name).toHaveLength(2)
    expect(body.limits).toMatchObject([{ uses: 2 }])
  })

  test.each(['today’s', 'the old'])('is erased whole by %s id, and neither leads to anybody', async which => {
    const suffix = which === 'the old' ? 'o' : 't'
    const [kept, gone] = [await spread(`bo${suffix}`), await spread(`bob${suffix}`)]
    await merge(kept, gone)
    // As if a message under way had taken its use under the old id.
    await api.test.db.query('insert into recipient_use values ($1, $2, $3, $4)', [
      ...[campaignId, `profile:${gone}`, uuidv7(Date.now()), api.clock.now()],
    ])
    const ids = await Promise.all([erase(kept), erase(gone), erase(which === 'the old' ? gone : kept)])
    expect(new Set(ids).size).toBe(1)
    const { erased } = await untilErased(api, ids[0] ?? '')
    for (const word of [kept, gone, mailOf(`bo${suffix}`), mailOf(`bob${suffix}`), `bob${suffix}-4711`])
      expect(await placesOf(api.test.db, word), word).toEqual([])
    for (const one of [
      { table: 'consent_event', deed: 'removed', rows: 4 },
      { table: 'merged_profile', deed: 'removed', rows: 1 },
      { table: 'run_member', deed: 'removed', rows: 2 },
      { table: 'recipient_use', deed: 'removed', rows: 3 },
      { table: 'import_step', deed: 'redacted', rows: 2 },
      { table: 'message', deed: 'anonymised', rows: 2 },
    ])
      expect(erased).toContainEqual(one)
    for (const id of [kept, gone])
      for (const part of ['', '/messages', '/audiences', '/access'])
        expect((await api.api(`GET /profiles/${id}${part}`)).status, part).toBe(404)
    expect((await merge(kept, gone)).status).toBe(404)
  })

  test('leaves its place in the list of an import, as somebody', async () => {
    const id = await spread('cas')
    const { rows } = await api.test.db.query(
      `select import_id as id from import_step where $1 = any(created)`,
      [id],
    )
    await untilErased(api, await erase(id))
    const { items } = (await api.api(`GET /imports/${rows[0].id}/people?outcome=created`)).body
    expect(items.map((one: { profile: unknown }) => one.profile)).toEqual([null, null, null])
    expect(items[1].profileId).toBe('00000000-0000-0000-0000-000000000000')
  })

  test('is nobody to `why` afterwards', async () => {
    const [kept, gone] = [await spread('dee'), await spread('dora')]
    await merge(kept, gone)
    await untilErased(api, await erase(gone))
    const query = new URLSearchParams({ campaign: campaignId, namespace: 'email', value: mailOf('dora') })
    const { person, messages, conclusionCode } = (await api.api(`GET /why?${query}`)).body
    expect([person.profileId, messages, conclusionCode]).toEqual([null, [], 'no_call_for_person'])
  })
})

describe('a former identity', () => {
  test('that nobody has now is the person’s still: its address is hashed', async () => {
    const id = await person('eva')
    await take(id, 'email', mailOf('eva'))
    const { body } = await api.api(`GET /profiles/${id}/access`)
    expect(body).toMatchObject({ addresses: [mailOf('eva')], formerIdentities: [{ value: mailOf('eva') }] })
    await untilErased(api, await erase(id))
    expect(await isHashed(mailOf('eva'))).toBe(true)
    expect(await placesOf(api.test.db, mailOf('eva'))).toEqual([])
  })

  test.each(['by itself', 'in a call', 'in a batch', 'with somebody who has it'])(
    'that comes back %s is no former one any more',
    async way => {
      const name = `fay-${way.replaceAll(' ', '-')}`
      const id = await person(name)
      const email = { namespace: 'email', value: mailOf(name) }
      await take(id, 'email', mailOf(name))
      const formerOf = async () => (await api.api(`GET /profiles/${id}/access`)).body.formerIdentities
      expect(await formerOf()).toEqual([email])
      const both = { identities: [{ namespace: 'crm', value: `${name}-4711` }, email], attributes: {} }
      if (way === 'by itself') await api.api(`POST /profiles/${id}/identities`, email)
      if (way === 'in a call') await api.api('POST /profiles', both)
      if (way === 'in a batch') await api.api('POST /profiles/batch', { profiles: [both] })
      if (way === 'with somebody who has it') {
        const other = (await api.api('POST /profiles', { identities: [email], attributes: {} })).body.id
        expect((await merge(id, other)).status).toBe(200)
      }
      expect((await api.api(`GET /profiles/${id}`)).body.identities).toContainEqual(email)
      expect(await formerOf()).toEqual([])
    },
  )

  test('that is another one’s now: each has the messages that name the person, and the address is the other’s', async () => {
    const [before, after] = [await person('first'), await person('second')]
    const shared = mailOf('first')
    await call(shared)
    await worker.work(() => SENT)
    await take(before, 'email', shared)
    const given = { namespace: 'email', value: shared }
    expect((await api.api(`POST /profiles/${after}/identities`, given)).status).toBeLessThan(300)
    await call(shared)
    await worker.work(() => SENT)
    await api.api('POST /suppressions', { type: 'email', value: shared, comment: 'of the other' })
    expect(await recipientsOf(shared)).toEqual([before, after])

    for (const id of [before, after]) {
      const { messages } = (await api.api(`GET /profiles/${id}/access`)).body
      expect(messages.map((one: { recipient: object }) => one.recipient)).toMatchObject([{ profileId: id }])
    }
    expect((await api.api(`GET /profiles/${before}/access`)).body.suppression).toEqual([])
    await untilErased(api, await erase(before))
    expect(await recipientsOf(shared)).toEqual([after])
    expect(await isHashed(shared)).toBe(false)
    expect((await api.api(`GET /profiles/${after}/access`)).body).toMatchObject({
      suppression: [{ value: shared }],
      messages: [{ userId: shared }],
    })
    await untilErased(api, await erase(after))
    expect(await isHashed(shared)).toBe(true)
    expect(await placesOf(api.test.db, shared)).toEqual([])
  })

  test('does not give away what went to somebody who was merged since', async () => {
    const [first, next, third] = [await person('gus'), await person('han'), await person('ivo')]
    await call(mailOf('gus'))
    await worker.work(() => SENT)
    await take(first, 'email', mailOf('gus'))
    await api.api(`POST /profiles/${next}/identities`, { namespace: 'email', value: mailOf('gus') })
    await merge(third, first)
    const idsOf = async (id: string) => (await api.api(`GET /profiles/${id}/messages`)).body.items.length
    expect([await idsOf(next), await idsOf(third)]).toEqual([0, 1])
    await untilErased(api, await erase(next))
    expect(await recipientsOf(mailOf('gus'))).toEqual([first])
    await untilErased(api, await erase(first))
    expect(await recipientsOf(mailOf('gus'))).toEqual([])
  })

  test('counts as passed on when it became another one’s while the erasure waited', async () => {
    const [before, after] = [await person('jan'), await person('kim')]
    const erasure = await erase(before)
    await take(before, 'email', mailOf('jan'))
    await api.api(`POST /profiles/${after}/identities`, { namespace: 'email', value: mailOf('jan') })
    await untilErased(api, erasure)
    expect(await isHashed(mailOf('jan'))).toBe(false)
    expect((await api.api(`GET /profiles/${after}`)).body.identities).toHaveLength(3)
  })

  test('an address of another person that only a message names is not hashed', async () => {
    const [id] = [await person('lea'), await person('max')]
    await call(mailOf('lea'), { channelData: { emailAddress: 'MAX@example.test' } })
    await worker.work(() => SENT)
    await untilErased(api, await erase(id))
    expect([await isHashed(mailOf('lea')), await isHashed(mailOf('max'))]).toEqual([true, false])
  })
})

describe('a merge beside an erasure', () => {
  const refused = { status: 400, code: 'resource_state' }

  test('is refused while the erasure of either runs, and allowed to others', async () => {
    const [gone, other, more] = [await person('nia'), await person('ole'), await person('pim')]
    const erasure = await erase(gone)
    expect((await merge(gone, other)).body).toMatchObject(refused)
    expect((await merge(other, gone)).body).toMatchObject(refused)
    expect((await merge(other, more)).status).toBe(200)
    await untilErased(api, erasure)
    expect((await api.api(`GET /profiles/${more}`)).body).toMatchObject({ id: other })
    expect((await merge(other, gone)).status).toBe(400)
    expect((await merge(gone, other)).status).toBe(404)
  })

  test('is refused by the merge rule too: in a call, and as one write of a batch', async () => {
    const [gone, other] = [await person('quin'), await person('rob')]
    await api.api('PUT /merge-rule', { onConflict: 'merge', attributes: 'newest' })
    const erasure = await erase(gone)
    const identities = ['quin', 'rob'].map(name => ({ namespace: 'email', value: mailOf(name) }))
    const both = { identities, attributes: { a: 1 } }
    const alone = { identities: [{ namespace: 'crm', value: 'rob-4711' }], attributes: { a: 2 } }
    expect((await api.api('POST /profiles', both)).body).toMatchObject({ code: 'profile_conflict' })
    const { body } = await api.api('POST /profiles/batch', { profiles: [both, alone] })
    expect(body.items).toMatchObject([{ status: 'refused', code: 'profile_conflict' }, { status: 'updated' }])
    await untilErased(api, erasure)
    // Now the identity is nobody's: it comes to the one who has the other.
    expect((await api.api('POST /profiles', both)).body).toMatchObject({ id: other })
    await api.api('PUT /merge-rule', { onConflict: 'refuse', attributes: 'newest' })
  })

  test('at the same moment: either the erasure is of who comes out of it, or the merge is refused', async () => {
    const ways = new Set<string>()
    for (let round = 0; round < 12; round++) {
      const [a, b] = [await person(`sam${round}`), await person(`tom${round}`)]
      const task = createErasureTask(api)
      const [merged, erasure] = await Promise.all([
        merge(round % 2 === 0 ? a : b, round % 2 === 0 ? b : a),
        erase(a),
        task.advance(),
        task.advance(),
      ])
      await untilErased(api, erasure)
      const found = await Promise.all([a, b].map(async id => (await api.api(`GET /profiles/${id}`)).status))
      ways.add(`${merged.status}`)
      expect(found, JSON.stringify(merged.body)).toEqual(merged.status === 200 ? [404, 404] : [404, 200])
      expect(await placesOf(api.test.db, mailOf(`sam${round}`))).toEqual([])
      expect(await isHashed(mailOf(`tom${round}`))).toBe(merged.status === 200)
    }
    for (const way of ways) expect(['200', '400', '404']).toContain(way)
  })
})
