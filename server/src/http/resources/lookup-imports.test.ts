import { IMPORT_PIECE_BYTES } from '@carillon/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'
import { findLookupTable } from '../../content/lookup.store.ts'
import { exportRowsCsv, RowsReplaced } from '../../content/lookup-export.ts'
import { lookupImport, lookupSweep } from '../../content/lookup-import.ts'
import { createPool } from '../../db/pool.ts'
import { importTask } from '../../imports/import-task.ts'

let api: TestApi
let n = 0
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const CSV = 'text/csv'
const JSONL = 'application/x-ndjson'
const auth = () => ({ authorization: `Bearer ${api.client.token}`, 'x-sandbox-name': 'dev' })
const make = async (columns: object[] = []): Promise<Answer['body']> =>
  (await api.api('POST /lookup-tables', { name: `files ${++n}`, columns })).body
const upload = async (id: string, file: string | Buffer, type = CSV) => {
  const response = await api.app.inject({
    method: 'POST',
    url: `/api/v1/lookup-tables/${id}/imports?name=rows.csv`,
    headers: { ...auth(), 'content-type': type },
    payload: file,
  })
  return { status: response.statusCode, body: response.json() }
}
const at = (id: string, one: { id: string }) => `/lookup-tables/${id}/imports/${one.id}`
const start = (id: string, one: { id: string; guess: unknown }, more: object = {}) =>
  api.api(`POST ${at(id, one)}/start`, { columns: one.guess, mode: 'merge', ...more })
const task = (rowsPerStep = 3, pool = api.test.db) =>
  importTask({ pool, clock: api.clock, rowsPerStep }, lookupImport)
const run = async (one = task()): Promise<void> => {
  while (await one.advance());
}
const sweep = async (): Promise<void> => {
  const one = lookupSweep({ pool: api.test.db })
  while (await one.advance());
}
const get = async (id: string, one: { id: string }) => (await api.api(`GET ${at(id, one)}`)).body
const report = async (id: string, one: { id: string }): Promise<string[]> =>
  (await api.api(`GET ${at(id, one)}/refusals`)).body.trim().split('\r\n').slice(1)
const table = async (id: string): Promise<Answer['body']> => (await api.api(`GET /lookup-tables/${id}`)).body
const rowsOf = async (id: string): Promise<Record<string, unknown>> => {
  const { items } = (await api.api(`GET /lookup-tables/${id}/rows?limit=200`)).body
  return Object.fromEntries(items.map((one: { key: string; row: unknown }) => [one.key, one.row]))
}
const put = (id: string, rows: object[]) => api.api(`PUT /lookup-tables/${id}/rows`, { rows })
const stored = async (): Promise<number> =>
  (await api.test.db.query('select count(*) as n from lookup_row')).rows[0].n
const imported = async (id: string, file: string | Buffer, more: object = {}) => {
  // A byte order mark or a letter begins a CSV file, a brace one of JSON Lines.
  const { status, body } = await upload(id, file, file.toString().startsWith('{') ? JSONL : CSV)
  expect([status, body]).toEqual([201, expect.objectContaining({ state: 'uploaded' })])
  const started = await start(id, body, more)
  expect([started.status, started.body]).toEqual([200, expect.objectContaining({ state: 'running' })])
  await run(task(10_000))
  return get(id, body)
}

