/** Rule sets at work: the same reason from a dry run, from sending and from `why`. */
import type { RuleWrite } from '@carillon/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { eventually } from '../../test/carillon.ts'
import { startTestEngine } from '../../test/engine.ts'
import { createAudience, dryRunTo, sendTo } from '../../test/marketing.ts'
import type { SendOutcome } from '../channels/channel.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createMemoryChannel, type MemoryChannel } from '../channels/memory.ts'
import type { Engine } from './engine.ts'

const HOUR_MS = 3_600_000
const SPREAD_MS = 120_000
const accepted: SendOutcome = { kind: 'accepted', code: '250', answer: 'ok' }
let api: TestApi
let engine: Engine
let channel: MemoryChannel<RenderedEmail>
let answer: SendOutcome
let n = 0

beforeEach(async () => {
  api = await createTestApi()
  // A few minutes into an hour: a test never sees the next one by itself.
  api.clock.move(HOUR_MS - (api.clock.now().getTime() % HOUR_MS) + 300_000)
  answer = accepted
  channel = createMemoryChannel<RenderedEmail>({ answer: () => answer })
  engine = await startTestEngine(api, () => channel)
})
afterEach(async () => {
  await engine.drain()
  await api.close()
})

const must = async (route: string, body?: object) => {
  const found = await api.api(route, body)
  expect(found.status, `${route} ${JSON.stringify(found.body)}`).toBeLessThan(300)
  return found.body
}
const cap = (count: number, more: object = {}): RuleWrite => ({
  ...{ kind: 'capping', name: `cap ${++n}`, count, period: 'hour', every: 1, channels: ['email'], ...more },
})
const clock = (hours: number): string =>
  new Date(api.clock.now().getTime() + hours * HOUR_MS).toISOString().slice(11, 16)
const quiet = (action: 'queue' | 'discard', more: object = {}): RuleWrite => ({
  ...{ kind: 'quiet_hours', name: `quiet ${++n}`, channels: ['email'], action },
  timeZone: { kind: 'fixed', zone: 'UTC' },
  periods: [
    {
      ...{ kind: 'weekly', hours: { from: clock(-1), to: clock(1) } },
      days: ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'],
    },
  ],
  ...more,
})
const ruleSet = async (...rules: RuleWrite[]): Promise<string> => {
  const { id } = await must('POST /rule-sets', { name: `set ${++n}`, rules })
  await must(`POST /rule-sets/${id}/activate`)
  // What was kept of the sets before is too old now.
  api.clock.move(2_000)
  return id
}
const globalRules = async (...rules: RuleWrite[]): Promise<void> => {
  const { items } = await must('GET /rule-sets?search=global')
  await must(`PATCH /rule-sets/${items[0].id}`, { rules })
  api.clock.move(2_000)
}
const campaign = async (more: object = {}): Promise<string> => {
  const content = { subject: 'Hi', html: '<p>Hi</p>', text: 'Hi' }
  const audienceId = await createAudience(api, [])
  const made = await must('POST /campaigns', {
    ...{ name: 'Rules', category: 'marketing', audienceId, content },
    ...more,
  })
  await must(`POST /campaigns/${made.id}/activate`)
  return made.id
}
const ada = { type: 'external', userId: 'ada@example.test', namespace: 'email' }
const callOf = (campaignId: string, recipient: object) => ({
  ...{ requestId: `r${++n}`, campaignId, recipients: [{ ...ada, ...recipient }] },
})
const send = async (campaignId: string, recipient: object = {}): Promise<string> => {
  const { status, body } = await sendTo(api, callOf(campaignId, recipient))
  expect(status, JSON.stringify(body)).toBe(202)
  engine.wake()
  return body.executionId
}
interface Found {
  readonly state: string
  readonly reason: string | null
  readonly dueAt: string
}
const stateOf = async (executionId: string): Promise<Found> =>
  (await api.api(`GET /executions/${executionId}`)).body.messages[0]
const becomes = (executionId: string, state: string, reason: string | null = null): Promise<Found> =>
  eventually(
    `${state} ${reason}`,
    async () => {
      engine.wake()
      const found = await stateOf(executionId)
      return found.state === state && found.reason === reason && found
    },
    8_000,
  )
