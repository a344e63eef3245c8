/** The engine under control: holds, limits per person, rates, failover, breakers, lanes and policies. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { eventually } from '../../test/carillon.ts'
import { startTestEngine } from '../../test/engine.ts'
import { addToRun, beginRun, runMessageId } from '../campaigns/run.ts'
import type { Channel, SendOutcome } from '../channels/channel.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createMemoryChannel } from '../channels/memory.ts'
import { uuidv7 } from '../lib/ids.ts'
import type { Engine } from './engine.ts'

type Answer = (mail: RenderedEmail) => SendOutcome | Promise<SendOutcome>
interface Provider {
  readonly channel: Channel<RenderedEmail>
  answer: Answer
  readonly sent: readonly RenderedEmail[]
}

const accepted: SendOutcome = { kind: 'accepted', code: '250', answer: 'ok' }
let api: TestApi
let engine: Engine | undefined
let n = 0
let providers: Map<string, Provider>

const provider = (id: string, more: { slots?: number; deduplicates?: boolean } = {}): Provider => {
  const found = providers.get(id)
  if (found !== undefined) return found
  const made: Provider = {
    answer: () => accepted,
    get sent() {
      return memory.sent
    },
    get channel() {
      return { ...memory, deduplicates: more.deduplicates ?? false }
    },
  }
  const memory = createMemoryChannel<RenderedEmail>({
    slots: more.slots ?? 8,
    answer: mail => made.answer(mail),
  })
  providers.set(id, made)
  return made
}
const allSent = (): readonly RenderedEmail[] => [...providers.values()].flatMap(one => one.sent)

const start = async (): Promise<void> => {
  engine = await startTestEngine(api, id => provider(id).channel)
}
const post = async (path: string, body?: object): Promise<{ id: string }> => {
  const answer = await api.api(`POST ${path}`, body)
  expect(answer.status, `${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300)
  return answer.body
}
const transport = async (name: string): Promise<string> =>
  (await post('/transports', { name, smtp: { host: '127.0.0.1', port: 25, security: 'none' } })).id
const configuration = async (transportId: string, fallbackTransportIds: string[] = []): Promise<string> =>
  (
    await post('/channel-configurations', {
      name: `configuration ${++n}`,
      transportId,
      fallbackTransportIds,
      fromName: '',
      fromAddress: 'a@example.test',
      replyTo: null,
      retryMinutes: 600,
    })
  ).id
const campaign = async (more: object = {}): Promise<string> => {
  const channelConfigurationId = await configuration(await transport(`transport ${++n}`))
  const content = { subject: 'Hi', html: '<p>Hi</p>', text: 'Hi' }
  const { id } = await post('/campaigns', { name: 'Controls', content, channelConfigurationId, ...more })
  await post(`/campaigns/${id}/activate`)
  return id
}
const trigger = async (campaignId: string, userId = `p${++n}@example.test`): Promise<string> => {
  const recipients = [{ type: 'external', userId, namespace: 'email' }]
  const { body, status } = await api.trigger({ requestId: `r${++n}`, campaignId, recipients })
  expect(status, JSON.stringify(body)).toBe(202)
  engine?.wake()
  return body.executionId
}
interface Found {
  readonly state: string
  readonly reason: string | null
  readonly messageId: string
}
const stateOf = async (executionId: string): Promise<Found> =>
  (await api.api(`GET /executions/${executionId}`)).body.messages[0]
const becomes = (executionId: string, state: string, reason?: string | null): Promise<Found> =>
  eventually(
    `${state} ${reason ?? ''}`,
    async () => {
      engine?.wake()
      const found = await stateOf(executionId)
      return found.state === state && (reason === undefined || found.reason === reason) && found
    },
    10_000,
  )
const timelineOf = async (messageId: string): Promise<string[]> =>
  (await api.api(`GET /messages/${messageId}`)).body.timeline.map((step: { kind: string }) => step.kind)

beforeEach(async () => {
  api = await createTestApi()
  providers = new Map()
})
afterEach(async () => {
  await engine?.drain()
  engine = undefined
  await api.close()
})

describe('holds', () => {
  it('keep the messages of a paused campaign back, let them go when lifted, and tell both', async () => {
    const id = await campaign()
    const hold = await post(`/campaigns/${id}/pause`, { detail: 'wrong price' })
    await start()
    const execution = await trigger(id)
    const { messageId } = await becomes(execution, 'held', 'paused')
    expect(allSent()).toHaveLength(0)
    await post(`/holds/${hold.id}/lift`, { decision: 'release' })
    await becomes(execution, 'sent')
    expect(await timelineOf(messageId)).toEqual(['accepted', 'held', 'released', 'attempt'])
  })

  it('end with a cancel: held and waiting messages are cancelled, later calls are not', async () => {
    const id = await campaign()
    const hold = await post(`/campaigns/${id}/pause`)
    await start()
    const before = await trigger(id)
    await becomes(before, 'held')
    api.clock.move(5)
    await post(`/holds/${hold.id}/lift`, { decision: 'cancel' })
    await becomes(before, 'cancelled', 'cancelled_by_person')
    api.clock.move(5)
    await becomes(await trigger(id), 'sent')
    expect(allSent()).toHaveLength(1)
  })

  it('of the runaway guard begin at its ceiling, and a person lets the rest go', async () => {
    const guard = { perMinute: 3, perDay: null, perPersonPerDay: null, suddenRise: false }
    const id = await campaign({ guard })
    const executions: string[] = []
    for (let call = 0; call < 5; call++) executions.push(await trigger(id))
    await start()
    const settled = await Promise.all(
      executions.map(execution =>
        eventually('held or sent', async () => {
          const { state } = await stateOf(execution)
          return (state === 'held' || state === 'sent') && state
        }),
      ),
    )
    expect(settled.filter(state => state === 'sent').length).toBeLessThanOrEqual(3)
    expect(settled.filter(state => state === 'held').length).toBeGreaterThanOrEqual(2)
    const [hold] = (await api.api('GET /holds')).body.items
    expect(hold).toMatchObject({ kind: 'runaway', scope: 'campaign', scopeId: id })
    await post(`/holds/${hold.id}/lift`, { decision: 'release' })
    for (const execution of executions) await becomes(execution, 'sent')
    expect(allSent()).toHaveLength(5)
  })

  it('take what is later than the campaign allows, until a person decides', async () => {
    const id = await campaign({ staleAfterSeconds: 600 })
    const execution = await trigger(id)
    api.clock.move(601_000)
    await start()
    await becomes(execution, 'held', 'stale')
    await post('/held/decide', { campaignId: id, decision: 'release' })
    await becomes(execution, 'sent')
  })
})

describe('limits per person', () => {
  it('let a campaign reach a person once within its window, and again after it', async () => {
    const id = await campaign({ onceWindowSeconds: 3_600 })
    await start()
    await becomes(await trigger(id, 'ada@example.test'), 'sent')
    await becomes(await trigger(id, 'ada@example.test'), 'excluded', 'once_window')
    await becomes(await trigger(id, 'bea@example.test'), 'sent')
    api.clock.move(3_601_000)
    await becomes(await trigger(id, 'ada@example.test'), 'sent')
  })

  it('hold under a crowd: of twenty calls for one person as many are sent as the guard allows', async () => {
    const guard = { perMinute: null, perDay: null, perPersonPerDay: 4, suddenRise: false }
    const id = await campaign({ guard })
    const executions = await Promise.all(Array.from({ length: 20 }, () => trigger(id, 'ada@example.test')))
    await start()
    const states = await Promise.all(
      executions.map(execution =>
        eventually('settled', async () => {
          const { state, reason } = await stateOf(execution)
          return state === 'sent' || state === 'excluded' ? `${state} ${reason}` : false
        }),
      ),
    )
    expect(states.filter(state => state === 'sent null')).toHaveLength(4)
    expect(states.filter(state => state === 'excluded person_ceiling')).toHaveLength(16)
  })

  it('give a use back when the provider refused for good', async () => {
    const transportId = await transport('refusing')
    const channelConfigurationId = await configuration(transportId)
    const id = await campaign({ channelConfigurationId, onceWindowSeconds: 3_600 })
    const refusing = provider(transportId)
    refusing.answer = () => ({ kind: 'reject', code: '550', answer: 'no' })
    await start()
    await becomes(await trigger(id, 'ada@example.test'), 'failed', 'rejected')
    refusing.answer = () => accepted
    await eventually(
      'the use given back',
      async () => (await api.test.db.query('select 1 from recipient_use')).rowCount === 0,
    )
    await becomes(await trigger(id, 'ada@example.test'), 'sent')
  })
})

describe('rates', () => {
  it('let no more of a campaign out than its rate, and the rest in time', async () => {
    const id = await campaign({ ratePerSecond: 2 })
    const executions: string[] = []
    for (let call = 0; call < 12; call++) executions.push(await trigger(id))
    await start()
    await eventually('the rest to wait', async () => {
      const { rows } = await api.test.db.query<{ n: number }>(
        `select count(*)::int as n from delivery where reason = 'paced' and state = 'ready'`,
      )
      return (rows[0]?.n ?? 0) >= 8
    })
    expect(allSent().length).toBeLessThanOrEqual(4)
    for (let step = 0; step < 12; step++) {
      api.clock.move(500)
      engine?.wake()
      await new Promise(resolve => setImmediate(resolve))
    }
    for (const execution of executions) await becomes(execution, 'sent')
    expect(allSent()).toHaveLength(12)
  })
})

describe('a provider that asked to slow down', () => {
  it('is not kept waiting for by messages once it takes more again', async () => {
    const transportId = await transport('throttling')
    const id = await campaign({ channelConfigurationId: await configuration(transportId) })
    const throttling = provider(transportId)
    throttling.answer = () => ({ kind: 'throttle', code: '450', answer: 'slow down' })
    await start()
    await becomes(await trigger(id), 'ready', 'throttled')
    throttling.answer = () => accepted
    const executions: string[] = []
    for (let call = 0; call < 80; call++) executions.push(await trigger(id))
    await eventually('the others to wait', async () => {
      const { rowCount } = await api.test.db.query(`select 1 from delivery where reason = 'paced'`)
      return (rowCount ?? 0) > 40
    })
    const rate = async (): Promise<number> => {
      const { rows } = await api.test.db.query<{ rate: number }>(
        'select coalesce(max(learned_rate), 0) as rate from pace',
      )
      return rows[0]?.rate ?? 0
    }
    // A few times five seconds bring it from one a second to none; at one a second they would need eighty.
    for (let step = 0; step < 8; step++) {
      const before = await rate()
      if (before === 0) break
      api.clock.move(5_100)
      engine?.wake()
      await eventually('the rate to rise', async () => (await rate()) !== before)
    }
    expect(await rate()).toBe(0)
    for (const execution of executions) await becomes(execution, 'sent')
    expect(new Set(throttling.sent.map(mail => mail.messageId)).size).toBe(81)
  })
})

describe('transports', () => {
  it('take over at once when the first refuses for now, never when nobody knows', async () => {
    const [first, second] = [await transport('first'), await transport('second')]
    const channelConfigurationId = await configuration(first, [second])
    const id = await campaign({ channelConfigurationId })
    provider(first).answer = () => ({ kind: 'retry', code: '451', answer: 'later' })
    await start()
    await becomes(await trigger(id), 'sent')
    expect([provider(first).sent.length, provider(second).sent.length]).toEqual([1, 1])
    provider(first).answer = () => ({ kind: 'unknown', code: 'ECONNRESET', answer: '' })
    await becomes(await trigger(id), 'unknown')
    expect([provider(first).sent.length, provider(second).sent.length]).toEqual([2, 1])
  })

  it('are left alone after ten failures in a row, and used again after a wait', async () => {
    const id = await campaign()
    await start()
    await becomes(await trigger(id), 'sent')
    const [only] = [...providers.values()]
    if (only === undefined) throw new Error('nothing was sent')
    only.answer = () => ({ kind: 'retry', code: 'ECONNREFUSED', answer: 'refused' })
    for (let call = 0; call < 10; call++) await becomes(await trigger(id), 'ready', 'temporary_refusal')
    const execution = await trigger(id)
    await becomes(execution, 'ready', 'breaker_open')
    const tried = only.sent.length
    only.answer = () => accepted
    api.clock.move(60_000)
    await becomes(execution, 'sent')
    expect(only.sent.length).toBeGreaterThan(tried)
  })
})

describe('the policy for unknown', () => {
  const withPolicy = async (deduplicates: boolean): Promise<string> => {
    const transportId = await transport(`policy ${deduplicates}`)
    const made = provider(transportId, { deduplicates })
    made.answer = () => (made.sent.length > 1 ? accepted : { kind: 'unknown', code: 'ETIMEDOUT', answer: '' })
    const id = await campaign({ channelConfigurationId: await configuration(transportId) })
    await api.test.db.query(
      `update campaign_version set properties = properties || '{"unknownPolicy":"retry"}' where campaign_id = $1`,
      [id],
    )
    return id
  }

  it('tries again by itself where the provider delivers a message once, and says so', async () => {
    const id = await withPolicy(true)
    await start()
    const { messageId } = await becomes(await trigger(id), 'sent')
    expect(await timelineOf(messageId)).toEqual(['accepted', 'attempt', 'redriven', 'attempt'])
  })

  it('keeps its hands off where the provider does not', async () => {
    const id = await withPolicy(false)
    await start()
    const execution = await trigger(id)
    await becomes(execution, 'unknown')
    await becomes(await trigger(await campaign()), 'sent')
    expect((await stateOf(execution)).state).toBe('unknown')
  })
})

describe('lanes', () => {
  it('let a transactional message through while a run holds all that it may', async () => {
    const transportId = await transport('busy')
    const busy = provider(transportId, { slots: 4 })
    const id = await campaign({ channelConfigurationId: await configuration(transportId) })
    const release: (() => void)[] = []
    const { rows } = await api.test.db.query<{ sandbox_id: string; live_version_id: string }>(
      'select sandbox_id, live_version_id from campaign where id = $1',
      [id],
    )
    const [{ sandbox_id: sandboxId, live_version_id: versionId } = { sandbox_id: '', live_version_id: '' }] =
      rows
    const executionId = uuidv7(api.clock.now().getTime())
    const now = api.clock.now()
    await beginRun(api.test.db, {
      executionId,
      sandboxId,
      campaignId: id,
      versionId,
      requestId: null,
      createdBy: 'test',
      now,
    })
    const people = Array.from({ length: 400 }, (_, position) => ({
      messageId: runMessageId(executionId, position),
      recipient: { type: 'external' as const, userId: `m${position}@example.test`, namespace: 'email' },
      context: {},
    }))
    await addToRun(api.test.db, { executionId, people, expiresAt: null, now, shard: 9 })
    busy.answer = mail =>
      mail.envelope.to.startsWith('m')
        ? new Promise(resolve => release.push(() => resolve(accepted)))
        : accepted
    await start()
    await eventually('the run to fill its slots', () => release.length === 3)
    await becomes(await trigger(id), 'sent')
    expect(release).toHaveLength(3)
    busy.answer = () => accepted
    for (const one of release) one()
    await eventually(
      'the run to end',
      async () => {
        const { counts } = (await api.api(`GET /executions/CMA-${executionId}`)).body
        return counts.accepted === 400 && counts.sent === 400 && counts.open === 0
      },
      20_000,
    )
  })
})
