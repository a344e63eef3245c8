/** Erasure of one person, through the API and step by step in the background. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { createHandWorker, type HandWorker, REJECTED, SENT } from '../../test/hand-worker.ts'
import { createAudience, createMarketing, runTasks, untilIdle } from '../../test/marketing.ts'
import {
  createErasureTask,
  eraseAddress,
  LATE_MS,
  ledgerSums,
  placesOf,
  untilErased,
} from '../../test/privacy.ts'
import { uuidv7 } from '../lib/ids.ts'

let api: TestApi
let worker: HandWorker
let transactional = ''
let bulk = ''
let marketing = ''
let n = 0

const campaign = async (name: string, more: object = {}): Promise<string> => {
  const content = { subject: 'Hello {{context.name}}', html: '<p>h</p>', text: null }
  const { body } = await api.api('POST /campaigns', { name, content, ...more })
  const { status, body: live } = await api.api(`POST /campaigns/${body.id}/activate`)
  expect(status, JSON.stringify(live)).toBe(200)
  return body.id
}
const call = (userId: string, more: object = {}): object => ({
  requestId: `request ${++n} for ${userId}`,
  campaignId: transactional,
  recipients: [{ type: 'aep', userId, namespace: 'email', context: { name: 'Ada' }, ...more }],
})
const person = async (name: string): Promise<{ readonly id: string; readonly email: string }> => {
  const email = `${name}@example.test`
  const identities = [
    { namespace: 'email', value: email },
    { namespace: 'crm', value: `${name}-4711` },
  ]
  const { body } = await api.api('POST /profiles', {
    identities,
    attributes: { person: { name: { lastName: `${name} Lovelace` } }, personalEmail: { address: email } },
  })
  return { id: body.id, email }
}
const erase = async (id: string): Promise<string> => {
  const { status, body } = await api.api(`POST /profiles/${id}/erase`, { confirm: 'erase' })
  expect(status, JSON.stringify(body)).toBe(202)
  return body.id
}
const stateOf = async (userId: string): Promise<string[]> => {
  const { rows } = await api.test.db.query<{ state: string }>(
    `select d.state from delivery d join message m on m.id = d.message_id where m.recipient ->> 'userId' = $1 order by m.id`,
    [userId],
  )
  return rows.map(row => row.state)
}

beforeAll(async () => {
  api = await createTestApi()
  worker = await createHandWorker(api.test.db, { name: 'hand/', now: api.clock.now })
  transactional = await campaign('Receipt', { createNewProfiles: true })
  bulk = await campaign('Bulk', { highThroughput: true })
  marketing = await createMarketing(api, { audienceId: await createAudience(api, []) })
})
afterAll(() => api.close())

// Words of others that name a person: staff, callers, providers.
const mention = async (sandboxId: string, email: string): Promise<void> => {
  const { db } = api.test
  const [id, at, text] = [uuidv7(Date.now()), api.clock.now(), `because of <${email.toUpperCase()}>`]
  await db.query(
    `insert into hold (id, sandbox_id, kind, scope, scope_id, detail, created_at, created_by, lifted_at, lifted_by)
     values ($1, $2, 'pause', 'campaign', $1, $3, $4, 'test', $4, 'test')`,
    [id, sandboxId, text, at],
  )
  await db.query(
    `insert into audience_schedule (id, sandbox_id, campaign_id, request_id, context, execute_at, status, detail,
       created_at, created_by, modified_at, modified_by)
     values ($1, $2, $1, $3, $4, $5, 'cancelled', $3, $5, 'test', $5, 'test')`,
    [id, sandboxId, text, { host: { [email]: text }, n: 4711 }, at],
  )
  await db.query(
    `insert into breaker select t.id, 1, 0, null, '550', $2, $3 from transport t where t.sandbox_id = $1 limit 1`,
    [sandboxId, text, at],
  )
  await db.query(
    `insert into import (id, kind, sandbox_id, name, format, state, created_at, created_by)
     values ($1, 'people', $2, $3, 'csv', 'done', $4, 'test')`,
    [id, sandboxId, `${email}.csv`, at],
  )
  await db.query('insert into recipient_use values ($1, $2, $3, $4)', [
    transactional,
    `email:${email}`,
    id,
    at,
  ])
}

// Every place of the database that can hold something of a person, with something in it.
const spread = async (name: string): Promise<{ readonly id: string; readonly email: string }> => {
  const { db } = api.test
  const { id, email } = await person(name)
  const sandboxId = (await db.query(`select id from sandbox where name = 'dev'`)).rows[0].id
  const topic = (
    await api.api('POST /topics', { key: `t-${name}`, name: { en: 'News', nl: '' }, doubleOptIn: false })
  ).body.id
  for (const change of [
    { level: 'topic', topicId: topic, value: 'y', shown: `Dear ${email}` },
    { level: 'identity', channel: 'email', identity: { namespace: 'email', value: email }, value: 'y' },
  ])
    expect((await api.api(`PUT /profiles/${id}/consent`, change)).status).toBe(200)
  await createAudience(api, [id], { seat: email })
  const event = { namespace: 'email', value: email, type: 'visit', data: { by: email } }
  const events = Array.from({ length: 5 }, () => ({ ...event }))
  expect((await api.api('POST /events', { events })).body).toMatchObject({ accepted: 5 })
  await api.api('POST /suppressions', { type: 'email', value: email, comment: 'asked for it' })
  await api.api('POST /suppressions', { type: 'domain', value: `${name}.test`, comment: `by ${email}` })
  await api.api('POST /allowed-list/entries', { type: 'email', value: email })
  await db.query(
    `insert into inbox (id, sandbox, channel, message_id, sender, recipient, subject, received_at, raw, size)
     values ($1, 'dev', 'email', null, 's@example.test', $2, 'Hello', $3, '', 0)`,
    [uuidv7(Date.now()), `${email.toUpperCase()}, copy@example.test`, api.clock.now()],
  )
  await db.query(`insert into bounce_count values ($1, $2, 2, $3)`, [sandboxId, email, api.clock.now()])
  await db.query(`insert into bounce_event values ($1, 1, 1, 'bounce', $2, $3, $4, 'SOFT', 22, $5)`, [
    uuidv7(Date.now()),
    sandboxId,
    email,
    api.clock.now(),
    `452 <${email}> is full`,
  ])
  const { body: table } = await api.api('POST /lookup-tables', { name: `points ${name}` })
  await api.api(`PUT /lookup-tables/${table.id}/rows`, { rows: [{ key: email, row: { points: 3 } }] })
  const upload = uuidv7(Date.now())
  await db.query(
    `insert into suppression_upload (id, sandbox_id, list, filename, status, created_at, created_by)
     values ($1, $2, 'client', $3, 'COMPLETE', $4, 'test')`,
    [upload, sandboxId, `${email}.csv`, api.clock.now()],
  )
  await db.query(`insert into suppression_upload_failure values ($1, 1, 'EMAIL', $2, '', 'x')`, [
    upload,
    ` ${email} `,
  ])
  await mention(sandboxId, email)
  return { id, email }
}

const waiting = async (email: string): Promise<void> => {
  const { db } = api.test
  const { rows } = await db.query(`select id, sandbox_id from audience where kind = 'upload' limit 1`)
  const upload = uuidv7(Date.now())
  await db.query(
    `insert into audience_upload (id, sandbox_id, audience_id, namespace, create_profiles, state, created_at, created_by, modified_at)
     values ($1, $2, $3, 'Email', true, 'waiting', $4, 'test', $4)`,
    [upload, rows[0].sandbox_id, rows[0].id, api.clock.now()],
  )
  const file = [
    { line: 2, value: email, extra: { note: email } },
    { line: 3, value: 'other@example.test', extra: {} },
  ]
  await db.query('insert into audience_upload_part values ($1, 0, $2)', [upload, JSON.stringify(file)])
}

describe('an erasure', () => {
  test('leaves nothing of the person in any text of the database, and every sum as it was', async () => {
    const { id, email } = await spread('ada')
    await waiting(email)
    const answers = [
      { ...SENT, answer: { outcome: 'accepted', code: '2.0.0', answer: `250 ok <${email}>` } },
      { ...REJECTED, answer: { outcome: 'reject', code: '5.1.1', answer: `550 <${email}> unknown` } },
    ]
    for (const fate of answers) {
      expect((await api.trigger(call(email, { profile: { mail: email } }))).status).toBe(202)
      await worker.work(() => fate)
    }
    const recipients = [
      {
        type: 'external',
        userId: 'ada-4711',
        namespace: 'other',
        channelData: { emailAddress: 'Ada@example.test' },
      },
    ]
    const external = { requestId: 'external', campaignId: bulk, recipients }
    const route = 'POST /ajo/im/executions/highthroughput'
    expect((await api.call(route, { headers: api.ajoHeaders(), body: external })).status).toBe(202)
    await worker.work(() => ({ ...SENT, detail: 'x' }))
    const context = { host: email, seats: [4711] }
    const audienceId = await createAudience(api, [id])
    await api.api(`POST /campaigns/${marketing}/runs`, { requestId: 'run', audienceId, context })
    await runTasks(api)[1]?.advance()
    expect(await placesOf(api.test.db, id)).toContain('run_member.profile_id')
    expect((await api.trigger(call(email))).status).toBe(202)

    const before = await placesOf(api.test.db, email)
    expect(before.length).toBeGreaterThanOrEqual(28)
    const erasure = await untilErased(api, await erase(id), { events: 2, messages: 1, walked: 2 })

    expect(await placesOf(api.test.db, email)).toEqual([])
    expect(await placesOf(api.test.db, 'ada-4711')).toEqual([])
    expect(await placesOf(api.test.db, 'lovelace')).toEqual([])
    expect(await placesOf(api.test.db, id)).toEqual([])
    const { sums, rows } = await ledgerSums(api.test.db)
    expect(sums).toEqual(rows)
    expect(rows).toMatchObject({ sent: 2, failed: 1, cancelled: 1 })
    expect(erasure.erased).toContainEqual({ table: 'message', deed: 'anonymised', rows: 4 })
    expect(erasure.erased).toContainEqual({ table: 'person_event', deed: 'removed', rows: 5 })
    expect(JSON.stringify(erasure)).not.toContain(email)
    const { rows: schedules } = await api.test.db.query('select context from audience_schedule')
    expect(schedules[0].context).toEqual({ host: { '[erased]': 'because of <[erased]>' }, n: 4711 })
    expect(erasure.certificate.hashes).toEqual([{ hash: expect.any(String), suppressed: true }])
  })

  test('lets the file that waits go on without the person', async () => {
    const { rows } = await api.test.db.query<{ rows: object[] }>('select rows from audience_upload_part')
    expect(rows[0]?.rows).toEqual([
      { line: 2, reason: 'person_unknown' },
      { line: 3, value: 'other@example.test', extra: {} },
    ])
  })

  test('cancels what a worker has in preparation: it gets no permit', async () => {
    const { id, email } = await person('claimed')
    await api.trigger(call(email))
    const claimed = await worker.claim()
    expect(claimed).toHaveLength(1)
    const erasure = await untilErased(api, await erase(id))
    expect(await worker.mark(claimed)).toEqual([])
    expect(await worker.refuse(claimed, { state: 'excluded', reason: 'email_no_consent' })).toEqual(new Set())
    expect(erasure.erased).toContainEqual({ table: 'delivery', deed: 'cancelled', rows: 1 })
    const { sums, rows } = await ledgerSums(api.test.db)
    expect(sums).toEqual(rows)
  })

  test('lets finish what is at the provider, and only then makes it anonymous', async () => {
    const { id, email } = await person('handed')
    await api.trigger(call(email))
    const marked = await worker.mark(await worker.claim())
    const erasureId = await erase(id)
    for (let step = 0; step < 20; step++) {
      if (!(await createErasureTask(api).advance())) api.clock.move(LATE_MS)
    }
    expect((await api.api(`GET /erasures/${erasureId}`)).body).toMatchObject({ state: 'running' })
    expect(await stateOf(email)).toEqual(['handing_over'])
    // The provider asks for another try, which does not come any more.
    const answer = { outcome: 'retry', code: '4.2.2', answer: `452 <${email}> is full` }
    await worker.record(marked, {
      state: 'ready',
      reason: 'temporary_refusal',
      dueAt: api.clock.now(),
      answer,
    })
    await untilErased(api, erasureId)
    expect(await placesOf(api.test.db, email)).toEqual([])
    expect(await worker.claim()).toEqual([])
    const { sums, rows } = await ledgerSums(api.test.db)
    expect(sums).toEqual(rows)
  })

  test('takes along what was being accepted while the person went', async () => {
    const { id, email } = await person('late')
    const createdAt = api.clock.now()
    const erasureId = await erase(id)
    await untilIdle([createErasureTask(api)])
    await api.trigger(call('somebody@example.test'))
    // As if the call had been in the middle of its commit.
    await api.test.db.query(
      `update message set recipient = recipient || jsonb_build_object('userId', $1::text, 'profileId', $2::text), id = $3
       where recipient ->> 'userId' = 'somebody@example.test'`,
      [email, id, uuidv7(createdAt.getTime())],
    )
    await api.test.db.query(
      `update delivery set message_id = (select id from message where recipient ->> 'userId' = $1)
       where state = 'ready'`,
      [email],
    )
    await untilErased(api, erasureId)
    expect(await placesOf(api.test.db, email)).toEqual([])
    expect(await worker.claim()).toEqual([])
  })

  test('leaves dead letters without the person, and makes no repeat of a call answer as if it were known', async () => {
    const { id, email } = await person('again')
    const request = { ...call(email), requestId: 'a name of nobody' }
    const first = await api.trigger(request)
    await worker.work(() => REJECTED)
    await untilErased(api, await erase(id))
    const repeat = await api.trigger(request)
    expect([first.status, repeat.status, repeat.body.code]).toEqual([202, 409, 'request_id_conflict'])
    const { items } = (await api.api('GET /dead-letters?limit=1')).body
    expect(items[0]).toMatchObject({ userId: 'erased', answer: '' })
  })

  test('is one, however often it is asked for at a time', async () => {
    const { id, email } = await person('twice')
    const ask = { identity: { namespace: 'Email', value: email }, confirm: 'erase' }
    const ids = await Promise.all([
      ...Array.from({ length: 4 }, () => erase(id)),
      api.api('POST /erasures', ask).then(answer => answer.body.id),
    ])
    expect(new Set(ids).size).toBe(1)
    await untilErased(api, ids[0] ?? '')
    expect((await api.api(`POST /profiles/${id}/erase`, { confirm: 'erase' })).status).toBe(404)
  })

  test('goes on in another process after one was killed in the middle of a step', async () => {
    const { id, email } = await person('killed')
    await api.trigger(call(email))
    const erasureId = await erase(id)
    const client = await api.test.db.connect()
    // The killed one has its erasure locked; others leave it alone until the lock is gone with the connection.
    await client.query('begin')
    await client.query('select 1 from erasure where id = $1 for update', [erasureId])
    expect(await createErasureTask(api).advance()).toBe(false)
    await client.query('rollback')
    client.release()
    await untilErased(api, erasureId)
    expect(await placesOf(api.test.db, email)).toEqual([])
  })

  test('works off two at a time, in two processes, without one doing the other’s', async () => {
    const people = [await person('one'), await person('two')]
    const ids = []
    for (const { id } of people) ids.push(await erase(id))
    const tasks = [createErasureTask(api), createErasureTask(api)]
    for (let step = 0; step < 40; step++) {
      const more = await Promise.all(tasks.map(task => task.advance()))
      if (!more.includes(true)) api.clock.move(LATE_MS)
    }
    for (const id of ids) expect((await api.api(`GET /erasures/${id}`)).body.state).toBe('finished')
    for (const { email } of people) expect(await placesOf(api.test.db, email)).toEqual([])
  })

  test('leaves others alone: whoever has the same name elsewhere, and messages of another profile to the address', async () => {
    const { id } = await person('mine')
    const other = await person('theirs')
    await api.trigger(call(other.email, { channelData: { emailAddress: 'mine@example.test' } }))
    const elsewhere = await api.api(
      'POST /profiles',
      { identities: [{ namespace: 'email', value: 'mine@example.test' }], attributes: {} },
      { 'x-sandbox-name': 'prod' },
    )
    await untilErased(api, await erase(id))
    const found = await api.api(`GET /profiles/${elsewhere.body.id}`, undefined, { 'x-sandbox-name': 'prod' })
    expect(found.status).toBe(200)
    expect(await stateOf(other.email)).toEqual(['ready'])
    await worker.work(() => SENT)
  })

  test('removes what people left who were deleted before, by their messages and by their address', async () => {
    const { db } = api.test
    const [written, silent, other] = [await person('wim'), await person('xia'), await person('yul')]
    const sayYes = async ({ id, email }: { readonly id: string; readonly email: string }): Promise<void> => {
      const identity = { namespace: 'email', value: email }
      for (const change of [
        { level: 'channel', channel: 'email', value: 'y', shown: 'Yes' },
        { level: 'identity', channel: 'email', identity, value: 'y', shown: 'Yes' },
      ])
        expect((await api.api(`PUT /profiles/${id}/consent`, change)).status).toBe(200)
    }
    for (const one of [written, silent, other]) await sayYes(one)
    // Somebody who is there said something about the address of one who is not any more.
    const theirs = {
      level: 'identity',
      channel: 'email',
      identity: { namespace: 'email', value: silent.email },
    }
    await api.api(`PUT /profiles/${other.id}/consent`, { ...theirs, value: 'n' })
    expect((await api.trigger(call(written.email))).status).toBe(202)
    await worker.work(() => SENT)
    for (const one of [written, silent])
      expect((await api.api(`DELETE /profiles/${one.id}`)).status).toBe(204)
    const evidenceOf = async (id: string): Promise<string[]> => {
      const { rows } = await db.query('select level from consent_event where profile_id = $1 order by id', [
        id,
      ])
      return rows.map(row => row.level)
    }
    expect(await evidenceOf(written.id)).toEqual(['channel', 'identity'])
    for (const { email } of [written, silent]) await eraseAddress(api, email)
    expect(await evidenceOf(written.id)).toEqual([])
    // No message leads to what was said without the address.
    expect(await evidenceOf(silent.id)).toEqual(['channel'])
    expect(await evidenceOf(other.id)).toEqual(['channel', 'identity', 'identity'])
  })
})
