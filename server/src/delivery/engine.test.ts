import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { eventually } from '../../test/carillon.ts'
import { startTestEngine } from '../../test/engine.ts'
import type { SendOutcome } from '../channels/channel.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createMemoryChannel, type MemoryChannel } from '../channels/memory.ts'
import type { Engine } from './engine.ts'

let api: TestApi
let engine: Engine | undefined
let channel: MemoryChannel<RenderedEmail>
let answer: (mail: RenderedEmail) => SendOutcome | Promise<SendOutcome>
let n = 0

const accepted: SendOutcome = { kind: 'accepted', code: '250', answer: 'ok' }
const start = async (window = 128): Promise<void> => {
  engine = await startTestEngine(api, () => channel, { window })
}
const createCampaign = async (more: object = {}): Promise<string> => {
  const content = {
    subject: 'Hi {{context.name}}',
    html: '<p>{{#each context.list}}{{this}}{{/each}} for {{profile.name}}</p>',
    text: null,
  }
  const { body } = await api.api('POST /campaigns', { name: 'Engine', content, ...more })
  expect((await api.api(`POST /campaigns/${body.id}/activate`)).status).toBe(200)
  return body.id
}
const trigger = async (campaignId: string, recipient: object = {}): Promise<string> => {
  const recipients = [{ type: 'external', userId: `p${++n}@example.test`, namespace: 'email', ...recipient }]
  const { body } = await api.trigger({ requestId: `r${n}`, campaignId, recipients })
  engine?.wake()
  return body.executionId
}
type State = { state: string; reason: string | null; messageId: string }
const stateOf = async (executionId: string): Promise<State> =>
  (await api.api(`GET /executions/${executionId}`)).body.messages[0]
const settles = (executionId: string, state: string): Promise<State> =>
  eventually(
    `${state}`,
    async () => {
      engine?.wake()
      const found = await stateOf(executionId)
      return found.state === state && found
    },
    8_000,
  )
const attempts = async (executionId: string): Promise<string[]> =>
  (await api.api(`GET /messages/${(await stateOf(executionId)).messageId}`)).body.attempts.map(
    (one: { outcome: string }) => one.outcome,
  )

beforeEach(async () => {
  api = await createTestApi()
  answer = () => accepted
  channel = createMemoryChannel<RenderedEmail>({ answer: mail => answer(mail) })
})
afterEach(async () => {
  await engine?.drain()
  engine = undefined
  await api.close()
})

