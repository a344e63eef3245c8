import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'
import { createEncryptor } from '../../content/encryption.ts'
import { encryptionKeys } from '../../content/encryption-key.store.ts'
import { unseal } from '../../lib/seal.ts'

let api: TestApi
let n = 0
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const prod = { 'x-sandbox-name': 'prod' }
const SECRET = 'a secret of the tests, long enough'
const make = async (name = `key-${++n}`): Promise<Answer['body']> => {
  const { status, body } = await api.api('POST /encryption-keys', { name })
  expect(status).toBe(201)
  return body
}
const refusal = ({ status, body }: Answer): unknown[] => [
  status,
  body.code,
  body.errors.map((error: { pointer: string }) => error.pointer),
]
const stored = async (sandbox = 'dev') => {
  const { rows } = await api.test.db.query('select id from sandbox where name = $1', [sandbox])
  return encryptionKeys(api.test.db, rows[0].id)
}

describe('an encryption key', () => {
  it('has 256 bits that are shown once, and are sealed in the database', async () => {
    const answer = await api.api('POST /encryption-keys', { name: 'orders_1' })
    const { material, ...key } = answer.body
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(Buffer.from(material, 'base64url')).toHaveLength(32)
    expect(key).toMatchObject({
      name: 'orders_1',
      status: 'active',
      currentVersion: '1',
      versions: [{ version: '1', status: 'current', createdBy: 'test', retiredAt: null }],
      revokedAt: null,
    })
    expect((await api.api(`GET /encryption-keys/${key.id}`)).body).toEqual(key)
    expect((await api.api('GET /encryption-keys')).body.items[0]).toEqual(key)
    const { rows } = await api.test.db.query('select * from encryption_key_version where key_id = $1', [
      key.id,
    ])
    expect(JSON.stringify(rows)).not.toContain(material)
    expect(unseal(SECRET, rows[0].sealed_material)).toBe(material)
  })

  it.each(['', 'a.b', 'a b', 'é', 'x'.repeat(101)])('named %j is refused', async name => {
    const { code, errors } = (await api.api('POST /encryption-keys', { name })).body
    expect([code, errors[0].pointer]).toEqual(['payload_invalid', '/name'])
  })

  it('shares its name with none of its sandbox', async () => {
    const { name } = await make()
    expect(refusal(await api.api('POST /encryption-keys', { name }))).toEqual([400, 'name_taken', ['/name']])
    expect((await api.api('POST /encryption-keys', { name }, prod)).status).toBe(201)
  })

  it('of another sandbox is not there', async () => {
    const { id, name } = await make()
    for (const route of [
      `GET /encryption-keys/${id}`,
      `POST /encryption-keys/${id}/rotate`,
      `POST /encryption-keys/${id}/revoke`,
    ])
      expect([route, (await api.api(route, undefined, prod)).status]).toEqual([route, 404])
    expect((await stored()).find(one => one.name === name)?.status).toBe('active')
    expect((await stored('prod')).some(one => one.name === name)).toBe(false)
  })

  it('is listed in pages, without any material', async () => {
    const made = [await make(), await make()]
    const first = (await api.api('GET /encryption-keys?limit=1')).body
    const second = (await api.api(`GET /encryption-keys?limit=1&cursor=${first.next}`)).body
    expect([first.items[0].id, second.items[0].id]).toEqual([made[1].id, made[0].id])
    const all = JSON.stringify((await api.api('GET /encryption-keys?limit=200')).body)
    expect(all).not.toMatch(/material|sealed/i)
  })
})

describe('rotating', () => {
  it('makes the next version the current one and retires the one before', async () => {
    const first = await make()
    const second = (await api.api(`POST /encryption-keys/${first.id}/rotate`)).body
    expect(second).toMatchObject({
      id: first.id,
      currentVersion: '2',
      versions: [
        { version: '2', status: 'current', retiredAt: null },
        { version: '1', status: 'retired', retiredAt: expect.any(String) },
      ],
    })
    expect(second.material).not.toBe(first.material)
    const encrypt = createEncryptor(await stored(), SECRET)
    const result = encrypt('text', { name: first.name, version: null })
    expect(result).toMatchObject({ kind: 'encrypted', text: expect.stringContaining(`${first.name}.2.`) })
    expect(encrypt('text', { name: first.name, version: '1' }).kind).toBe('refused')
  })

  it('by several at once gives each a version and a material of its own', async () => {
    const { id } = await make()
    const answers = await Promise.all([1, 2, 3].map(() => api.api(`POST /encryption-keys/${id}/rotate`)))
    expect(answers.map(({ body }) => body.currentVersion).sort()).toEqual(['2', '3', '4'])
    const { rows } = await api.test.db.query(
      'select version, sealed_material, retired_at from encryption_key_version where key_id = $1',
      [id],
    )
    for (const { body } of answers) {
      const row = rows.find(one => String(one.version) === body.currentVersion)
      expect(unseal(SECRET, row.sealed_material)).toBe(body.material)
    }
    expect(rows.filter(one => one.retired_at === null).map(one => one.version)).toEqual([4])
  })
})

describe('revoking', () => {
  it('ends the whole key for good', async () => {
    const { id, name } = await make()
    await api.api(`POST /encryption-keys/${id}/rotate`)
    const { body } = await api.api(`POST /encryption-keys/${id}/revoke`)
    expect(body).toMatchObject({
      status: 'revoked',
      revokedAt: expect.any(String),
      versions: [{ status: 'revoked' }, { status: 'revoked' }],
    })
    api.clock.move(1_000)
    expect((await api.api(`POST /encryption-keys/${id}/revoke`)).body.revokedAt).toBe(body.revokedAt)
    expect(refusal(await api.api(`POST /encryption-keys/${id}/rotate`))).toEqual([400, 'resource_state', []])
    expect(createEncryptor(await stored(), SECRET)('text', { name, version: null })).toEqual({
      kind: 'refused',
      why: `The encryption key "${name}" was revoked.`,
    })
    expect(refusal(await api.api('POST /encryption-keys', { name }))).toEqual([400, 'name_taken', ['/name']])
  })
})
