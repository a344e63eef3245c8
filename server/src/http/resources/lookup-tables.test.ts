import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'
import { lookupSweep } from '../../content/lookup-import.ts'
import { lookupRows } from '../../content/lookup-row.store.ts'

let api: TestApi
let n = 0
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const prod = { 'x-sandbox-name': 'prod' }
const make = async (members: object = {}): Promise<Answer['body']> => {
  const { status, body } = await api.api('POST /lookup-tables', { name: `table ${++n}`, ...members })
  expect(status).toBe(201)
  return body
}
const refusal = ({ status, body }: Answer): unknown[] => [
  status,
  body.code,
  body.errors.map((error: { pointer: string }) => error.pointer),
]
type Rows = { key: string; row: object }[]
const put = (id: string, rows: Rows) => api.api(`PUT /lookup-tables/${id}/rows`, { rows })
// Rows that no table has any more go in the background.
const sweep = async (): Promise<void> => {
  const task = lookupSweep({ pool: api.test.db })
  while (await task.advance());
}
const rowsOf = async (id: string, query = ''): Promise<Answer['body']> =>
  (await api.api(`GET /lookup-tables/${id}/rows?limit=200${query}`)).body
const keysOf = async (id: string, query = ''): Promise<string[]> =>
  (await rowsOf(id, query)).items.map((row: { key: string }) => row.key)