const dryRun = async (campaignId: string, recipient: object = {}): Promise<unknown[]> => {
  const { outcome, reason, detail } = await dryRunTo(api, callOf(campaignId, recipient))
  if (outcome === 'excluded') expect(detail).toMatch(/^(cap|quiet) \d+$/)
  return [outcome, reason]
}
// Dry run, sending and `why` agree that the next message of the campaign to Ada is left out.
const leavesOut = async (campaignId: string, reason: string, recipient: object = {}): Promise<void> => {
  expect(await dryRun(campaignId, recipient)).toEqual(['excluded', reason])
  await becomes(await send(campaignId, recipient), 'excluded', reason)
  const question = new URLSearchParams({ campaign: campaignId, namespace: 'email', value: ada.userId })
  const [newest] = (await must(`GET /why?${question}`)).messages
  expect(newest).toMatchObject({ state: 'excluded', reason })
  // It names the rule.
  expect(JSON.stringify(newest.timeline)).toMatch(/(cap|quiet) \d+/)
}

describe('frequency caps', () => {
  it('of the global set hold for all marketing campaigns together, in calendar windows', async () => {
    await globalRules(cap(2))
    const [one, other] = [await campaign(), await campaign()]
    await becomes(await send(one), 'sent')
    await becomes(await send(other), 'sent')
    await leavesOut(one, 'frequency_capped')
    await becomes(await send(one, { userId: 'bob@example.test' }), 'sent')
    api.clock.move(HOUR_MS)
    expect(await dryRun(one)).toEqual(['send', null])
    await becomes(await send(one), 'sent')
  })

  it('are nothing to transactional messages, and do not count them', async () => {
    await globalRules(cap(1))
    const transactional = await campaign({ category: 'transactional' })
    await becomes(await send(transactional), 'sent')
    await becomes(await send(transactional), 'sent')
    await becomes(await send(await campaign()), 'sent')
  })

  it('of a custom set hold for the campaigns that name it; the lowest remaining decides', async () => {
    const set = await ruleSet(cap(5), cap(1, { period: 'day', every: 2 }))
    const [free, bound] = [await campaign(), await campaign({ ruleSetIds: [set] })]
    await becomes(await send(free), 'sent')
    await becomes(await send(bound), 'sent')
    await leavesOut(bound, 'frequency_capped')
    await becomes(await send(free), 'sent')
    await must(`POST /rule-sets/${set}/deactivate`)
    api.clock.move(2_000)
    await becomes(await send(bound), 'sent')
  })

  it('count a profile, whatever its identity', async () => {
    await globalRules(cap(1))
    const id = await campaign()
    await must('POST /profiles', {
      attributes: { personalEmail: { address: 'ada@example.test' } },
      identities: [
        { namespace: 'email', value: 'ada@example.test' },
        { namespace: 'crm', value: '7' },
      ],
    })
    await becomes(await send(id, { type: 'aep' }), 'sent')
    expect(await dryRun(id, { type: 'aep', namespace: 'crm', userId: '7' })).toEqual([
      'excluded',
      'frequency_capped',
    ])
    await leavesOut(id, 'frequency_capped', { type: 'aep' })
  })

  it('give back what was refused for good, and keep what may have arrived', async () => {
    await globalRules(cap(1))
    const id = await campaign()
    answer = { kind: 'reject', code: '550', answer: 'no' }
    await becomes(await send(id), 'failed', 'rejected')
    answer = { kind: 'unknown', code: 'ECONNRESET', answer: '' }
    await becomes(await send(id), 'unknown', 'connection_cut')
    answer = accepted
    await leavesOut(id, 'frequency_capped')
  })

  it('let a retry go on, and count it in the window of its first try', async () => {
    await globalRules(cap(1))
    const id = await campaign()
    answer = { kind: 'retry', code: '451', answer: 'later' }
    const first = await send(id)
    await becomes(first, 'ready', 'temporary_refusal')
    await leavesOut(id, 'frequency_capped')
    api.clock.move(HOUR_MS)
    answer = accepted
    await becomes(first, 'sent')
    await becomes(await send(id), 'sent')
  })

  it('do not count what a person cancelled between two tries', async () => {
    await globalRules(cap(1))
    const [one, other] = [await campaign(), await campaign()]
    answer = { kind: 'retry', code: '451', answer: 'later' }
    const first = await send(one)
    await becomes(first, 'ready', 'temporary_refusal')
    expect(await dryRun(other)).toEqual(['excluded', 'frequency_capped'])
    await must(`POST /campaigns/${one}/cancel`, { detail: 'wrong' })
    answer = accepted
    await eventually('the cancel', async () => (await stateOf(first)).state === 'cancelled')
    expect(await dryRun(other)).toEqual(['send', null])
    await becomes(await send(other), 'sent')
  })

  it('do not count what was held too long between two tries', async () => {
    await globalRules(cap(1))
    const [one, other] = [await campaign(), await campaign()]
    answer = { kind: 'retry', code: '451', answer: 'later' }
    const first = await send(one)
    await becomes(first, 'ready', 'temporary_refusal')
    expect(await dryRun(other)).toEqual(['excluded', 'frequency_capped'])
    answer = accepted
    await api.test.db.query(
      `update delivery set state = 'excluded', reason = 'held_too_long' where state = 'ready'`,
    )
    expect(await dryRun(other)).toEqual(['send', null])
    await becomes(await send(other), 'sent')
  })

  it('have the windows of the clock of their sandbox', async () => {
    await globalRules(cap(1, { period: 'day' }))
    const id = await campaign()
    await must('PUT /clock/mode', { testClock: true })
    await becomes(await send(id), 'sent')
    await leavesOut(id, 'frequency_capped')
    await must('POST /clock/advance', { seconds: 86_400 })
    engine.clocksChanged()
    expect(await dryRun(id)).toEqual(['send', null])
    await becomes(await send(id), 'sent')
    await leavesOut(id, 'frequency_capped')
  })

  it('give back what expires while it waits for another try', async () => {
    await globalRules(cap(1))
    const id = await campaign({ messageExpirySeconds: 600 })
    answer = { kind: 'retry', code: '451', answer: 'later' }
    const first = await send(id)
    await becomes(first, 'ready', 'temporary_refusal')
    api.clock.move(900_000)
    await becomes(first, 'failed', 'expired')
    answer = accepted
    await becomes(await send(id), 'sent')
  })
})