describe('the engine', () => {
  it('sends an accepted message once, as the dry run said, and records the attempt', async () => {
    await start()
    const campaign = await createCampaign()
    const person = { context: { name: 'Ada', list: ['a', '<b>'] }, profile: { name: 'Ada' } }
    const preview = await api.trigger(
      {
        requestId: 'x',
        campaignId: campaign,
        recipients: [{ type: 'external', userId: 'p@example.test', namespace: 'email', ...person }],
      },
      { query: '?dryRun=true' },
    )
    const execution = await trigger(campaign, person)
    await settles(execution, 'sent')
    const raw = channel.sent[0]?.raw.toString() ?? ''
    expect(channel.sent).toHaveLength(1)
    expect(raw).toContain(`Subject: ${preview.body.recipients[0].email.subject}`)
    expect(raw).toContain(preview.body.recipients[0].email.html)
    expect(await attempts(execution)).toEqual(['accepted'])
  })

  it('tries a refused message again later, and gives it up as a dead letter when the retry period is over', async () => {
    await start()
    const campaign = await createCampaign()
    answer = () => ({ kind: 'retry', code: '451', answer: 'later' })
    const execution = await trigger(campaign)
    await eventually('the refusal', async () => (await stateOf(execution)).reason === 'temporary_refusal')
    expect((await stateOf(execution)).state).toBe('ready')
    expect(channel.sent).toHaveLength(1)
    answer = () => accepted
    api.clock.move(10_000)
    await settles(execution, 'sent')
    expect(await attempts(execution)).toEqual(['retry', 'accepted'])
    answer = () => ({ kind: 'throttle', code: '421', answer: 'slow down' })
    const late = await trigger(campaign)
    await eventually('the refusal', async () => (await stateOf(late)).reason === 'throttled')
    api.clock.move(84 * 3_600_000)
    expect((await settles(late, 'failed')).reason).toBe('retry_period_over')
  })

  it('slows down for everybody when a part of a message was asked to, whatever became of the whole', async () => {
    await start()
    answer = () => ({ ...accepted, throttled: { retryAfterMs: 3_600_000 } })
    await settles(await trigger(await createCampaign()), 'sent')
    await eventually('the shared pace', async () => {
      const held = "select from pace where key like 'transport:%' and free_at > $1"
      return (await api.test.db.query(held, [new Date(api.clock.now().getTime() + 1_800_000)])).rowCount === 1
    })
  })

  it('settles a final refusal as failed, and a cut after the hand-over as unknown, without another try', async () => {
    await start()
    const campaign = await createCampaign()
    answer = () => ({ kind: 'reject', code: '550 5.1.1', answer: 'no such user' })
    expect((await settles(await trigger(campaign), 'failed')).reason).toBe('rejected')
    answer = () => ({ kind: 'unknown', code: 'ECONNRESET', answer: '' })
    const cut = await trigger(campaign)
    expect((await settles(cut, 'unknown')).reason).toBe('connection_cut')
    api.clock.move(3_600_000)
    await settles(await trigger(campaign), 'unknown')
    expect(await attempts(cut)).toEqual(['unknown'])
  })

  it('leaves out who has no address or a malformed one, with the reason', async () => {
    await start()
    const campaign = await createCampaign()
    expect(
      (await settles(await trigger(campaign, { userId: 'customer-7', namespace: 'crm' }), 'excluded')).reason,
    ).toBe('email_no_address')
    expect(
      (
        await settles(
          await trigger(campaign, { channelData: { emailAddress: 'not an address' } }),
          'excluded',
        )
      ).reason,
    ).toBe('email_malformed_address')
    expect(channel.sent).toHaveLength(0)
  })

  it('does not send what expired while it waited', async () => {
    const campaign = await createCampaign({ messageExpirySeconds: 60 })
    const execution = await trigger(campaign)
    api.clock.move(61_000)
    await start()
    expect((await settles(execution, 'failed')).reason).toBe('expired')
    expect(channel.sent).toHaveLength(0)
  })

  it('sets aside what three workers took up without reaching the hand-over', async () => {
    const execution = await trigger(await createCampaign())
    await api.test.db.query('update delivery set claims = 3')
    await start()
    expect((await settles(execution, 'failed')).reason).toBe('poisoned')
  })

  it('never has more marked and unrecorded than its window', async () => {
    let [open, most] = [0, 0]
    answer = async () => {
      most = Math.max(most, ++open)
      const { rows } = await api.test.db.query<{ n: number }>(
        `select count(*) as n from delivery where state = 'handing_over'`,
      )
      most = Math.max(most, rows[0]?.n ?? 0)
      open--
      return accepted
    }
    const campaign = await createCampaign()
    const executions = await Promise.all(Array.from({ length: 40 }, () => trigger(campaign)))
    await start(5)
    for (const execution of executions) await settles(execution, 'sent')
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(5)
  })

  it('keeps results while the database refuses them, and records them afterwards', async () => {
    await start()
    const campaign = await createCampaign()
    await api.test.db.query('alter table attempt rename to attempt_away')
    const execution = await trigger(campaign)
    await eventually('the send', () => channel.sent.length === 1)
    expect((await stateOf(execution)).state).toBe('handing_over')
    await api.test.db.query('alter table attempt_away rename to attempt')
    await settles(execution, 'sent')
    expect(await attempts(execution)).toEqual(['accepted'])
    expect(channel.sent).toHaveLength(1)
  })

  it('sends nothing for a sandbox that was stopped, and goes on once it is released', async () => {
    const campaign = await createCampaign()
    await api.test.db.query(
      `insert into hold (id, sandbox_id, kind, scope, scope_id, detail, created_at, created_by)
       select gen_random_uuid(), id, 'stop', 'sandbox', id, '', '2026-01-01', 'test' from sandbox where name = 'dev'`,
    )
    const execution = await trigger(campaign)
    await start()
    expect((await settles(execution, 'held')).reason).toBe('stopped')
    expect(channel.sent).toHaveLength(0)
    await api.test.db.query(`update hold set lifted_at = '2026-01-01'`)
    await settles(execution, 'sent')
  })

  it('gives back what it has not marked when it drains', async () => {
    const release: (() => void)[] = []
    answer = () => new Promise(resolve => release.push(() => resolve(accepted)))
    const campaign = await createCampaign()
    await Promise.all(Array.from({ length: 30 }, () => trigger(campaign)))
    await start(4)
    await eventually('the first hand-overs', () => release.length === 4)
    const drained = engine?.drain()
    engine = undefined
    for (const one of release) one()
    await drained
    const { rows } = await api.test.db.query<{ state: string; n: number }>(
      'select state, count(*) as n from delivery group by state order by state',
    )
    expect(rows).toEqual([
      { state: 'ready', n: 26 },
      { state: 'sent', n: 4 },
    ])
  })
})