describe('a lookup table', () => {
  it('is made empty and found by its name', async () => {
    const made = await make({ name: 'shops', description: 'All of them' })
    expect(made).toMatchObject({ name: 'shops', description: 'All of them', rowCount: 0, createdBy: 'test' })
    expect((await api.api(`GET /lookup-tables/${made.id}`)).body).toEqual(made)
    expect((await api.api('GET /lookup-tables?search=SHOP')).body).toEqual({ items: [made], next: null })
    expect(refusal(await api.api('POST /lookup-tables', { name: 'shops' }))).toEqual([
      400,
      'name_taken',
      ['/name'],
    ])
    expect((await api.api('POST /lookup-tables', { name: 'shops' }, prod)).status).toBe(201)
  })

  it.each([
    [{ name: '' }, '/name'],
    [{ name: 'a"b' }, '/name'],
    [{ name: ' a' }, '/name'],
    [{ name: 'ok', rowCount: 3 }, '/rowCount'],
    [{}, '/name'],
  ])('of %j is refused at %s', async (body, pointer) => {
    const { code, errors } = (await api.api('POST /lookup-tables', body)).body
    expect([code, errors[0].pointer]).toEqual(['payload_invalid', pointer])
  })

  it('has columns that its rows must fit, and that hold for what is written from then on', async () => {
    const columns = [
      { name: 'city', type: 'string', required: true },
      { name: 'price', type: 'number', required: false },
      { name: 'open', type: 'boolean', required: false },
      { name: 'since', type: 'date', required: false },
      { name: 'hours', type: 'object', required: false },
    ]
    const { id } = await make({ columns })
    expect((await api.api(`GET /lookup-tables/${id}`)).body.columns).toEqual(columns)
    const good = { city: 'Utrecht', price: 1.5, open: true, since: '2026-11-24', hours: ['9-5'] }
    expect((await put(id, [{ key: 'a', row: good }])).status).toBe(200)
    expect((await put(id, [{ key: 'b', row: { city: 'Lagos', price: null } }])).status).toBe(200)
    const bad = { price: '1', open: 1, since: '2026-02-30', hours: 'x', town: 'y', 'a/b': 1 }
    const refused = await put(id, [
      { key: 'c', row: good },
      { key: 'd', row: bad },
    ])
    expect(refusal(refused)).toEqual([
      400,
      'payload_invalid',
      ['city', 'price', 'open', 'since', 'hours', 'town', 'a~1b'].map(name => `/rows/1/row/${name}`),
    ])
    expect(refused.body.errors[0].message).toBe('is missing')
    expect(await keysOf(id)).toEqual(['a', 'b'])
    const fewer = await api.api(`PATCH /lookup-tables/${id}`, {
      columns: [{ ...columns[1], required: true }],
    })
    expect(fewer.status).toBe(200)
    expect(await keysOf(id)).toEqual(['a', 'b'])
    expect((await put(id, [{ key: 'a', row: good }])).status).toBe(400)
    expect((await put(id, [{ key: 'a', row: { price: 2 } }])).status).toBe(200)
  })

  it.each([
    [[{ name: 'a b', type: 'string', required: true }], '/columns/0/name'],
    [[{ name: 'a', type: 'text', required: true }], '/columns/0/type'],
    [[{ name: 'a', type: 'string' }], '/columns/0/required'],
    [
      [
        { name: 'a', type: 'string', required: true },
        { name: 'a', type: 'number', required: true },
      ],
      '/columns/1/name',
    ],
  ])('with the columns %j is refused at %s', async (columns, pointer) => {
    const { code, errors } = (await api.api('POST /lookup-tables', { name: 'bad', columns })).body
    expect([code, errors[0].pointer]).toEqual(['payload_invalid', pointer])
    const { id } = await make()
    expect((await api.api(`PATCH /lookup-tables/${id}`, { columns })).body.errors[0].pointer).toBe(pointer)
  })

  it('changes its description and its name', async () => {
    const [one, other] = [await make(), await make()]
    const patch = (body: object) => api.api(`PATCH /lookup-tables/${one.id}`, body)
    expect((await patch({ description: 'd' })).body).toMatchObject({ name: one.name, description: 'd' })
    expect((await patch({ name: 'renamed' })).body).toMatchObject({ name: 'renamed', description: 'd' })
    expect(refusal(await patch({ name: other.name }))).toEqual([400, 'name_taken', ['/name']])
  })

  it('pages, newest first', async () => {
    const made = [await make({ name: 'paged 1' }), await make({ name: 'paged 2' })]
    const first = (await api.api('GET /lookup-tables?search=paged&limit=1')).body
    const second = (await api.api(`GET /lookup-tables?search=paged&limit=1&cursor=${first.next}`)).body
    expect([first.items[0].id, second.items[0].id]).toEqual([made[1].id, made[0].id])
    expect(second.next).toBeNull()
  })

  it('of another sandbox is not there', async () => {
    const { id } = await make()
    await put(id, [{ key: 'a', row: {} }])
    for (const route of [
      `GET /lookup-tables/${id}`,
      `DELETE /lookup-tables/${id}`,
      `GET /lookup-tables/${id}/references`,
      `GET /lookup-tables/${id}/rows`,
      `GET /lookup-tables/${id}/rows/a`,
      `DELETE /lookup-tables/${id}/rows/a`,
    ])
      expect([route, (await api.api(route, undefined, prod)).status]).toEqual([route, 404])
    expect((await api.api(`PATCH /lookup-tables/${id}`, { name: 'x' }, prod)).status).toBe(404)
    expect(
      (await api.api(`PUT /lookup-tables/${id}/rows`, { rows: [{ key: 'a', row: {} }] }, prod)).status,
    ).toBe(404)
    expect(await keysOf(id)).toEqual(['a'])
  })

  it('is known to the check of campaigns and fragments: another name, and a column that is not there, are told', async () => {
    const { name } = await make({ columns: [{ name: 'city', type: 'string', required: true }] })
    const tag = (table: string) => `{{datasetLookup datasetId="${table}" id=context.shop result="shop"}}`
    const codesOf = async (html: string, headers: Record<string, string> = {}): Promise<string[]> => {
      const content = { subject: 's', html, text: null }
      const { body } = await api.api('POST /campaigns', { name: `Reads ${++n}`, content }, headers)
      const { findings } = (await api.api(`POST /campaigns/${body.id}/validate`, undefined, headers)).body
      return findings.map((one: { code: string }) => one.code)
    }
    expect(await codesOf(`${tag(name)}{{shop.city}}`)).toEqual([])
    expect(await codesOf(`${tag(name)}{{shop.town}}`)).toContain('path_unknown')
    expect(await codesOf(tag(`${name}s`))).toContain('table_unknown')
    expect(await codesOf(`${tag(name)}{{shop.city}}`, prod)).toContain('table_unknown')
    const fragment = await api.api('POST /fragments', {
      name: `Shop ${n}`,
      subType: 'html',
      source: tag('gone'),
    })
    const { findings } = (await api.api(`POST /fragments/${fragment.body.id}/validate`)).body
    expect(findings.map((one: { code: string }) => one.code)).toContain('table_unknown')
  })

  it('that content reads keeps its name and stays', async () => {
    const { id, name } = await make()
    const html = `{{datasetLookup datasetId="${name}" id=profile.shop result="shop"}}`
    const campaign = (
      await api.api('POST /campaigns', { name: 'Reads', content: { subject: 's', html, text: null } })
    ).body
    expect((await api.api(`GET /lookup-tables/${id}/references`)).body.items).toEqual([
      { kind: 'campaign', id: campaign.id, name: 'Reads', status: 'draft', inDraft: true, inLive: false },
    ])
    const removed = await api.api(`DELETE /lookup-tables/${id}`)
    expect(refusal(removed)).toEqual([400, 'resource_in_use', []])
    expect(removed.body.detail).toBe('Used by the campaign "Reads".')
    const patch = (body: object) => api.api(`PATCH /lookup-tables/${id}`, body)
    expect((await patch({ name: 'another' })).body.code).toBe('resource_in_use')
    expect((await patch({ name, description: 'd' })).status).toBe(200)
    await api.api(`DELETE /campaigns/${campaign.id}`)
    await put(id, [{ key: 'a', row: {} }])
    expect((await api.api(`DELETE /lookup-tables/${id}`)).status).toBe(204)
    expect((await api.api(`GET /lookup-tables/${id}/rows`)).status).toBe(404)
    await sweep()
    expect((await api.test.db.query('select from lookup_row where rows_id = $1', [id])).rowCount).toBe(0)
  })
})

