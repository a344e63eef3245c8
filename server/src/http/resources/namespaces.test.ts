import { MAX_NAMESPACES } from '@carillon/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const codes = async (): Promise<string[]> =>
  (await api.api('GET /namespaces')).body.items.map((one: { code: string }) => one.code)

it('standard ones are there from the start, a new one takes its place by its priority, and goes again', async () => {
  expect((await codes()).slice(0, 2)).toEqual(['email', 'phone'])
  const put = await api.api('PUT /namespaces/CRM', { name: 'CRM number', priority: 150 })
  expect([put.status, put.body]).toEqual([
    200,
    { code: 'crm', name: 'CRM number', priority: 150, standard: false, written: true, inUse: false },
  ])
  expect((await codes()).slice(0, 3)).toEqual(['email', 'crm', 'phone'])
  expect((await api.api('DELETE /namespaces/crm')).status).toBe(204)
  expect(await codes()).not.toContain('crm')
})

it('the one of the lowest priority names the person: its identity comes first', async () => {
  const identities = [
    { namespace: 'phone', value: '+31612345678' },
    { namespace: 'crm', value: '7' },
    { namespace: 'email', value: 'ada@example.test' },
  ]
  const { body } = await api.api('POST /profiles', { identities, attributes: {} })
  const order = async (): Promise<string[]> =>
    (await api.api(`GET /profiles/${body.id}`)).body.identities.map(
      (one: { namespace: string }) => one.namespace,
    )
  expect(await order()).toEqual(['email', 'phone', 'crm'])
  await api.api('PUT /namespaces/crm', { name: 'CRM number', priority: 1 })
  expect(await order()).toEqual(['crm', 'email', 'phone'])
  const { items } = (await api.api('GET /profiles?search=ada@example.test')).body
  expect(items[0].identities[0].namespace).toBe('crm')
})

it('a code that is none is refused by its member', async () => {
  const { status, body } = await api.api('PUT /namespaces/a%20b', { name: 'x', priority: 1 })
  expect([status, body.errors.map((one: { pointer: string }) => one.pointer)]).toEqual([400, ['/code']])
})

it('are listed with whether somebody has one, also those that nobody named', async () => {
  const identities = [{ namespace: 'Loyalty', value: '12' }]
  await api.api('POST /profiles', { identities, attributes: {} })
  const { items } = (await api.api('GET /namespaces')).body
  const found = (code: string) => items.find((one: { code: string }) => one.code === code)
  expect(items.at(-1)).toEqual({
    ...{ code: 'loyalty', name: 'loyalty', priority: 10_000 },
    ...{ standard: false, written: false, inUse: true },
  })
  expect(found('tntid')).toMatchObject({ standard: true, written: false, inUse: false })
  const { body } = await api.api('PUT /namespaces/loyalty', { name: 'Loyalty card', priority: 120 })
  expect(body).toMatchObject({ written: true, inUse: true })
  expect((await api.api('DELETE /namespaces/loyalty')).body.code).toBe('resource_in_use')
})

it('take a new order as a whole, and a standard one gets its own place again', async () => {
  const before = (await api.api('GET /namespaces')).body.items
    .filter((one: { standard: boolean; written: boolean }) => one.standard || one.written)
    .map((one: { code: string }) => one.code)
  const order = ['loyalty', 'idfa', ...before.filter((code: string) => !['loyalty', 'idfa'].includes(code))]
  const { status, body } = await api.api('POST /namespaces/reorder', { codes: order })
  expect([status, body.items.map((one: { code: string }) => one.code)]).toEqual([200, order])
  expect(body.items[1]).toMatchObject({
    name: 'Apple ID for Advertisers (IDFA)',
    priority: 200,
    written: true,
  })
  expect((await api.api('DELETE /namespaces/idfa')).status).toBe(204)
  expect(
    (await api.api('GET /namespaces')).body.items.find((one: { code: string }) => one.code === 'idfa'),
  ).toMatchObject({ priority: 900, written: false })
})

it('take no order that leaves one out, names one twice, or names an unknown one', async () => {
  const all = (await api.api('GET /namespaces')).body.items.map((one: { code: string }) => one.code)
  for (const codes of [all.slice(1), [...all.slice(1), all[1]], [...all.slice(1), 'nobody']])
    expect((await api.api('POST /namespaces/reorder', { codes })).body.errors[0].pointer).toBe('/codes')
})

it('are listed to the last one, page by page, each once, however many people brought along', async () => {
  const profiles = Array.from({ length: 260 }, (_, n) => ({
    identities: [{ namespace: `shop ${String(n).padStart(3, '0')}`, value: '1' }],
    attributes: {},
  }))
  expect((await api.api('POST /profiles/batch', { profiles })).status).toBe(200)
  await api.api('PUT /namespaces/same-a', { name: 'a', priority: 100 })
  const pages = async (limit: string): Promise<string[][]> => {
    const found: string[][] = []
    for (let cursor = ''; ; ) {
      const { status, body } = await api.api(`GET /namespaces?${limit}${cursor}`)
      expect(status).toBe(200)
      found.push(body.items.map((one: { code: string }) => one.code))
      if (body.next === null) return found
      cursor = `&cursor=${body.next}`
    }
  }
  const whole = (await pages('')).flat()
  expect(whole.filter(code => code.startsWith('shop '))).toEqual(
    profiles.map(one => one.identities[0]?.namespace),
  )
  expect(new Set(whole).size).toBe(whole.length)
  for (const limit of [7, 60]) {
    const some = await pages(`limit=${limit}`)
    expect(some.flat()).toEqual(whole)
    expect(some.slice(0, -1).every(page => page.length === limit)).toBe(true)
  }
  const foreign = Buffer.from('x').toString('base64url')
  expect((await api.api(`GET /namespaces?cursor=${foreign}`)).body.errors[0].pointer).toBe('/cursor')
})

it('of a sandbox’s own are so many that one page has them all, and no more', async () => {
  const prod = { 'x-sandbox-name': 'prod' }
  const put = (code: string) => api.api(`PUT /namespaces/${code}`, { name: code, priority: 5 }, prod)
  for (let n = 0; n < MAX_NAMESPACES; n++) expect((await put(`own${n}`)).status).toBe(200)
  expect(await put('one-more')).toMatchObject({ status: 400, body: { code: 'list_full' } })
  expect((await put('own7')).status).toBe(200)
  expect((await put('email')).status).toBe(200)
  const { items, next } = (await api.api('GET /namespaces', undefined, prod)).body
  expect([items.length, next]).toEqual([MAX_NAMESPACES + 9, null])
})