describe('an import of rows', () => {
  it('of a known size begins without a byte, and comes in pieces', async () => {
    const { id } = await make()
    const file = Buffer.from(`sku;note\n${'a;x\n'.repeat(70_000)}last;y\n`)
    const send = async (method: 'POST' | 'PUT', path: string, payload: Buffer | string) => {
      const url = `/api/v1/lookup-tables/${id}/imports${path}`
      const answer = await api.app.inject({
        ...{ method, url, payload },
        headers: { ...auth(), 'content-type': CSV },
      })
      return answer.json()
    }
    const begun = await send('POST', `?name=rows.csv&size=${file.length}`, '')
    expect(begun).toMatchObject({ state: 'uploading', bytes: 0, size: file.length, guess: [] })
    const half = await send('PUT', `/${begun.id}/content?offset=0`, file.subarray(0, 270_000))
    expect(half).toMatchObject({ state: 'uploading', bytes: IMPORT_PIECE_BYTES })
    const whole = await send('PUT', `/${begun.id}/content?offset=${half.bytes}`, file.subarray(half.bytes))
    expect(whole).toMatchObject({ state: 'uploaded', bytes: file.length })
    await start(id, whole)
    await run(task(50_000))
    expect(await get(id, whole)).toMatchObject({ state: 'done', rows: 70_001, created: 2, refused: 0 })
  })

  it('guesses key and members, shows the first rows, and becomes rows', async () => {
    const { id } = await make()
    const file = 'City;Store id;SKU;opens-at\nUtrecht;7;a;9\n;8;;10\nLagos;x;b;11\n'
    const { body } = await upload(id, file)
    expect(body.guess.map((one: { kind: string; to: string }) => [one.kind, one.to])).toEqual([
      ['member', 'City'],
      ['member', 'StoreId'],
      ['key', ''],
      ['member', 'opensAt'],
    ])
    const [city, store, key] = body.guess
    const columns = [city, { ...store, type: 'number' }, key, { ...body.guess[3], kind: 'ignore' }]
    const rows = [
      { line: 2, key: 'a', row: { City: 'Utrecht', StoreId: 7 }, reason: null },
      { line: 3, key: null, row: null, reason: 'has no key' },
      { line: 4, key: null, row: null, reason: 'Store id: is not a number' },
    ]
    expect((await api.api(`POST ${at(id, body)}/preview`, { columns, mode: 'merge' })).body).toEqual({ rows })
    expect(await rowsOf(id)).toEqual({})
    await start(id, body, { columns })
    await run()
    expect(await get(id, body)).toMatchObject({ state: 'done', rows: 3, created: 1, updated: 0, refused: 2 })
    expect(await report(id, body)).toEqual(['3,"has no key"', '4,"Store id: is not a number"'])
    expect(await rowsOf(id)).toEqual({ a: { City: 'Utrecht', StoreId: 7 } })
    expect((await table(id)).rowCount).toBe(1)
  })

  it('reads by the columns of the table, and refuses the lines that do not fit them', async () => {
    const { id } = await make([
      { name: 'city', type: 'string', required: true },
      { name: 'price', type: 'number', required: false },
      { name: 'open', type: 'boolean', required: false },
      { name: 'since', type: 'date', required: false },
      { name: 'hours', type: 'object', required: false },
    ])
    const file = [
      'key,City,price,open,since,hours,remark',
      'a,Utrecht,1.50,yes,2026-11-24,"{""mon"":9}",x',
      'b,,2,no,,,',
      'c,Lagos,two,,,,',
      'd,Lagos,,,,5,',
      'a,Delft,,,,,',
    ].join('\n')
    const done = await imported(id, file)
    expect(done.guess.map((one: { kind: string; type: string }) => `${one.kind} ${one.type}`)).toEqual([
      'key text',
      'member text',
      'member number',
      'member boolean',
      'member date',
      'member json',
      'ignore text',
    ])
    expect(done).toMatchObject({ state: 'done', created: 1, updated: 1, refused: 3 })
    expect(await report(id, done)).toEqual([
      '3,"city: is missing"',
      '4,"price: is not a number"',
      '5,"hours: must be an object or a list"',
    ])
    expect(await rowsOf(id)).toEqual({ a: { city: 'Delft' } })
  })

  it('that merges is killed between and within steps, is run by several, and has every row once', async () => {
    const { id } = await make()
    await put(id, [
      { key: 'k3', row: { old: true } },
      { key: 'other', row: { old: true } },
    ])
    const rows = Array.from({ length: 50 }, (_, i) => (i % 10 === 7 ? 'broken' : `k${i},${i}`))
    const { body } = await upload(id, `key,n\n${rows.join('\n')}`)
    await start(id, body)
    const lost = createPool({ url: api.test.url, max: 1 })
    await task(4, lost).advance()
    // This one dies in the middle: its connection is cut while its transaction is open.
    lost.on('acquire', client => {
      const query = client.query.bind(client)
      client.query = ((text: string | { text?: string }, ...rest: unknown[]) =>
        (typeof text === 'string' ? text : text.text)?.startsWith('update import') === true
          ? Promise.reject(new Error('cut'))
          : (query as (...all: unknown[]) => unknown)(text, ...rest)) as typeof client.query
    })
    await expect(task(4, lost).advance()).rejects.toThrow('cut')
    await lost.end()
    expect(await get(id, body)).toMatchObject({ state: 'running', rows: 4 })
    expect((await table(id)).rowCount).toBe(5)
    await Promise.all([run(task(4)), run(task(7))])
    expect(await get(id, body)).toMatchObject({ state: 'done', created: 44, updated: 1, refused: 5 })
    expect((await report(id, body)).map(line => line.split(',')[0])).toEqual(['9', '19', '29', '39', '49'])
    const found = await rowsOf(id)
    expect(Object.keys(found)).toHaveLength(46)
    expect([found['k3'], found['other']]).toEqual([{ n: '3' }, { old: true }])
    expect((await table(id)).rowCount).toBe(46)
  })

  it('that replaces is seen all at once at its end, and the rows before it go', async () => {
    const { id } = await make()
    await put(id, [
      { key: 'a', row: { old: 1 } },
      { key: 'z', row: { old: 1 } },
    ])
    const before = await stored()
    const { body } = await upload(id, 'key,n\na,1\nb,2\nc,3\nd,4\nb,5\n')
    await start(id, body, { mode: 'replace' })
    expect(await task(2).advance()).toBe(true)
    expect(await task(2).advance()).toBe(true)
    // Content sees the old rows, and so do those who write: what they write now goes with them.
    expect((await put(id, [{ key: 'late', row: {} }])).body.rowCount).toBe(3)
    expect(Object.keys(await rowsOf(id))).toEqual(['a', 'late', 'z'])
    await run(task(2))
    expect(await get(id, body)).toMatchObject({ state: 'done', created: 4, updated: 1, refused: 0 })
    expect(await rowsOf(id)).toEqual({ a: { n: '1' }, b: { n: '5' }, c: { n: '3' }, d: { n: '4' } })
    expect((await table(id)).rowCount).toBe(4)
    expect((await put(id, [{ key: 'e', row: {} }])).body.rowCount).toBe(5)
    await sweep()
    expect(await stored()).toBe(before - 2 + 5)
  })

  it('that replaces leaves the table as it was when it is cancelled, or when a line is refused and it must stop', async () => {
    const { id } = await make()
    await put(id, [{ key: 'a', row: { old: 1 } }])
    const before = await stored()
    const cancelled = (await upload(id, 'key,n\nb,2\nc,3\nd,4\n')).body
    await start(id, cancelled, { mode: 'replace' })
    await task(2).advance()
    expect((await api.api(`POST ${at(id, cancelled)}/cancel`)).body.state).toBe('cancelled')
    const failed = await imported(id, 'key,n\nb,2\n,3\nd,4\n', { mode: 'replace', stopOnRefusal: true })
    expect(failed).toMatchObject({ state: 'failed', refused: 1 })
    expect(await report(id, failed)).toEqual(['3,"has no key"'])
    expect(await rowsOf(id)).toEqual({ a: { old: 1 } })
    await sweep()
    expect(await stored()).toBe(before)
    const done = await imported(id, 'key,n\nb,2\n', { mode: 'replace', stopOnRefusal: true })
    expect(done.state).toBe('done')
    expect(await rowsOf(id)).toEqual({ b: { n: '2' } })
  })

  it('ends with its table, rows and all', async () => {
    await sweep()
    const { id } = await make()
    const before = await stored()
    const { body } = await upload(id, 'key\na\nb\nc\nd')
    await start(id, body, { mode: 'replace' })
    await task(2).advance()
    expect((await api.api(`DELETE /lookup-tables/${id}`)).status).toBe(204)
    expect(await task(2).advance()).toBe(false)
    await sweep()
    expect(await stored()).toBe(before)
    expect((await api.test.db.query('select from import where id = $1', [body.id])).rowCount).toBe(0)
  })

  it('that replaces while rows are written and other files are merged ends with an exact count', async () => {
    const { id } = await make()
    const lines = Array.from({ length: 100 }, (_, i) => `f${i},${i}`).join('\n')
    const [one, two] = [await upload(id, `key,n\n${lines}`), await upload(id, `key,n\n${lines}`)]
    await start(id, one.body, { mode: 'replace' })
    await start(id, two.body)
    await Promise.all([
      run(task(7)),
      run(task(5)),
      ...Array.from({ length: 20 }, (_, i) =>
        put(id, [
          { key: `w${i}`, row: {} },
          { key: `f${i}`, row: {} },
        ]),
      ),
    ])
    await sweep()
    const { rows } = await api.test.db.query(
      'select count(*) as n from lookup_row r join lookup_table t on t.rows_id = r.rows_id where t.id = $1',
      [id],
    )
    expect((await table(id)).rowCount).toBe(rows[0].n)
    expect(rows[0].n).toBeGreaterThanOrEqual(100)
  })

  it('of hostile lines refuses each by its number and takes the others', async () => {
    const { id } = await make()
    const file = Buffer.concat([
      Buffer.from(`\uFEFFkey,a,*\r\n1,x,"{""__proto__"":{""y"":1}}"\r\n2,nul\0,\r\n3,x,[]\r\n4,x,{\r\n`),
      Buffer.from(`${'k'.repeat(501)},x,\r\n6,${'é'.repeat(40_000)},\r\n7,x\r\n`),
      Buffer.from(`8,x,${'"{""a"":'.padEnd(2_000, '[')}\r\n9,'=1+1,\r\n`),
    ])
    const done = await imported(id, file)
    expect(done).toMatchObject({ state: 'done', created: 2 })
    expect((await report(id, done)).map(line => line.split(',')[0])).toEqual([
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
    ])
    expect(await rowsOf(id)).toEqual({
      1: { a: 'x', ...JSON.parse('{"__proto__":{"y":1}}') },
      9: { a: '=1+1' },
    })
  })

  it('is refused without a key, with members that cannot be, and with a stop that merging has not', async () => {
    const { id } = await make([{ name: 'city', type: 'string', required: false }])
    const { body } = await upload(id, 'key,city,b\nx,y,z')
    const [key, city, b] = body.guess
    const pointers = async (columns: unknown[], more: object = {}) =>
      (await start(id, body, { columns, ...more })).body.errors.map((one: { pointer: string }) => one.pointer)
    expect(await pointers([key, city])).toEqual(['/columns'])
    expect(await pointers([city, city, b])).toEqual(['/columns'])
    expect(await pointers([{ ...key, kind: 'ignore' }, city, b])).toEqual(['/columns'])
    expect(await pointers([key, city, { ...b, kind: 'key' }])).toEqual(['/columns'])
    expect(await pointers([key, city, { ...b, kind: 'member', to: 'town' }])).toEqual(['/columns/2/to'])
    expect(await pointers([key, city, { ...b, kind: 'member', to: 'city' }])).toEqual(['/columns/2/to'])
    expect(await pointers([key, { ...city, to: 'a.b' }, b])).toEqual(['/columns/1/to'])
    expect(await pointers([key, city, b], { stopOnRefusal: true })).toEqual(['/stopOnRefusal'])
    expect(await pointers([key, city, b], { mode: 'append' })).toEqual(['/mode'])
    const other = await make()
    expect((await api.api(`GET ${at(other.id, body)}`)).status).toBe(404)
    const prod = { 'x-sandbox-name': 'prod' }
    expect((await api.api(`GET ${at(id, body)}`, undefined, prod)).status).toBe(404)
    expect((await api.api(`GET /lookup-tables/${id}/export`, undefined, prod)).status).toBe(404)
    expect((await api.api(`GET /imports/${body.id}`)).status).toBe(404)
    expect((await api.api(`GET /lookup-tables/${id}/imports`)).body.items).toMatchObject([{ id: body.id }])
    expect((await api.api(`DELETE ${at(id, body)}`)).status).toBe(204)
    expect((await api.api(`GET /lookup-tables/${id}/imports`)).body.items).toEqual([])
  })
})

