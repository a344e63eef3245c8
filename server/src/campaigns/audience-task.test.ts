/** Runs over audiences as they are taken up: steps, kills between them, cancels, and what each member gets. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { eventually } from '../../test/carillon.ts'
import { startTestEngine } from '../../test/engine.ts'
import { createAudience, createMarketing, createPeople, runTasks, untilIdle } from '../../test/marketing.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createMemoryChannel } from '../channels/memory.ts'
import type { Engine } from '../delivery/engine.ts'

let api: TestApi
let engine: Engine | undefined
const channel = createMemoryChannel<RenderedEmail>()
beforeEach(async () => {
  api = await createTestApi()
})
afterEach(async () => {
  await engine?.drain()
  engine = undefined
  await api.close()
})

const start = async (): Promise<void> => {
  engine = await startTestEngine(api, () => channel)
}
const run = async (campaignId: string, body: object = {}): Promise<string> => {
  const answer = await api.api(`POST /campaigns/${campaignId}/runs`, body)
  expect(answer.status).toBe(202)
  return answer.body.executionId
}
const read = async (executionId: string) => (await api.api(`GET /executions/${executionId}`)).body

/** Many profiles at once, by SQL. */
const crowd = async (n: number): Promise<string[]> => {
  const { rows } = await api.test.db.query<{ id: string }>(
    `with made as (
       insert into profile (id, sandbox_id, attributes, created_at, modified_at)
       select gen_random_uuid(), s.id, '{}', $2, $2 from sandbox s, generate_series(1, $1) where s.name = 'dev'
       returning id, sandbox_id
     )
     insert into identity (sandbox_id, namespace, value, profile_id)
     select sandbox_id, 'email', id || '@example.test', id from made returning profile_id as id`,
    [n, api.clock.now()],
  )
  return rows.map(row => row.id)
}

it('each member once, in steps of a thousand, whichever process takes them and wherever one is killed', async () => {
  const audienceId = await createAudience(api, await crowd(2_500))
  const executionId = await run(await createMarketing(api, { audienceId }))
  const workers = [runTasks(api), runTasks(api), runTasks(api)]
  await Promise.all(workers.map(untilIdle))
  const { counts, run: found, finished } = await read(executionId)
  expect([counts.accepted, counts.open, finished]).toEqual([2_500, 2_500, false])
  expect(found).toMatchObject({ state: 'added', members: 2_500, taken: 2_500 })
  const { rows } = await api.test.db.query<{ n: number; people: number; left: number }>(
    `select count(*)::int as n, count(distinct m.recipient ->> 'profileId')::int as people,
       (select count(*)::int from run_member) as left from message m`,
  )
  expect(rows[0]).toEqual({ n: 2_500, people: 2_500, left: 0 })
})

it('a run that is cancelled takes up nobody more, and says how far it came', async () => {
  const audienceId = await createAudience(api, await crowd(2_500))
  const executionId = await run(await createMarketing(api, { audienceId }))
  const tasks = runTasks(api)
  for (let step = 0; step < 2; step++) for (const task of tasks) await task.advance()
  expect((await read(executionId)).run).toMatchObject({ state: 'adding', members: 2_500, taken: 1_000 })
  await api.api(`POST /executions/${executionId}/cancel`, {})
  await untilIdle(tasks)
  const after = await read(executionId)
  expect(after.run).toMatchObject({ state: 'cancelled', members: 2_500, taken: 1_000 })
  expect(after.counts.accepted).toBe(1_000)
})

it('a member who joins or leaves after the snapshot changes nothing', async () => {
  const [one = '', two = '', three = ''] = await crowd(3)
  const audienceId = await createAudience(api, [one, two])
  const executionId = await run(await createMarketing(api, { audienceId }))
  const tasks = runTasks(api)
  for (const task of tasks) await task.advance()
  await api.test.db.query('delete from audience_member where profile_id = $1', [one])
  await api.test.db.query('insert into audience_member values ($1, $2, $3)', [audienceId, three, {}])
  await untilIdle(tasks)
  const { messages } = await read(executionId)
  expect(messages.map((m: { userId: string }) => m.userId).sort()).toEqual(
    [`${one}@example.test`, `${two}@example.test`].sort(),
  )
})

it('an empty audience is a run without messages, and finished', async () => {
  const audienceId = await createAudience(api, [])
  const executionId = await run(await createMarketing(api, { audienceId }))
  await untilIdle(runTasks(api))
  const { counts, finished, run: found } = await read(executionId)
  expect([counts.accepted, finished, found.state]).toEqual([0, true, 'added'])
})

it('a run whose audience is archived before it begins fails with the reason', async () => {
  const audienceId = await createAudience(api, await crowd(1))
  const executionId = await run(await createMarketing(api, { audienceId }))
  await api.test.db.query('update audience set archived_at = $1', [api.clock.now()])
  await untilIdle(runTasks(api))
  expect((await read(executionId)).run.state).toBe('failed')
})

it('members get the content with profile, shared context and their own row; who may not is left out with a reason', async () => {
  const [ada = '', opted = '', erased = ''] = await createPeople(api, 'member', [
    { name: 'Ada' },
    { name: 'Bob', consents: { marketing: { email: { val: 'n' } } } },
    { name: 'Cid' },
  ])
  const phone = await api.api('POST /profiles', {
    identities: [{ namespace: 'phone', value: '+31612345678' }],
    attributes: { personalEmail: { address: 'dee@example.test' } },
  })
  const audienceId = await createAudience(api, [ada, opted, erased, phone.body.id], { seat: '7A' })
  const campaignId = await createMarketing(api, {
    audienceId,
    content: {
      subject: '{{profile.name}} {{context.code}} {{context.audience.seat}}',
      html: '<p>Hi</p>',
      text: null,
    },
  })
  const check = async (value: string) =>
    (await api.api(`POST /campaigns/${campaignId}/check`, { namespace: 'email', value })).body
  expect(await check('member1@example.test')).toMatchObject({
    outcome: 'excluded',
    reason: 'email_no_consent',
  })
  expect(await check('member0@example.test')).toMatchObject({ outcome: 'send' })
  const executionId = await run(campaignId, { context: { code: 'X1' } })
  await untilIdle(runTasks(api))
  await api.test.db.query('delete from profile where id = $1', [erased])
  await start()
  await eventually('the end', async () => (await read(executionId)).finished)
  const { messages, counts } = await read(executionId)
  const of = (userId: string) => messages.find((m: { userId: string }) => m.userId === userId)
  expect(of('member0@example.test')).toMatchObject({ state: 'sent' })
  expect(of('member1@example.test')).toMatchObject({ state: 'excluded', reason: 'email_no_consent' })
  expect(of('member2@example.test')).toMatchObject({ state: 'excluded', reason: 'profile_erased' })
  expect(of(phone.body.id)).toMatchObject({ state: 'excluded', reason: 'identity_missing' })
  expect(counts).toMatchObject({ accepted: 4, sent: 1, excluded: 3, open: 0 })
  expect(channel.sent.map(mail => /^Subject: (.*)$/m.exec(mail.raw.toString())?.[1])).toEqual(['Ada X1 7A'])
  const why = await api.api(
    `GET /why?campaign=${campaignId}&namespace=email&value=${encodeURIComponent('member1@example.test')}`,
  )
  expect(why.body).toMatchObject({ conclusionCode: 'excluded' })
  const status = await api.call(`GET /ajo/im/executions/audience/${executionId}`, {
    headers: api.ajoHeaders(),
  })
  expect(status.body).toMatchObject({ status: 'Succeeded', targetedProfileCount: 4 })
})
