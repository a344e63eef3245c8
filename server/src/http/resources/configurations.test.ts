import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'
import { sendingConfigurationById } from '../../campaigns/configuration.store.ts'

let api: TestApi
let inbox: string
let n = 0

const prod = { 'x-sandbox-name': 'prod' }
const smtp = { host: '127.0.0.1', port: 25, security: 'none' }
const makeTransport = async (more: object = {}, headers = {}): Promise<string> =>
  (await api.api('POST /transports', { name: `t${++n}`, smtp: { ...smtp, ...more } }, headers)).body.id
const configuration = (transportId: string, more: object = {}) => ({
  name: `c${++n}`,
  transportId,
  fromName: 'Ada',
  fromAddress: 'ada@example.test',
  replyTo: null,
  ...more,
})
const create = (transportId: string, more: object = {}): Promise<Answer> =>
  api.api('POST /channel-configurations', configuration(transportId, more))
const problems = ({ status, body }: Answer): unknown[] => [
  status,
  body.code,
  ...body.errors.map((error: { pointer: string }) => error.pointer),
]

beforeAll(async () => {
  api = await createTestApi()
  const { body } = await api.api('GET /transports')
  inbox = body.items[0].id
})
afterAll(() => api.close())

describe('a channel configuration', () => {
  it('keeps its fallback transports in order, and gives the engine all transports with their rates', async () => {
    const limits = { ratePerSecond: 50, domainLimits: [{ domain: 'Mail.Example', ratePerSecond: 0.5 }] }
    const [a, b, c] = [await makeTransport(limits), await makeTransport(), await makeTransport()]
    const { status, body } = await create(a, { fallbackTransportIds: [c, b] })
    expect([status, body.transportId, body.fallbackTransportIds]).toEqual([201, a, [c, b]])
    const read = await sendingConfigurationById(api.test.db, body.id)
    expect(read?.transportIds).toEqual([a, c, b])
    expect(read?.limits.get(a)).toEqual({ ratePerSecond: 50, domainLimits: new Map([['mail.example', 0.5]]) })
    expect(read?.limits.get(b)).toEqual({ ratePerSecond: null, domainLimits: new Map() })
    expect(read?.sandboxName).toBeUndefined()
    await api.api(`PUT /channel-configurations/${body.id}`, { ...configuration(b), name: body.name })
    expect((await sendingConfigurationById(api.test.db, body.id))?.transportIds).toEqual([b])
  })

  it('names its sandbox to the engine when it sends into the Inbox', async () => {
    const { body } = await create(inbox)
    expect((await sendingConfigurationById(api.test.db, body.id))?.sandboxName).toBe('dev')
  })

  it('refuses fallbacks that are unknown, of another sandbox, twice there, or the first transport', async () => {
    const [first, foreign] = [await makeTransport(), await makeTransport({}, prod)]
    const other = await makeTransport()
    const nobody = '01890000-0000-7000-8000-000000000000'
    expect(problems(await create(first, { fallbackTransportIds: [other, nobody, foreign] }))).toEqual([
      400,
      'payload_invalid',
      '/fallbackTransportIds/1',
      '/fallbackTransportIds/2',
    ])
    expect(problems(await create(first, { fallbackTransportIds: [first] }))).toEqual([
      400,
      'payload_invalid',
      '/fallbackTransportIds/0',
    ])
    expect(problems(await create(first, { fallbackTransportIds: [other, other] }))).toEqual([
      400,
      'payload_invalid',
      '/fallbackTransportIds',
    ])
  })

  it('lets nothing fail over between the Inbox and a real provider', async () => {
    const real = await makeTransport()
    for (const [first, second] of [
      [inbox, real],
      [real, inbox],
    ])
      expect(problems(await create(first ?? '', { fallbackTransportIds: [second] }))).toEqual([
        400,
        'payload_invalid',
        '/fallbackTransportIds/0',
      ])
  })

  it('takes a retry period from 10 minutes to 84 hours, which it has when none is given', async () => {
    const transport = await makeTransport()
    expect((await create(transport)).body.retryMinutes).toBe(5_040)
    expect((await create(transport, { retryMinutes: 10 })).body.retryMinutes).toBe(10)
    for (const retryMinutes of [9, 5_041, 60.5])
      expect(problems(await create(transport, { retryMinutes }))).toEqual([
        400,
        'payload_invalid',
        '/retryMinutes',
      ])
  })

  it('reads the hours that an earlier release stored', async () => {
    const { body } = await create(await makeTransport())
    await api.test.db.query(
      `update channel_configuration set settings = settings - 'retryMinutes' || '{"retryHours": 2}' where id = $1`,
      [body.id],
    )
    const read = await api.api(`GET /channel-configurations/${body.id}`)
    expect([read.status, read.body.retryMinutes]).toEqual([200, 120])
    expect((await sendingConfigurationById(api.test.db, body.id))?.retryMinutes).toBe(120)
  })
})

describe('a transport', () => {
  it('cannot be removed while a configuration has it as first choice or fallback', async () => {
    const [first, second] = [await makeTransport(), await makeTransport()]
    const { body } = await create(first, { fallbackTransportIds: [second] })
    for (const id of [first, second])
      expect(problems(await api.api(`DELETE /transports/${id}`))).toEqual([400, 'resource_in_use'])
    expect((await api.api(`DELETE /channel-configurations/${body.id}`)).status).toBe(204)
    for (const id of [first, second]) expect((await api.api(`DELETE /transports/${id}`)).status).toBe(204)
  })

  it('that is removed while a configuration is written with it is either kept or refused to the configuration', async () => {
    for (let round = 0; round < 15; round += 1) {
      const [first, second] = [await makeTransport(), await makeTransport()]
      const [created, removed] = await Promise.all([
        create(first, { fallbackTransportIds: [second] }),
        api.api(`DELETE /transports/${second}`),
      ])
      expect([
        [201, 400],
        [400, 204],
      ]).toContainEqual([created.status, removed.status])
    }
  })
})
