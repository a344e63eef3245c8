import type { Attempt } from '@carillon/contract'
import { describe, expect, it } from 'vitest'
import type { StoredEvent, Story } from './story.ts'
import { buildTimeline } from './timeline.ts'
import { sayDuration } from './timeline-words.ts'

const start = Date.UTC(2026, 10, 24, 12)
const at = (seconds: number): Date => new Date(start + seconds * 1_000)
const story = (more: Partial<Story> = {}): Story => ({
  ...{
    kind: 'unitary',
    acceptedAt: at(0),
    acceptedBy: 'shop',
    requestId: 'r-1',
    generation: 1,
    state: 'ready',
  },
  ...{
    reason: null,
    dueAt: at(0),
    changedAt: at(0),
    expiresAt: null,
    events: [],
    attempts: [],
    feedback: [],
    interactions: [],
  },
  ...more,
})
const attempt = (seconds: number, more: Partial<Attempt> = {}): Attempt => ({
  ...{ generation: 1, n: 1, startedAt: at(seconds).toISOString(), endedAt: at(seconds).toISOString() },
  ...{ transport: 'Mailer', outcome: 'accepted', code: '2.0.0', answer: '250 2.0.0 ok', metadata: null },
  ...more,
})
const event = (seconds: number, more: Partial<StoredEvent> & Pick<StoredEvent, 'kind'>): StoredEvent => ({
  ...{ at: at(seconds), generation: 1, state: 'held', reason: null, detail: '', actor: 'carillon' },
  ...more,
})
const refusedForNow = { outcome: 'retry', code: '4.7.1', answer: '451 4.7.1 try later' }
const lost = { transport: null, outcome: 'unknown', code: 'worker_lost', answer: '' }
const tell = (one: Story, now = at(100)): string[] =>
  buildTimeline(one, now).map(step => `${step.kind}: ${step.text}`)

