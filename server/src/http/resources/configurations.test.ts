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
  const sealed = async (id: string): Promise<unknown> => {
    const { rows } = await api.test.db.query('select settings from transport where id = $1', [id])
    return rows[0]?.settings.sealedSecrets?.password
  }

  it('that leads elsewhere needs its secret again', async () => {
    const smtpFrom = (more: object) => ({ name: `t${n}`, smtp: { ...smtp, user: 'u', ...more } })
    const id = await makeTransport({ user: 'u', password: 'secret' })
    const path = `PUT /transports/${id}`
    expect((await api.api(path, smtpFrom({ connections: 3 }))).status).toBe(200)
    for (const moved of [{ host: 'evil.test' }, { port: 26 }, { security: 'tls' }])
      expect(problems(await api.api(path, smtpFrom(moved)))).toEqual([
        400,
        'payload_invalid',
        '/smtp/password',
      ])
    expect(await sealed(id)).toBeDefined()
    expect((await api.api(path, smtpFrom({ host: 'other.test', password: 'other' }))).status).toBe(200)
    // Without a log-in nothing has to be given, and nothing is left for a later one.
    expect((await api.api(path, { name: `t${n}`, smtp: { ...smtp, host: 'evil.test' } })).status).toBe(200)
    expect(await sealed(id)).toBeUndefined()
  })

  it('of an API takes its key to no other endpoint, and to none without TLS', async () => {
    const write = (more: object = {}) => ({
      name: `g${n}`,
      kind: 'sendgrid',
      sendgrid: { region: 'global', ...more },
    })
    const { body } = await api.api('POST /transports', write({ apiKey: 'SG.key' }))
    const path = `PUT /transports/${body.id}`
    expect((await api.api(path, write())).status).toBe(200)
    expect(problems(await api.api(path, write({ endpoint: 'https://evil.test' })))).toEqual([
      400,
      'payload_invalid',
      '/sendgrid/apiKey',
    ])
    for (const endpoint of ['http://10.0.0.5', 'http://127.0.0.1.evil.test', 'ftp://x.test', 'x'])
      expect(problems(await api.api(path, write({ endpoint, apiKey: 'SG.key' })))).toEqual([
        400,
        'payload_invalid',
        '/sendgrid/endpoint',
      ])
    expect((await api.api(path, write({ endpoint: 'http://127.0.0.1:9', apiKey: 'k' }))).status).toBe(200)
  })

  it('says which of its secrets are stored, and never what they are', async () => {
    const write = (more: object) => ({
      name: `w${n}`,
      kind: 'twilio',
      twilio: { accountSid: 'AC123', ...more },
    })
    const { body } = await api.api('POST /transports', write({ authToken: 'one' }))
    expect(body.storedSecrets).toEqual(['authToken'])
    expect(JSON.stringify(body)).not.toContain('"one"')
    const key = { keySid: 'SK123', keySecret: 'two' }
    const changed = await api.api(`PUT /transports/${body.id}`, write(key))
    expect(changed.body.storedSecrets).toEqual(['authToken', 'keySecret'])
    const taken = await api.api(`PUT /transports/${body.id}`, write({ ...key, authToken: null }))
    expect(taken.body.storedSecrets).toEqual(['keySecret'])
    await api.api(`DELETE /transports/${body.id}`)
    const legacy = await makeTransport({ user: 'u', password: 'secret' })
    await api.test.db.query(
      `update transport set settings = settings - 'sealedSecrets' || '{"sealedPassword": "x"}' where id = $1`,
      [legacy],
    )
    const { items } = (await api.api('GET /transports')).body
    expect(items.find((one: { id: string }) => one.id === legacy).storedSecrets).toEqual(['password'])
  })

  const auth = { kind: 'mac', hash: 'sha256', tokenHeader: 'X-T', signatureHeader: 'X-S', token: 't' }
  const custom = {
    ...{
      method: 'POST',
      url: 'https://x.test',
      contentType: 'application/json',
      headers: [],
      payload: '{"to":"{{toNumber}}","text":"{{message}}"}',
    },
    ...{ auth, idPath: '', errorPath: '', report: null, inbound: null },
  }
  const useless: readonly (readonly [string, object, string])[] = [
    ['smtp', { ...smtp, user: 'u' }, 'password'],
    ['ses', { region: 'eu-west-1', accessKeyId: 'AKIDEXAMPLE0' }, 'secretAccessKey'],
    ['sendgrid', { region: 'global', apiKey: '' }, 'apiKey'],
    ['twilio', { accountSid: 'AC123' }, 'authToken'],
    ['twilio', { accountSid: 'AC123', authToken: 'x', keySid: 'SK123' }, 'keySecret'],
    ['sinch', { region: 'eu', servicePlanId: 'p' }, 'apiToken'],
    ['infobip', { endpoint: 'https://x.test' }, 'apiKey'],
    ['custom_sms', custom, 'auth/secret'],
  ]
  it.each(useless)(
    'of kind %s is refused while it could log in nowhere: %j',
    async (kind, settings, secret) => {
      const answer = await api.api('POST /transports', { name: `w${++n}`, kind, [kind]: settings })
      expect(problems(answer)).toEqual([400, 'payload_invalid', `/${kind}/${secret}`])
    },
  )

  it('is refused a change after which it could log in nowhere', async () => {
    const id = await makeTransport()
    const answer = await api.api(`PUT /transports/${id}`, { name: `t${n}`, smtp: { ...smtp, user: 'u' } })
    expect(problems(answer)).toEqual([400, 'payload_invalid', '/smtp/password'])
  })

  it('of the Inbox can be removed, but for the last one of each that a sandbox begins with', async () => {
    const { items } = (await api.api('GET /transports', undefined, prod)).body as {
      items: { id: string; kind: string }[]
    }
    for (const kind of ['sandbox_smtp', 'sandbox_twilio', 'sandbox_push']) {
      const own = items.find(one => one.kind === kind)
      const refused = await api.api(`DELETE /transports/${own?.id}`, undefined, prod)
      expect(problems(refused)).toEqual([400, 'resource_in_use'])
      const { body } = await api.api('POST /transports', { name: `extra ${kind}`, kind }, prod)
      expect((await api.api(`DELETE /transports/${body.id}`, undefined, prod)).status).toBe(204)
    }
    const { body } = await api.api('POST /transports', { name: 'extra', kind: 'sandbox_ses' }, prod)
    expect((await api.api(`DELETE /transports/${body.id}`, undefined, prod)).status).toBe(204)
  })

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