describe('rows', () => {
  it('are added and replaced, and counted', async () => {
    const { id } = await make()
    const rows = [
      { key: 'b', row: { city: 'Utrecht', tags: [1, { a: null }] } },
      { key: 'a', row: {} },
    ]
    expect((await put(id, rows)).body).toEqual({ inserted: 2, replaced: 0, rowCount: 2 })
    const again = [
      { key: 'b', row: { city: 'Lagos' } },
      { key: 'c', row: JSON.parse('{"__proto__":{"x":1}}') },
    ]
    expect((await put(id, again)).body).toEqual({ inserted: 1, replaced: 1, rowCount: 3 })
    expect((await rowsOf(id)).items.map(({ key, row }: Rows[number]) => [key, row])).toEqual([
      ['a', {}],
      ['b', { city: 'Lagos' }],
      ['c', JSON.parse('{"__proto__":{"x":1}}')],
    ])
    expect((await api.api(`GET /lookup-tables/${id}`)).body.rowCount).toBe(3)
    expect((await api.api(`DELETE /lookup-tables/${id}/rows/b`)).status).toBe(204)
    expect((await api.api(`DELETE /lookup-tables/${id}/rows/b`)).status).toBe(404)
    expect((await api.api(`GET /lookup-tables/${id}`)).body.rowCount).toBe(2)
  })

  it('of a call with one mistake are all refused, each mistake with its pointer', async () => {
    const { id } = await make()
    const bad: [unknown, string[]][] = [
      [[], ['/rows']],
      [Array.from({ length: 1001 }, (_, i) => ({ key: `${i}`, row: {} })), ['/rows']],
      [
        [
          { key: 'a', row: {} },
          { key: 'b', row: [] },
        ],
        ['/rows/1/row'],
      ],
      [
        [{ key: '', row: {} }, { row: {} }],
        ['/rows/0/key', '/rows/1/key'],
      ],
      [[{ key: 'x'.repeat(501), row: {} }], ['/rows/0/key']],
      [[{ key: 'a', row: {}, more: 1 }], ['/rows/0/more']],
      [['a', 'b', 'a', 'a'].map(key => ({ key, row: {} })), ['/rows/2/key', '/rows/3/key']],
      [
        [
          { key: 'a', row: {} },
          { key: 'b', row: { text: 'é'.repeat(32_768) } },
        ],
        ['/rows/1/row'],
      ],
    ]
    for (const [rows, pointers] of bad)
      expect(refusal(await put(id, rows as Rows))).toEqual([400, 'payload_invalid', pointers])
    const nul = await put(id, [{ key: 'a', row: { text: 'a\0' } }])
    expect(refusal(nul)).toEqual([400, 'payload_unstorable', ['/rows/0/row/text']])
    expect(await keysOf(id)).toEqual([])
  })

  it('of a thousand in one call, by several callers at once, are counted exactly', async () => {
    const { id } = await make()
    const batch = (from: number) =>
      Array.from({ length: 1000 }, (_, i) => ({ key: `k${(from + i) % 1500}`, row: { from, i } }))
    const answers = await Promise.all([
      put(id, batch(0)),
      put(id, batch(500).reverse()),
      put(id, batch(1000)),
    ])
    expect(answers.map(answer => answer.status)).toEqual([200, 200, 200])
    const sum = answers.reduce((all, { body }) => all + body.inserted, 0)
    expect(sum).toBe(1500)
    expect((await api.api(`GET /lookup-tables/${id}`)).body.rowCount).toBe(1500)
    expect((await api.test.db.query('select from lookup_row where rows_id = $1', [id])).rowCount).toBe(1500)
  })

  it('written while their table is removed are either refused or removed with it', async () => {
    const { id } = await make()
    await put(id, [{ key: 'a', row: {} }])
    const [removed, ...written] = await Promise.all([
      api.api(`DELETE /lookup-tables/${id}`),
      ...[1, 2, 3].map(i => put(id, [{ key: 'a', row: { i } }])),
    ])
    expect(removed.status).toBe(204)
    for (const { status } of written) expect([200, 404]).toContain(status)
    await sweep()
    expect((await api.test.db.query('select from lookup_row where rows_id = $1', [id])).rowCount).toBe(0)
  })

  it('are found by any key, and by its beginning', async () => {
    const { id } = await make()
    const keys = ['a/b?c', 'A', 'a', '%', '_', 'é'.repeat(500), '🔔', ' ']
    await put(
      id,
      keys.map((key, at) => ({ key, row: { at } })),
    )
    for (const [at, key] of keys.entries()) {
      const { body } = await api.api(`GET /lookup-tables/${id}/rows/${encodeURIComponent(key)}`)
      expect(body).toMatchObject({ key, row: { at } })
    }
    expect((await api.api(`GET /lookup-tables/${id}/rows/none`)).status).toBe(404)
    expect(await keysOf(id, '&search=a')).toEqual(['a', 'a/b?c'])
    expect(await keysOf(id, '&search=%25')).toEqual(['%'])
    const paged: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const cursor = next === '' ? '' : `&cursor=${next}`
      const { body }: Answer = await api.api(`GET /lookup-tables/${id}/rows?limit=3${cursor}`)
      paged.push(...body.items.map((row: { key: string }) => row.key))
      next = body.next
    }
    expect(paged).toEqual([...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
    for (const cursor of ['', '!', 'AA'])
      expect(refusal(await api.api(`GET /lookup-tables/${id}/rows?cursor=${cursor}`))).toEqual([
        400,
        'payload_invalid',
        ['/cursor'],
      ])
  })
})

describe('questions of content', () => {
  it('are answered for many tables and keys at once, within the sandbox', async () => {
    const [shops, empty] = [await make(), await make()]
    await put(shops.id, [
      { key: '1', row: { city: 'Utrecht' } },
      { key: '2', row: { city: 'Lagos' } },
    ])
    const { rows: sandboxes } = await api.test.db.query('select name, id from sandbox')
    const ask = (sandbox: string) =>
      lookupRows(api.test.db, sandboxes.find(one => one.name === sandbox).id, [
        { dataset: shops.name, key: '1' },
        { dataset: shops.name, key: '1' },
        { dataset: shops.name, key: '9' },
        { dataset: shops.name, key: 'a\0' },
        { dataset: empty.name, key: '1' },
        { dataset: 'nowhere', key: '1' },
        { dataset: 'nowhere', key: '2' },
      ])
    expect(await ask('dev')).toEqual({
      found: [{ dataset: shops.name, key: '1', row: { city: 'Utrecht' } }],
      unknownDatasets: ['nowhere'],
    })
    const foreign = await ask('prod')
    expect(foreign.found).toEqual([])
    expect([...foreign.unknownDatasets].sort()).toEqual([empty.name, 'nowhere', shops.name].sort())
    expect(await lookupRows(api.test.db, shops.id, [])).toEqual({ found: [], unknownDatasets: [] })
  })

  it('are found through the index, however many rows there are', async () => {
    const { id } = await make()
    await api.test.db.query(
      `insert into lookup_row (rows_id, key, row, modified_at)
       select $1, 'k' || i, '{}', $2 from generate_series(1, 20000) i`,
      [id, new Date()],
    )
    await api.test.db.query('analyze lookup_row')
    const plan = async (where: string): Promise<string> => {
      const { rows } = await api.test.db.query(
        `explain select * from lookup_row r where r.rows_id = '${id}' and ${where}`,
      )
      return JSON.stringify(rows)
    }
    expect(await plan(`r.key = 'k77'`)).toContain('lookup_row_pkey')
    expect(await plan(`starts_with(r.key, 'k77')`)).toMatch(/Index Cond[^"]*key >=/)
  })
})