describe('an export of rows', () => {
  const odd = [
    { key: '-1', row: { city: '=1+1', n: -5, open: false, 'a b': 'x', list: [1, null], nothing: null } },
    { key: "'=x", row: { city: '', n: 'a text', open: true, key: 'own', row: { a: 1 }, id: 'own too' } },
    { key: 'a,"b"\r\n', row: { city: ' spaces ', late: 1e21, ['__proto__']: { z: 'own' } } },
    { key: ' ', row: {} },
  ]
  const download = (id: string, format: string) =>
    api.app.inject({
      method: 'GET',
      url: `/api/v1/lookup-tables/${id}/export?format=${format}`,
      headers: auth(),
    })

  it.each(['csv', 'jsonl'])('as %s comes in again as it was', async format => {
    const [from, to] = [await make(), await make()]
    expect((await put(from.id, odd)).status).toBe(200)
    const file = await download(from.id, format)
    expect(file.headers['content-disposition']).toBe(`attachment; filename="rows.${format}"`)
    if (format === 'csv') expect(file.body).not.toMatch(/(^|,|")[=+@]/m)
    expect(await imported(to.id, file.rawPayload)).toMatchObject({ created: 4, refused: 0 })
    expect(await rowsOf(to.id)).toEqual(await rowsOf(from.id))
  })

  it('of a table with columns has these, and comes in again as it was', async () => {
    const columns = [
      { name: 'row', type: 'object', required: false },
      { name: 'key', type: 'string', required: false },
      { name: 'since', type: 'date', required: false },
      { name: 'n', type: 'number', required: false },
    ]
    const [from, to] = [await make(columns), await make(columns)]
    await put(from.id, [
      { key: 'a', row: { row: { x: [1] }, key: '', since: '2026-11-24T10:00:00Z', n: 3 } },
      { key: 'b', row: { row: null, key: 'k' } },
    ])
    const file = await download(from.id, 'csv')
    expect(file.body.split('\r\n')[0]).toBe('\uFEFFkey,row:json,key,since,n:number,*')
    expect(await imported(to.id, file.rawPayload)).toMatchObject({ created: 2, refused: 0 })
    expect(await rowsOf(to.id)).toEqual(await rowsOf(from.id))
    const empty = await make(columns)
    expect((await download(empty.id, 'csv')).body).toBe('\uFEFFkey,row:json,key,since,n:number,*\r\n')
  })

  it('breaks off when the rows are replaced meanwhile: half of them must not look whole', async () => {
    const { id } = await make()
    const lines = Array.from({ length: 6_000 }, (_, i) => `k${i}`).join('\n')
    await imported(id, `key\n${lines}`)
    const { rows } = await api.test.db.query(`select sandbox_id from lookup_table where id = $1`, [id])
    const sandboxId = rows[0].sandbox_id
    const found = await findLookupTable(api.test.db, sandboxId, { id })
    if (found === undefined) throw new Error('no table')
    const reading = exportRowsCsv(api.test.db, sandboxId, found)
    await reading.next()
    await reading.next()
    await imported(id, 'key\nx\n', { mode: 'replace' })
    await expect(reading.next()).rejects.toThrow(RowsReplaced)
  })
})
