/** What a change of a transport does to its secrets, and where a transport may not lead. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, createTestApi, TEST_SECRET, type TestApi } from '../../test/app.ts'
import { transportById } from './transport.store.ts'

let api: TestApi
let n = 0
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())
beforeEach(() => {
  n += 1
})

const PEM = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n'.repeat(50)}-----END PRIVATE KEY-----\n`
const REST = {
  ...{ method: 'POST', contentType: 'application/json', headers: [], report: null, inbound: null },
  ...{ payload: '{"to":"{{toNumber}}","text":"{{message}}"}', idPath: '', errorPath: '' },
}
const custom = (more: object = {}) => ({
  ...{ name: `own ${n}`, kind: 'custom_sms' },
  custom_sms: { ...REST, url: 'https://one.test/', auth: { kind: 'bearer', token: 'given' }, ...more },
})
const pointers = ({ body }: Answer): string[] =>
  body.errors?.map((error: { pointer: string }) => error.pointer) ?? []
const make = async (write: object): Promise<string> => {
  const made = await api.api('POST /transports', write)
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body.id
}
const put = (id: string, write: object): Promise<Answer> => api.api(`PUT /transports/${id}`, write)
const sealedOf = async (id: string): Promise<string[]> => {
  const { rows } = await api.test.db.query('select settings from transport where id = $1', [id])
  return Object.keys(rows[0].settings.sealedSecrets ?? {}).sort()
}

describe('a transport that leads elsewhere', () => {
  test('asks for each secret that is stored for it, whatever else is given', async () => {
    const signed = { signatureHeader: 'x-sign', certificate: 'PEM' }
    const secrets = { auth: { kind: 'bearer', token: 'one' }, signatureSecret: 'two', key: PEM }
    const id = await make(custom({ ...signed, ...secrets }))
    const moved = { ...signed, url: 'https://two.test/', auth: { kind: 'bearer' } }
    const all = ['/custom_sms/auth/token', '/custom_sms/key', '/custom_sms/signatureSecret']
    expect(pointers(await put(id, custom(moved)))).toEqual(all)
    expect(pointers(await put(id, custom({ ...moved, signatureSecret: 'x' })))).toEqual(all.slice(0, 2))
    expect((await put(id, custom({ ...moved, ...secrets }))).status).toBe(200)
    // What stood beside a secret is gone, and nobody has to know the secret any more.
    const bare = custom({ url: 'https://three.test/', auth: { kind: 'bearer', token: 'new' } })
    expect((await put(id, bare)).status).toBe(200)
    expect(await sealedOf(id)).toEqual(['auth.token'])
  })

  test('asks for both secrets of Twilio', async () => {
    const twilio = { accountSid: 'AC123456', keySid: 'SK123' }
    const write = { name: `t${n}`, kind: 'twilio', twilio }
    const id = await make({ ...write, twilio: { ...twilio, authToken: 'one', keySecret: 'two' } })
    const moved = { ...twilio, endpoint: 'https://t.test' }
    expect(pointers(await put(id, { ...write, twilio: { ...moved, keySecret: 'x' } }))).toEqual([
      '/twilio/authToken',
    ])
    expect(await sealedOf(id)).toEqual(['authToken', 'keySecret'])
  })
})

test('another kind of proof takes the secrets of the one before away, also those of the same name', async () => {
  const mac = { kind: 'mac', hash: 'sha256', tokenHeader: 'x-t', signatureHeader: 'x-s' }
  const id = await make(custom({ auth: { ...mac, token: 'one', secret: 'two' } }))
  expect(await sealedOf(id)).toEqual(['auth.secret', 'auth.token'])
  expect((await put(id, custom({ auth: { kind: 'basic', user: 'u', password: 'three' } }))).status).toBe(200)
  expect(await sealedOf(id)).toEqual(['auth.password'])
  expect((await put(id, custom({ auth: { ...mac, token: 'four', secret: 'five' } }))).status).toBe(200)
  expect(pointers(await put(id, custom({ auth: { kind: 'bearer' } })))).toEqual(['/custom_sms/auth/token'])
  expect((await put(id, custom({ auth: { kind: 'none' } }))).status).toBe(200)
  expect(await sealedOf(id)).toEqual([])
})

test('a transport of another kind is not there to be replaced', async () => {
  const id = await make(custom())
  const smtp = { host: 'mail.test', port: 25, security: 'none' }
  expect((await put(id, { name: `own ${n}`, kind: 'smtp', smtp })).status).toBe(404)
})

test('a key of many lines is kept as it is', async () => {
  const id = await make(custom({ certificate: PEM, key: PEM }))
  expect((await transportById(api.test.db, id, TEST_SECRET))?.custom_sms).toMatchObject({ key: PEM })
})

test('keys go to no address without TLS, but on this machine', async () => {
  const oauth2 = { kind: 'oauth2', clientId: 'c', clientSecret: 's', body: 'form' }
  for (const [more, pointer] of [
    [{ url: 'http://one.test/' }, '/custom_sms/url'],
    [{ url: 'http://10.0.0.1/{{toNumber}}' }, '/custom_sms/url'],
    [{ auth: { ...oauth2, tokenUrl: 'http://one.test/token' } }, '/custom_sms/auth/tokenUrl'],
    [{ auth: { ...oauth2, tokenUrl: 'nothing at all' } }, '/custom_sms/auth/tokenUrl'],
  ] as const)
    expect(pointers(await api.api('POST /transports', custom(more)))).toEqual([pointer])
  await make(custom({ url: 'http://127.0.0.1:9/', auth: { ...oauth2, tokenUrl: 'http://localhost:9/' } }))
})

test('what people write needs the place of its id', async () => {
  const inbound = { idPath: '', fromPath: 'from', toPath: '', textPath: 'text', timePath: '' }
  expect(pointers(await api.api('POST /transports', custom({ inbound })))).toContain(
    '/custom_sms/inbound/idPath',
  )
})

test('words of a configuration’s own have to name one that ends', async () => {
  const transportId = await make(custom())
  const keywords = { opt_in: ['YES'], opt_out: [], double_opt_in: [], help: [], custom: [] }
  const write = { channel: 'sms', name: `c${n}`, transportId, sender: 'Acme', keywords }
  expect(pointers(await api.api('POST /channel-configurations', write))).toEqual(['/keywords/opt_out'])
  const blank = { ...write, keywords: { ...keywords, opt_out: ['!'] } }
  expect(pointers(await api.api('POST /channel-configurations', blank))).toEqual(['/keywords/opt_out'])
})
