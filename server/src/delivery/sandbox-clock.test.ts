/** What waits and what is rendered follow the clock of the sandbox, while an engine works. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../test/app.ts'
import { eventually } from '../../test/carillon.ts'
import { startTestEngine } from '../../test/engine.ts'
import type { SendOutcome } from '../channels/channel.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createMemoryChannel, type MemoryChannel } from '../channels/memory.ts'
import type { Engine } from './engine.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
const accepted: SendOutcome = { kind: 'accepted', code: '250', answer: 'ok' }
const inTwoHours: SendOutcome = {
  kind: 'retry',
  code: '451',
  answer: 'later',
  retryAfterMs: 2 * HOUR * 1_000,
}
const DATED = '{%= formatDate(getCurrentZonedDateTime(), "yyyy-MM-dd HH") %}'

let api: TestApi
let engines: Engine[] = []
let channel: MemoryChannel<RenderedEmail>
let answer: (mail: RenderedEmail) => SendOutcome | Promise<SendOutcome>
let n = 0

beforeEach(async () => {
  api = await createTestApi()
  answer = () => accepted
  channel = createMemoryChannel<RenderedEmail>({ answer: mail => answer(mail) })
})
afterEach(async () => {
  await Promise.all(engines.map(engine => engine.drain()))
  engines = []
  await api.close()
})

const start = async (): Promise<void> => {
  const shard = 100 + engines.length
  engines.push(await startTestEngine(api, () => channel, { name: `test/${shard}`, shard }))
}
const wake = (): void => {
  for (const engine of engines) engine.wake()
}
// What the listener of a worker does when it is told.
const clocksChanged = (): void => {
  for (const engine of engines) engine.clocksChanged()
}
const mark = async (testClock = true): Promise<Answer> => {
  const marked = await api.api('PUT /clock/mode', { testClock })
  clocksChanged()
  return marked
}
const advance = async (step: object): Promise<Answer> => {
  const moved = await api.api('POST /clock/advance', step)
  clocksChanged()
  return moved
}
const createCampaign = async (more: object = {}, sandbox = 'dev'): Promise<string> => {
  const content = { subject: `Sent on ${DATED}`, html: `<p>${DATED}</p>`, text: null }
  const headers = { 'x-sandbox-name': sandbox }
  const { body } = await api.api('POST /campaigns', { name: 'Clock', content, ...more }, headers)
  expect((await api.api(`POST /campaigns/${body.id}/activate`, undefined, headers)).status).toBe(200)
  return body.id
}
const call = (campaignId: string, options: { query?: string; sandbox?: string } = {}): Promise<Answer> => {
  const recipients = [{ type: 'external', userId: `p${++n}@example.test`, namespace: 'email' }]
  return api.trigger(
    { requestId: `r${n}`, campaignId, recipients },
    { query: options.query ?? '', headers: { 'x-sandbox-name': options.sandbox ?? 'dev' } },
  )
}
const trigger = async (campaignId: string, sandbox = 'dev'): Promise<string> => {
  const { status, body } = await call(campaignId, { sandbox })
  expect(status).toBe(202)
  wake()
  return body.executionId
}
type State = { state: string; reason: string | null; messageId: string }
const stateOf = async (executionId: string): Promise<State> =>
  (await api.api(`GET /executions/${executionId}`)).body.messages[0]
const reaches = (executionId: string, state: string, reason?: string): Promise<State> =>
  eventually(
    `${state} ${reason ?? ''}`,
    async () => {
      wake()
      const found = await stateOf(executionId)
      return found.state === state && (reason === undefined || found.reason === reason) && found
    },
    8_000,
  )
const query = async (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await api.test.db.query(sql, values)).rows
const deliveries = (): Promise<Record<string, unknown>[]> =>
  query(
    `select d.message_id, s.name, d.state, d.due_at, d.expires_at, d.first_handover_at, d.changed_at
     from delivery d join sandbox s on s.id = d.sandbox_id order by d.message_id`,
  )
const earlier = (value: unknown, seconds: number): Date =>
  new Date((value as Date).getTime() - seconds * 1_000)
const isoIn = (seconds: number): string => new Date(api.clock.now().getTime() + seconds * 1_000).toISOString()
const hourIn = (seconds: number): string => isoIn(seconds).slice(0, 13).replace('T', ' ')

describe('content', () => {
  it('a date in the content is the sandbox’s: in preview, dry run, test send and the mail itself', async () => {
    await start()
    const campaign = await createCampaign()
    await mark()
    await advance({ seconds: 3 * DAY })
    const date = hourIn(3 * DAY).slice(0, 10)
    const preview = await api.api(`POST /campaigns/${campaign}/preview`, { profile: {}, context: {} })
    const dry = await call(campaign, { query: '?dryRun=true' })
    const execution = await trigger(campaign)
    await reaches(execution, 'sent')
    const test = await api.api(`POST /campaigns/${campaign}/test`, { emailAddress: 'ada@example.test' })
    await reaches(test.body.executionId, 'sent')
    const mails = channel.sent.map(mail => mail.raw.toString())
    for (const text of [preview.body.subject, dry.body.recipients[0].email.subject, ...mails])
      expect(text).toContain(`Sent on ${date}`)
    expect(mails).toHaveLength(2)
  })
})

describe('what waits follows the clock of the sandbox', () => {
  it('a message whose retry is due in two hours is sent after two hours', async () => {
    await start()
    await mark()
    const campaign = await createCampaign()
    answer = () => inTwoHours
    const execution = await trigger(campaign)
    await reaches(execution, 'ready', 'temporary_refusal')
    answer = () => accepted
    expect((await advance({ seconds: 2 * HOUR - 60 })).body.moved).toBe(1)
    const before = await deliveries()
    wake()
    const other = await trigger(campaign)
    await reaches(other, 'sent')
    expect((await deliveries()).slice(0, 1)).toEqual(before)
    expect((await advance({ seconds: 60 })).body.moved).toBe(1)
    const { messageId } = await reaches(execution, 'sent')
    const { attempts } = (await api.api(`GET /messages/${messageId}`)).body
    expect(attempts.map((one: { outcome: string }) => one.outcome)).toEqual(['retry', 'accepted'])
    expect(channel.sent.at(-1)?.raw.toString()).toContain(`Sent on ${hourIn(2 * HOUR).slice(0, 10)}`)
  })

  it('the retry period is counted in the time of the sandbox', async () => {
    await start()
    await mark()
    answer = () => inTwoHours
    const execution = await trigger(await createCampaign())
    await reaches(execution, 'ready', 'temporary_refusal')
    await advance({ seconds: 84 * HOUR })
    await reaches(execution, 'failed', 'retry_period_over')
  })

  it('a message that waits or is held expires when the clock has passed its end', async () => {
    await mark()
    const campaign = await createCampaign({ messageExpirySeconds: HOUR })
    const held = await trigger(campaign)
    await query(`update delivery set state = 'held', reason = 'paused'`)
    const waiting = await trigger(campaign)
    const late = await trigger(await createCampaign({ messageExpirySeconds: 2 * HOUR }))
    await advance({ seconds: HOUR + 1 })
    expect((await stateOf(held)).state).toBe('held')
    await query(`update delivery set state = 'ready' where state = 'held'`)
    await start()
    await reaches(held, 'failed', 'expired')
    await reaches(waiting, 'failed', 'expired')
    await reaches(late, 'sent')
    expect(channel.sent).toHaveLength(1)
  })

  it('a message in a worker’s hands keeps its turn, and its ends move', async () => {
    let release = (): void => undefined
    answer = () =>
      new Promise(resolve => {
        release = () => resolve(accepted)
      })
    await start()
    await mark()
    const execution = await trigger(await createCampaign({ messageExpirySeconds: HOUR }))
    await eventually('the hand-over', () => channel.sent.length === 1)
    const [before] = await deliveries()
    expect((await advance({ seconds: 2 * HOUR })).body.moved).toBe(0)
    expect(await deliveries()).toEqual([
      {
        ...before,
        expires_at: earlier(before?.['expires_at'], 2 * HOUR),
        first_handover_at: earlier(before?.['first_handover_at'], 2 * HOUR),
      },
    ])
    release()
    await reaches(execution, 'sent')
    expect(channel.sent).toHaveLength(1)
  })

  it('nothing of another sandbox moves', async () => {
    await mark()
    await trigger(await createCampaign({ messageExpirySeconds: HOUR }, 'prod'), 'prod')
    await trigger(await createCampaign({ messageExpirySeconds: HOUR }))
    await rememberWindows()
    const [rows, windows] = [await deliveries(), await windowsOf()]
    expect((await advance({ seconds: HOUR })).body.moved).toBe(1)
    for (const [index, row] of (await deliveries()).entries()) {
      const was = rows[index]!
      const by = row['name'] === 'dev' ? HOUR : 0
      expect([row['due_at'], row['expires_at']]).toEqual([
        earlier(was['due_at'], by),
        earlier(was['expires_at'], by),
      ])
    }
    expect(await windowsOf()).toEqual(
      windows.map(row => (row['name'] === 'dev' ? { ...row, at: earlier(row['at'], HOUR) } : row)),
    )
  })

  it('ending the mode puts the clock and everything that waits back', async () => {
    const campaign = await createCampaign({ messageExpirySeconds: HOUR, endAt: isoIn(DAY) })
    const first = await trigger(campaign)
    await rememberWindows()
    const [rows, windows] = [await deliveries(), await windowsOf()]
    await mark()
    await advance({ seconds: 2 * DAY })
    await advance({ seconds: 1.5 })
    expect((await call(campaign)).body.code).toBe('campaign_ended')
    expect((await mark(false)).body).toMatchObject({ testClock: false, offsetSeconds: 0, moved: 1 })
    expect(await deliveries()).toEqual(rows)
    expect(await windowsOf()).toEqual(windows)
    await start()
    await reaches(first, 'sent')
    await reaches(await trigger(campaign), 'sent')
  })
})

// One row for each thing that is counted or limited over time, in both sandboxes.
const rememberWindows = async (): Promise<void> => {
  await query(
    `insert into campaign (id, sandbox_id, draft, created_at, created_by, modified_at, modified_by)
     select gen_random_uuid(), id, '{}', '2026-01-01', '', '2026-01-01', '' from sandbox`,
  )
  await query(
    `insert into recipient_use (scope_id, person_key, message_id, at)
     select id, 'ada', gen_random_uuid(), '2026-01-01 10:00:07Z' from campaign where draft = '{}'`,
  )
  await query(
    `update rule_set set rules = jsonb_build_array(jsonb_build_object('id', gen_random_uuid()::text, 'channels', '[]'::jsonb)) where global`,
  )
  await query(
    `insert into recipient_use (scope_id, person_key, message_id, at)
     select (rules -> 0 ->> 'id')::uuid, 'ada', gen_random_uuid(), '2026-01-01 10:00:07Z' from rule_set where global`,
  )
  await query(
    `insert into campaign_minute (campaign_id, minute, n)
     select c.id, t, 3 from campaign c, unnest('{2026-01-01 10:00Z,2026-01-01 11:00Z}'::timestamptz[]) t where draft = '{}'`,
  )
  await query(
    `insert into pace (key, free_at) select 'campaign:' || id, '2026-01-01 10:00:07Z' from campaign where draft = '{}'`,
  )
  await query(
    `insert into pace (key, free_at) select 'domain:' || id || ':example.test', '2026-01-01 10:00:07Z' from transport`,
  )
  await query(
    `insert into breaker (transport_id, failures, opened, open_until, code, answer, changed_at)
     select id, 5, 1, '2026-01-01 10:00:07Z', '', '', '2026-01-01' from transport`,
  )
}
const windowsOf = (): Promise<Record<string, unknown>[]> =>
  query(
    `select s.name, 'use' as kind, u.at from recipient_use u join campaign c on c.id = u.scope_id join sandbox s on s.id = c.sandbox_id
     union all select s.name, 'use of a rule', u.at from recipient_use u join rule_set r on u.scope_id = (r.rules -> 0 ->> 'id')::uuid join sandbox s on s.id = r.sandbox_id
     union all select s.name, 'minute ' || m.n, m.minute from campaign_minute m join campaign c on c.id = m.campaign_id join sandbox s on s.id = c.sandbox_id
     union all select s.name, 'pace', p.free_at from pace p join campaign c on p.key = 'campaign:' || c.id join sandbox s on s.id = c.sandbox_id
     union all select s.name, 'domain', p.free_at from pace p join transport t on p.key = 'domain:' || t.id || ':example.test' join sandbox s on s.id = t.sandbox_id
     union all select s.name, 'breaker', b.open_until from breaker b join transport t on t.id = b.transport_id join sandbox s on s.id = t.sandbox_id
     order by 1, 2, 3`,
  )

describe('moves while workers work', () => {
  it('lose nothing, repeat nothing, and move what stays exactly as far as the clock', async () => {
    await mark()
    const campaign = await createCampaign()
    await Promise.all(Array.from({ length: 250 }, () => trigger(campaign)))
    // A third is held, a third is due at once, and a third within the hour that the clock will move.
    await query(
      `update delivery d set state = case when r.n % 3 = 0 then 'held' else 'ready' end,
         due_at = d.due_at + case when r.n % 3 = 1 then r.n * interval '10 seconds' else interval '0' end
       from (select message_id, row_number() over (order by message_id) as n from delivery) r
       where r.message_id = d.message_id`,
    )
    const held = (await deliveries()).filter(row => row['state'] === 'held')
    await start()
    await start()
    const moves = await Promise.all(Array.from({ length: 12 }, () => advance({ seconds: 300 })))
    expect(moves.map(move => move.status)).toEqual(Array(12).fill(200))
    await eventually('everything to be sent', async () => {
      wake()
      const rows = await query(`select 1 from delivery where state = 'sent'`)
      return rows.length === 250 - held.length
    })
    expect((await api.api('GET /clock')).body.offsetSeconds).toBe(3_600)
    expect((await deliveries()).filter(row => row['state'] === 'held')).toEqual(
      held.map(row => ({ ...row, due_at: earlier(row['due_at'], 3_600) })),
    )
    const ids = channel.sent.map(mail => mail.messageId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength(250 - held.length)
    expect(await query('select 1 from attempt having count(*) <> $1', [ids.length])).toEqual([])
  })

  it('give way to a worker instead of stopping it in a deadlock', async () => {
    await mark()
    await trigger(await createCampaign())
    const worker = await api.test.db.connect()
    try {
      await worker.query('begin')
      await worker.query('select 1 from delivery for update')
      const moving = advance({ seconds: 60 })
      await eventually(
        'the move to wait',
        async () => (await query(`select 1 from pg_locks where not granted`)).length > 0,
      )
      // In the other order than the move: one of the two must let go, and it is not this one.
      await worker.query(`select 1 from sandbox where name = 'dev' for update`)
      await worker.query('commit')
      expect((await moving).body).toMatchObject({ moved: 1, offsetSeconds: 60 })
    } finally {
      worker.release()
    }
  })
})

describe('what a pause keeps back', () => {
  it('is left out after 7 days by the clock of its sandbox, and `why` says so before and after', async () => {
    await start()
    const campaign = await createCampaign()
    await mark()
    expect((await api.api(`POST /campaigns/${campaign}/pause`, {})).status).toBe(201)
    const id = await trigger(campaign)
    await reaches(id, 'held', 'paused')
    const dry = await call(campaign, { query: '?dryRun=true' })
    expect(dry.body.recipients[0]).toMatchObject({
      outcome: 'held',
      detail: expect.stringContaining('7 days'),
    })
    const why = async (): Promise<string> => {
      const person = { namespace: 'email', value: `p${n - 1}@example.test` }
      return (await api.api(`GET /why?${new URLSearchParams({ campaign, ...person })}`)).body.conclusion
    }
    expect(await why()).toContain('It is left out at')
    await advance({ seconds: 7 * DAY - HOUR })
    expect((await stateOf(id)).state).toBe('held')
    await advance({ seconds: HOUR + 1 })
    await reaches(id, 'excluded', 'held_too_long')
    expect(await why()).toContain('kept back for seven days')
  })
})
