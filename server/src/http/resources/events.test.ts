import type { AudienceRule } from '@carillon/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const refusal = ({ status, body }: Answer): unknown[] => [
  status,
  body.code,
  body.errors.map((error: { pointer: string }) => error.pointer),
]
const person = async (value: string, attributes: object = {}): Promise<string> => {
  const identities = [{ namespace: 'crm', value }]
  return (await api.api('POST /profiles', { identities, attributes })).body.id
}
const crm = (value: string, extra?: object) => ({ namespace: 'CRM', value, ...(extra ? { extra } : {}) })

describe('an event', () => {
  const tell = (events: object[]) => api.api('POST /events', { events })
  const eventsOf = async (id: string, query = '') =>
    (await api.api(`GET /profiles/${id}/events?${query}`)).body

  it('is stored once however often it is told, and listed newest first', async () => {
    const id = await person('e1')
    const events = [
      { type: 'buy', ...crm('e1'), id: 'order-1', at: '2026-01-02T10:00:00+02:00', data: { price: 5 } },
      { type: 'view', ...crm('e1'), id: 'view-1', at: '2026-01-03T00:00:00Z' },
      { type: 'buy', ...crm('e1'), id: 'order-1', at: '2026-01-04T00:00:00Z' },
    ]
    const answers = await Promise.all([tell(events), tell([...events].reverse())])
    for (const { body } of answers) expect(body).toEqual({ accepted: 3, refused: [] })
    const first = await eventsOf(id, 'limit=1')
    const second = await eventsOf(id, `limit=1&cursor=${first.next}`)
    expect([first.items[0].type, second.items[0].type, second.next]).toEqual([
      expect.any(String),
      expect.any(String),
      null,
    ])
    expect(first.items[0].at > second.items[0].at).toBe(true)
  })

  it('is now when nothing else is said, and refused for itself alone', async () => {
    const id = await person('e2')
    const { body } = await tell([
      { type: 'buy', ...crm('e2') },
      { type: 'buy', ...crm('nobody at all') },
      { type: 'buy', ...crm('e2'), at: '2999-01-01T00:00:00Z' },
      { type: 'buy', ...crm('e2'), data: { long: 'x'.repeat(17_000) } },
      { type: 'buy', ...crm('e2'), at: '2016-12-31T23:59:60Z' },
    ])
    expect(body).toEqual({
      accepted: 1,
      refused: ['person_unknown', 'at_in_future', 'data_too_large', 'at_invalid'].map((reason, i) => ({
        index: i + 1,
        reason,
      })),
    })
    expect((await eventsOf(id)).items.length).toBe(1)
    await api.api(`DELETE /profiles/${id}`)
    expect((await api.test.db.query('select from person_event where profile_id = $1', [id])).rowCount).toBe(0)
  })

  it.each([
    [[], '/events'],
    [[{ type: '', namespace: 'crm', value: 'x' }], '/events/0/type'],
    [[{ type: 'a', namespace: 'crm' }], '/events/0/value'],
    [[{ type: 'a', namespace: 'crm', value: 'x', at: 'today' }], '/events/0/at'],
    [[{ type: 'a', namespace: 'crm', value: 'x', extra: 1 }], '/events/0/extra'],
  ])('batch of %j is refused at %s', async (events, pointer) => {
    expect(refusal(await tell(events))).toEqual([400, 'payload_invalid', [pointer]])
  })

  it('is what a rule asks for', async () => {
    const [twice, once] = [await person('d1'), await person('d2')]
    const at = new Date(api.clock.now().getTime() - 3_600_000).toISOString()
    const event = (value: string, price: number) => ({ type: 'order', ...crm(value), at, data: { price } })
    await tell([event('d1', 50), event('d1', 60), event('d2', 50), event('d2', 5)])
    const rule = (times: number): AudienceRule => ({
      ...{ kind: 'event', type: 'order', times, days: 1 },
      where: [{ path: ['price'], operator: 'at_least', value: 50 }],
    })
    const who = async (asked: AudienceRule) =>
      (await api.api('POST /audiences/sample', { rule: asked })).body.items.map(
        (one: { id: string }) => one.id,
      )
    expect(await who(rule(2))).toEqual([twice])
    expect((await who(rule(1))).sort()).toEqual([twice, once].sort())
  })
})