describe('the story of a message', () => {
  it('that was sent at once: who called, and what the provider said', () => {
    const sent = story({ state: 'sent', attempts: [attempt(1)] })
    expect(tell(sent)).toEqual([
      'accepted: Accepted by the call of client shop (request r-1)',
      'attempt: Handed to Mailer: 250 2.0.0 ok',
    ])
    expect(buildTimeline(sent, at(100))[1]).toMatchObject({
      ...{ at: at(1).toISOString(), state: 'sent', reason: null, generation: 1 },
      attempt: { n: 1, transport: 'Mailer', outcome: 'accepted', code: '2.0.0', answer: '250 2.0.0 ok' },
    })
  })

  it('that is tried again: each refusal in the words of the provider, and when the next try is', () => {
    const attempts = [attempt(1, refusedForNow), attempt(31, { ...refusedForNow, n: 2 })]
    const waiting = story({ reason: 'temporary_refusal', dueAt: at(151), attempts, expiresAt: at(600) })
    expect(tell(waiting).slice(1)).toEqual([
      'attempt: Mailer refused for now (451 4.7.1 try later); tried again after 30 s',
      'attempt: Mailer refused for now (451 4.7.1 try later); next try after 2 min',
      'waiting: The provider refused for now; another attempt follows',
      'expires: It expires, unless it is sent before',
    ])
  })

  it('whose retry period is over: the last refusal is what failed it', () => {
    const attempts = [attempt(1, refusedForNow), attempt(31, { ...refusedForNow, n: 2 })]
    const failed = story({ state: 'failed', reason: 'retry_period_over', attempts })
    const steps = buildTimeline(failed, at(100))
    expect(steps.map(step => step.state)).toEqual(['ready', 'ready', 'failed'])
    expect(steps[2]).toMatchObject({
      reason: 'retry_period_over',
      text: expect.stringContaining('the retry period was over'),
    })
  })

  it('that nobody can tell of, and that a person sends again: both generations', () => {
    const told = story({
      ...{ state: 'sent', generation: 2, attempts: [attempt(1, lost), attempt(50, { generation: 2 })] },
      events: [
        event(40, {
          kind: 'redriven',
          state: 'unknown',
          reason: 'worker_lost',
          detail: 'redriven',
          actor: 'Ada',
        }),
      ],
    })
    expect(tell(told).slice(1)).toEqual([
      'attempt: The worker died between the permit and the record; the message may have been sent',
      'redriven: Ada asked for another try; nobody could say whether it had been sent',
      'attempt: Handed to Mailer: 250 2.0.0 ok',
    ])
    expect(buildTimeline(told, at(100)).map(step => step.generation)).toEqual([1, 1, 2, 2])
  })

  it('that was accepted twice says that the person may have it twice', () => {
    const told = story({
      ...{ state: 'sent', generation: 2 },
      attempts: [attempt(1), attempt(15, lost), attempt(50, { generation: 2 })],
      events: [event(40, { kind: 'redriven', state: 'unknown', reason: 'worker_lost', actor: 'Ada' })],
    })
    expect(tell(told)[1]).toContain('recorded only after the worker had been given up')
    expect(tell(told)[4]).toContain('may have it twice')
  })

  it('that late evidence or a person settles', () => {
    const settled = { kind: 'settled', state: 'sent' } as const
    expect(tell(story({ state: 'sent', events: [event(9, settled)] }))[1]).toBe(
      'settled: Later evidence: it was sent',
    )
    const byAda = event(9, { ...settled, actor: 'Ada', detail: 'the log of the provider' })
    expect(buildTimeline(story({ state: 'sent', events: [byAda] }), at(100))[1]).toMatchObject({
      ...{ text: 'Ada has evidence: it was sent', detail: 'the log of the provider', actor: 'Ada' },
    })
  })

  it('that was kept back, let go on, left out, failed before the hand-over, cancelled or put away', () => {
    const of = (...events: StoredEvent[]): string[] =>
      tell(story({ state: 'sent', changedAt: at(50), events })).slice(1, 1 + events.length)
    expect(
      of(event(1, { kind: 'held', reason: 'paused' }), event(2, { kind: 'released', actor: 'Ada' })),
    ).toEqual(['held: Kept back: the campaign or the execution is paused', 'released: Ada let it go on'])
    expect(of(event(1, { kind: 'refused', state: 'excluded', reason: 'email_no_address' }))).toEqual([
      'refused: Left out: no email address was found for the person',
    ])
    expect(of(event(1, { kind: 'refused', state: 'excluded', reason: 'once_window' }))[0]).toMatch(
      /^refused: Left out: the/,
    )
    expect(
      of(event(1, { kind: 'refused', state: 'failed', reason: 'render_error', detail: 'line 3' })),
    ).toEqual(['refused: Failed before the hand-over: the content could not be rendered'])
    expect(
      of(event(1, { kind: 'cancelled', state: 'cancelled' }), event(2, { kind: 'discarded', actor: 'Ada' })),
    ).toEqual(['cancelled: Cancelled before it was sent', 'discarded: Ada put it away'])
  })

  it('that was held, let go on, and held again, is told to be held now', () => {
    const events = [
      event(1, { kind: 'held', reason: 'paused' }),
      event(2, { kind: 'released', reason: 'paused' }),
    ]
    const held = story({ state: 'held', reason: 'stopped', changedAt: at(3), events })
    const steps = buildTimeline(held, at(100)).slice(1)
    expect(steps.map(step => step.state)).toEqual(['held', 'ready', 'held'])
    expect(steps.map(step => step.reason)).toEqual(['paused', null, 'stopped'])
  })

  it('says what an open message waits for', () => {
    const last = (more: Partial<Story>): string | undefined => tell(story(more)).at(-1)
    expect(last({})).toBe('waiting: It is due, and waits for a worker')
    expect(last({ dueAt: at(500) })).toBe('waiting: It waits until it is due')
    expect(last({ dueAt: at(500), reason: 'paced' })).toBe('waiting: Waits for its turn under a rate limit')
    expect(last({ state: 'claimed' })).toBe('waiting: A worker is preparing it')
    expect(last({ state: 'handing_over' })).toBe('waiting: It is being handed over')
  })

  it('never leaves out the state that the message is in, whatever else is known', () => {
    for (const state of ['sent', 'excluded', 'failed', 'cancelled', 'unknown', 'held'] as const) {
      const steps = buildTimeline(story({ state, reason: 'expired', changedAt: at(7) }), at(100))
      expect(steps[1], state).toMatchObject({ state, reason: 'expired', at: at(7).toISOString() })
    }
  })

  it('tells every kind of call', () => {
    expect(tell(story({ kind: 'test', requestId: null }))[0]).toBe(
      'accepted: Accepted as a test send of shop',
    )
    expect(tell(story({ kind: 'audience', requestId: null }))[0]).toContain('audience run')
    expect(tell(story({ kind: 'highthroughput' }))[0]).toContain('high-throughput call of client shop')
  })
})

it('says lengths of time in their two largest units', () => {
  const said = [0, 400, 1_000, 90_000, 3_600_000, 3_661_000, 90_000_000].map(sayDuration)
  expect(said).toEqual(['0 s', '0 s', '1 s', '1 min 30 s', '1 h', '1 h 1 min', '1 d 1 h'])
})