describe('quiet hours', () => {
  it('that discard leave out', async () => {
    await leavesOut(await campaign({ ruleSetIds: [await ruleSet(quiet('discard'))] }), 'quiet_hours')
    expect(channel.sent).toHaveLength(0)
  })

  it('that queue hold back until shortly after their end', async () => {
    const id = await campaign({ ruleSetIds: [await ruleSet(quiet('queue'))] })
    const end = Math.floor(api.clock.now().getTime() / 60_000) * 60_000 + HOUR_MS
    expect(await dryRun(id)).toEqual(['held', 'quiet_hours_wait'])
    const execution = await send(id)
    await becomes(execution, 'ready', 'quiet_hours_wait')
    const { rows } = await api.test.db.query<{ due_at: Date; claims: number }>(
      'select due_at, claims from delivery',
    )
    expect(rows[0]?.claims).toBe(0)
    const late = (rows[0]?.due_at.getTime() ?? 0) - end
    expect(late).toBeGreaterThanOrEqual(0)
    expect(late).toBeLessThan(SPREAD_MS)
    api.clock.move(HOUR_MS + SPREAD_MS)
    await eventually('the end', async () => {
      engine.wake()
      return (await stateOf(execution)).state === 'sent'
    })
  })

  it('are told by the clock of the person, and are nothing to one without a zone', async () => {
    const id = await campaign({
      ruleSetIds: [await ruleSet(quiet('discard', { timeZone: { kind: 'recipient' } }))],
    })
    await leavesOut(id, 'quiet_hours', { profile: { timeZone: 'Etc/UTC' } })
    for (const profile of [{}, { timeZone: 'Mars/Olympus' }, { timeZone: 7 }, { timeZone: 'Etc/GMT-8' }])
      await becomes(await send(id, { profile }), 'sent')
  })

  it('leave out what would expire before their end, or wait for more than a week', async () => {
    const queueing = await ruleSet(quiet('queue'))
    await leavesOut(await campaign({ ruleSetIds: [queueing], messageExpirySeconds: 600 }), 'quiet_hours')
    const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
    const always = await ruleSet(quiet('queue', { periods: [{ kind: 'weekly', days, hours: null }] }))
    await leavesOut(await campaign({ ruleSetIds: [always] }), 'quiet_hours')
  })

  it('end on the clock of the sandbox', async () => {
    await must('PUT /clock/mode', { testClock: true })
    const id = await campaign({ ruleSetIds: [await ruleSet(quiet('queue'))], messageExpirySeconds: 7_200 })
    const execution = await send(id)
    await becomes(execution, 'ready', 'quiet_hours_wait')
    await must('POST /clock/advance', { seconds: 3_600 + SPREAD_MS / 1_000 })
    engine.clocksChanged()
    await eventually('the end', async () => {
      engine.wake()
      return (await stateOf(execution)).state === 'sent'
    })
  })

  it('are nothing to transactional messages', async () => {
    const ruleSetIds = [await ruleSet(quiet('discard'))]
    await becomes(await send(await campaign({ category: 'transactional', ruleSetIds })), 'sent')
  })
})
