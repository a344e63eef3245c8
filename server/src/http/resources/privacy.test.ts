/** The routes of access and erasure: what they refuse, what they answer afterwards. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'
import { eraseAddress } from '../../../test/privacy.ts'
import { uuidv7 } from '../../lib/ids.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const person = async (name: string): Promise<{ readonly id: string; readonly email: string }> => {
  const email = `${name}@example.test`
  const identities = [{ namespace: 'email', value: email }]
  const { body } = await api.api('POST /profiles', { identities, attributes: {} })
  return { id: body.id, email }
}

describe('erasures', () => {
  test('the address can be asked about, and the certificate verified; neither tells the address', async () => {
    const { email } = await person('asked')
    const erasure = await eraseAddress(api, email)
    const lookup = (value: string) =>
      api.api('POST /erasures/lookup', { identity: { namespace: 'email', value } })
    expect((await lookup('ASKED@example.test')).body).toEqual({
      ...{ erased: true, erasureId: erasure.id, suppressed: false },
      erasedAt: erasure.requestedAt,
    })
    expect((await lookup('nobody@example.test')).body).toMatchObject({ erased: false, erasureId: null })
    const { certificate } = erasure
    const verify = async (given: object) =>
      (await api.api('POST /erasures/verify', { certificate: given })).body.valid
    expect(await verify(certificate)).toBe(true)
    expect(await verify(Object.fromEntries(Object.entries(certificate).reverse()))).toBe(true)
    expect(await verify({ ...certificate, requestedBy: 'somebody else' })).toBe(false)
    expect(await verify({ ...certificate, extra: 1 })).toBe(false)
    expect(await verify({ ...certificate, signature: `${certificate.signature}=` })).toBe(false)
    expect(await verify({})).toBe(false)
    expect(JSON.stringify(certificate)).not.toContain('asked@')
  })

  test('are listed, newest first, page by page, and nothing of another sandbox', async () => {
    const erasure = await eraseAddress(api, 'last@example.test')
    const first = (await api.api('GET /erasures?limit=1')).body
    expect(first.items).toEqual([erasure])
    const second = (await api.api(`GET /erasures?limit=1&cursor=${first.next}`)).body
    expect(second.items[0].id < erasure.id).toBe(true)
    const prod = { 'x-sandbox-name': 'prod' }
    expect((await api.api('GET /erasures', undefined, prod)).body.items).toEqual([])
    expect((await api.api(`GET /erasures/${erasure.id}`, undefined, prod)).status).toBe(404)
    const asked = { identity: { namespace: 'email', value: 'last@example.test' } }
    expect((await api.api('POST /erasures/lookup', asked, prod)).body.erased).toBe(false)
  })
})

describe('refusals', () => {
  test('say what is wrong', async () => {
    const { id } = await person('kept')
    const body = { identity: { namespace: 'email', value: 'a@example.test' }, confirm: 'yes' }
    const cases: [string, unknown, number, string][] = [
      [`POST /profiles/${id}/erase`, {}, 400, 'payload_invalid'],
      [`POST /profiles/${id}/erase`, { confirm: 'yes' }, 400, 'payload_invalid'],
      [`POST /profiles/${uuidv7(0)}/erase`, { confirm: 'erase' }, 404, 'not_found'],
      ['POST /profiles/nobody/erase', { confirm: 'erase' }, 404, 'not_found'],
      ['POST /erasures', body, 400, 'payload_invalid'],
      [
        'POST /erasures',
        { identity: { namespace: ' ', value: 'a' }, confirm: 'erase' },
        400,
        'payload_invalid',
      ],
      [`GET /erasures/${uuidv7(0)}`, undefined, 404, 'not_found'],
      ['POST /erasures/lookup', { identity: { namespace: 'crm', value: '1' } }, 400, 'payload_invalid'],
      ['POST /erasures/verify', { certificate: 'x' }, 400, 'payload_invalid'],
    ]
    for (const [route, sent, status, code] of cases)
      expect((await api.api(route, sent)).body, route).toMatchObject({ status, code })
    const blank = await api.api('POST /erasures', {
      identity: { namespace: 'email', value: ' ' },
      confirm: 'erase',
    })
    expect(blank.body.errors).toEqual([{ pointer: '/identity/value', message: 'must not be blank' }])
    expect((await api.api(`GET /profiles/${id}`)).status).toBe(200)
  })

  test('hold without a token, and for a sandbox that is not the caller’s', async () => {
    const { id } = await person('safe')
    const route = `POST /api/v1/profiles/${id}/erase`
    expect((await api.call(route, { body: { confirm: 'erase' } })).status).toBe(401)
    const foreign = { 'x-sandbox-name': 'nowhere' }
    expect((await api.api(`POST /profiles/${id}/erase`, { confirm: 'erase' }, foreign)).status).toBe(403)
    const other = { 'x-sandbox-name': 'prod' }
    expect((await api.api(`POST /profiles/${id}/erase`, { confirm: 'erase' }, other)).status).toBe(404)
  })
})
