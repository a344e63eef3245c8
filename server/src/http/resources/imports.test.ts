import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'
import { createPool } from '../../db/pool.ts'
import { importTask } from '../../imports/import-task.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { peopleImport } from '../../profiles/people-import.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const CSV = 'text/csv'
const JSONL = 'application/x-ndjson'
const auth = (sandbox = 'dev') => ({
  authorization: `Bearer ${api.client.token}`,
  'x-sandbox-name': sandbox,
})
const upload = async (file: string | Buffer, type = CSV) => {
  const response = await api.app.inject({
    method: 'POST',
    url: '/api/v1/imports?name=people',
    headers: { ...auth(), 'content-type': type },
    payload: file,
  })
  return { status: response.statusCode, body: response.json() }
}
const start = (one: { id: string; guess: unknown }, more: object = {}) =>
  api.api(`POST /imports/${one.id}/start`, { columns: one.guess, onConflict: 'overwrite', ...more })
const task = (rowsPerStep = 3, pool = api.test.db) =>
  importTask(
    { pool, clock: api.clock, rowsPerStep },
    peopleImport(() => uuidv7(Date.now())),
  )
const run = async (one = task()): Promise<void> => {
  while (await one.advance());
}
const get = async (id: string) => (await api.api(`GET /imports/${id}`)).body
const report = async (id: string): Promise<string[]> =>
  (await api.api(`GET /imports/${id}/refusals`)).body.trim().split('\r\n').slice(1)
const people = async (query = '') => (await api.api(`GET /profiles?limit=200${query}`)).body.items
const imported = async (file: string | Buffer, type = CSV, more: object = {}) => {
  const { status, body } = await upload(file, type)
  expect([status, body]).toEqual([201, expect.objectContaining({ state: 'uploaded' })])
  const started = await start(body, more)
  expect([started.status, started.body]).toEqual([200, expect.objectContaining({ state: 'running' })])
  await run()
  return get(body.id)
}

describe('an import', () => {
  it('guesses the columns, shows the first rows, and becomes people', async () => {
    const file = 'Email;Voornaam;Age;Vip\nada@i1.test;Ada;36;yes\n;Nobody;1;no\nbob@i1.test;;x;no\n'
    const { body } = await upload(file)
    expect(body.guess.map((one: { kind: string; to: string }) => [one.kind, one.to])).toEqual([
      ['identity', 'email'],
      ['attribute', 'person.name.firstName'],
      ['attribute', 'Age'],
      ['attribute', 'Vip'],
    ])
    const [email, name, age, vip] = body.guess
    const columns = [email, name, { ...age, to: 'person.age', type: 'number' }, { ...vip, type: 'boolean' }]
    const preview = await api.api(`POST /imports/${body.id}/preview`, { columns, onConflict: 'keep' })
    const ada = {
      identities: [{ namespace: 'email', value: 'ada@i1.test' }],
      attributes: { person: { name: { firstName: 'Ada' }, age: 36 }, Vip: true },
    }
    expect(preview.body.rows).toEqual([
      { line: 2, person: ada, reason: null, column: null },
      { line: 3, person: null, reason: 'has no identity', column: null },
      { line: 4, person: null, reason: 'Age: is not a number', column: 2 },
    ])
    expect(await people('&search=ada@i1')).toEqual([])
    await start(body, { columns })
    await run()
    expect(await get(body.id)).toMatchObject({
      state: 'done',
      rows: 3,
      created: 1,
      refused: 2,
      position: file.length,
    })
    expect(await report(body.id)).toEqual(['3,"has no identity"', '4,"Age: is not a number"'])
    expect(await people('&search=ada@i1')).toEqual([expect.objectContaining(ada)])
    const left = await api.test.db.query('select 1 from import_chunk where import_id = $1', [body.id])
    expect(left.rows).toEqual([])
  })

  it('that is killed between and within steps, and run by several, has every row once and the right report', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => (n % 10 === 7 ? 'broken' : `p${n}@i2.test,${n}`))
    const { body } = await upload(`email,n\n${rows.join('\n')}`)
    await start(body)
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
    expect(await get(body.id)).toMatchObject({ state: 'running', rows: 4 })
    await Promise.all([run(task(4)), run(task(7))])
    await run()
    expect(await get(body.id)).toMatchObject({ state: 'done', rows: 50, created: 45, refused: 5 })
    expect((await report(body.id)).map(line => line.split(',')[0])).toEqual(['9', '19', '29', '39', '49'])
    const found = await api.api('GET /profiles?limit=200&search=p')
    expect(
      found.body.items.filter((one: { identities: { value: string }[] }) =>
        one.identities[0]?.value.endsWith('@i2.test'),
      ),
    ).toHaveLength(45)
  })

  it('of hostile rows refuses each by its line and takes the others', async () => {
    const file = Buffer.concat([
      Buffer.from('\uFEFFemail,note\r\na@i3.test,"two\r\nlines"\r\nb@i3.test,"x"y\r\nc@i3.test,nul\0\r\n'),
      Buffer.from([0xff, 0xfe, 0x2c, 0x0d, 0x0a]),
      Buffer.from(`d@i3.test,"${'x'.repeat(300_000)}"\r\ne@i3.test,1,2\r\n${'e'.repeat(600)}@i3.test,1\r\n`),
      Buffer.from('f@i3.test,fine\r\ng@i3.test,"open'),
    ])
    const done = await imported(file)
    expect(done).toMatchObject({ state: 'done', created: 2, refused: 7 })
    expect(await report(done.id)).toEqual([
      '4,"text follows the closing quote of a field"',
      '5,"holds a character that cannot be stored (U+0000)"',
      '6,"is not UTF-8"',
      '7,"is longer than 256 KB"',
      '8,"has 3 fields, the header has 2"',
      '9,"email: must be a list of { namespace, value } of at most 100 and 512 characters"',
      '11,"a quoted field is not closed"',
    ])
    expect(await people('&search=a@i3')).toMatchObject([{ attributes: { note: 'two\r\nlines' } }])
  })

  it('of JSON Lines takes people as the API does, and refuses what is none', async () => {
    const line = (value: unknown) => `${JSON.stringify(value)}\n`
    const file = [
      line({ identities: [{ namespace: 'Email', value: ' j@i4.test ' }], attributes: { a: { b: 1 } } }),
      'nonsense\n',
      line([]),
      line({
        identities: [
          { namespace: 'email', value: 'k@i4.test' },
          { namespace: 'email', value: 'j@i4.test' },
        ],
      }),
      line({ identities: [{ namespace: 'email', value: 'k@i4.test' }], attributes: 3 }),
      line({ identities: [] }),
      line({ identities: [{ namespace: '', value: 'x' }] }),
    ].join('')
    const done = await imported(file, JSONL)
    expect(done).toMatchObject({ state: 'done', created: 1, updated: 1, refused: 5 })
    expect(await report(done.id)).toEqual([
      '2,"the line: is not JSON"',
      '3,"the line: must be a JSON object"',
      '5,"attributes: must be a JSON object"',
      '6,"has no identity"',
      '7,"/identities/0/namespace must not be blank"',
    ])
  })

  it('keeps what people have, or leaves them alone, by its rule', async () => {
    await imported('email,city\nr@i5.test,Paris\n')
    expect(
      await imported('email,city,country\nr@i5.test,Rome,IT', CSV, { onConflict: 'keep' }),
    ).toMatchObject({
      updated: 1,
    })
    expect(
      await imported('email,city\nr@i5.test,Oslo\ns@i5.test,Oslo', CSV, { onConflict: 'skip' }),
    ).toMatchObject({
      skipped: 1,
      created: 1,
    })
    expect(await people('&search=r@i5')).toMatchObject([
      { attributes: { homeAddress: { city: 'Paris', country: 'IT' } } },
    ])
  })

  it('is refused without a name, bytes, a header, an identity, or with columns of another file', async () => {
    const codes = async (file: string | Buffer) => {
      const { status, body } = await upload(file)
      return [status, body.code]
    }
    expect(await codes('')).toEqual([400, 'payload_invalid'])
    expect(await codes(Buffer.from([0xff, 0xfe, 0x61, 0x00]))).toEqual([400, 'payload_invalid'])
    expect(
      (await api.call('POST /api/v1/imports', { headers: { ...auth(), 'content-type': CSV }, text: 'a' }))
        .status,
    ).toBe(400)
    expect(
      (
        await api.call('POST /api/v1/imports?name=x', {
          headers: { ...auth(), 'content-type': 'image/png' },
          text: 'a',
        })
      ).status,
    ).toBe(415)
    const { body } = await upload('city\nx')
    expect((await start(body)).body.errors[0].pointer).toBe('/columns')
    expect((await start(body, { columns: [] })).body.errors[0].pointer).toBe('/columns')
    expect(
      (await start(body, { columns: [{ ...body.guess[0], kind: 'identity', to: ' ' }] })).body.errors[0]
        .pointer,
    ).toBe('/columns/0/to')
    expect((await api.api('GET /imports')).body.items[0]).toMatchObject({ id: body.id, state: 'uploaded' })
  })

  it('that was cut goes on where its bytes end', async () => {
    const whole = `email,n\n${Array.from({ length: 20_000 }, (_, n) => `u${n}@i6.test,${n}`).join('\n')}`
    const { body } = await upload(whole)
    // As a cut leaves it: the first whole piece is there, the rest is not.
    await api.test.db.query('delete from import_chunk where import_id = $1 and n > 0', [body.id])
    await api.test.db.query(`update import set state = 'uploading', bytes = 262144 where id = $1`, [body.id])
    const resume = (offset: number, text: string) =>
      api.call(`PUT /api/v1/imports/${body.id}/content?offset=${offset}`, {
        headers: { ...auth(), 'content-type': CSV },
        text,
      })
    expect((await resume(5, 'x')).body.errors[0].pointer).toBe('/offset')
    const resumed = await resume(262_144, whole.slice(262_144))
    expect(resumed.body).toMatchObject({ state: 'uploaded', bytes: whole.length, guess: body.guess })
    await start(body)
    await task(1_000).advance()
    expect((await api.api(`POST /imports/${body.id}/cancel`)).body).toMatchObject({
      state: 'cancelled',
      created: 1_000,
    })
    expect(await task(1_000).advance()).toBe(false)
    expect((await api.api(`POST /imports/${body.id}/cancel`)).body.code).toBe('resource_state')
    expect((await api.api(`DELETE /imports/${body.id}`)).status).toBe(204)
  })

  it('of another sandbox is not there', async () => {
    const { body } = await upload('email\nx@i7.test')
    const prod = { 'x-sandbox-name': 'prod' }
    for (const route of [
      `GET /imports/${body.id}`,
      `GET /imports/${body.id}/refusals`,
      `POST /imports/${body.id}/cancel`,
      `DELETE /imports/${body.id}`,
    ])
      expect([route, (await api.api(route, undefined, prod)).status]).toEqual([route, 404])
    expect(
      (await api.api(`POST /imports/${body.id}/start`, { columns: body.guess, onConflict: 'keep' }, prod))
        .status,
    ).toBe(404)
  })
})

describe('an export', () => {
  const odd = [
    {
      identities: [
        { namespace: 'email', value: '=cmd|x@e1.test' },
        { namespace: 'email', value: 'second@e1.test' },
        { namespace: 'odd;ns, "x"', value: "'+31 6" },
        { namespace: 'phone', value: '+31612345678' },
      ],
      attributes: {
        person: { name: { firstName: '"Ada", the\r\nfirst', lastName: "'=1+1" }, age: -36, vip: false },
        zip: '01234',
        'with.point': 'x',
        'a;b': { c: 1 },
        list: [1, null, { a: 'b' }],
        empty: {},
        blank: '  ',
        spaces: ' x ',
        nothing: '',
      },
    },
    {
      identities: [{ namespace: 'phone', value: '-1' }],
      attributes: { person: 'a text', zip: 5, late: { x: 'y' }, ['__proto__']: { z: 'own' } },
    },
  ]
  const bare = (items: { identities: unknown; attributes: unknown }[]) =>
    items
      .map(({ identities, attributes }) => JSON.stringify({ identities, attributes: sorted(attributes) }))
      .sort()
  const sorted = (value: unknown): unknown =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, member]) => [name, sorted(member)])

  it.each([
    ['csv', CSV],
    ['jsonl', JSONL],
  ])('as %s comes in again as it was', async (format, type) => {
    const { rows } = await api.test.db.query<{ id: string }>(`select id from sandbox where name = 'prod'`)
    const clear = () =>
      api.test.db.query(
        'with p as (delete from profile where sandbox_id = $1 returning id) delete from identity where profile_id in (select id from p)',
        [rows[0]?.id],
      )
    const prod = { 'x-sandbox-name': 'prod' }
    await clear()
    const written = await api.api('POST /profiles/batch', { profiles: odd }, prod)
    expect(written.body.items.map((one: { status: string }) => one.status)).toEqual(['created', 'created'])
    const before = (await api.api('GET /profiles', undefined, prod)).body.items
    const file = await api.app.inject({
      method: 'GET',
      url: `/api/v1/profiles/export?format=${format}`,
      headers: auth('prod'),
    })
    expect(file.headers['content-disposition']).toBe(`attachment; filename="profiles.${format}"`)
    if (format === 'csv') expect(file.body).not.toMatch(/(^|,|")[=+@]/m)
    await clear()
    const made = await api.app.inject({
      method: 'POST',
      url: '/api/v1/imports?name=again',
      headers: { ...auth('prod'), 'content-type': type },
      payload: file.rawPayload,
    })
    const { id, guess } = made.json()
    const started = await api.api(
      `POST /imports/${id}/start`,
      { columns: guess, onConflict: 'overwrite' },
      prod,
    )
    expect([started.status, started.body.errors]).toEqual([200, undefined])
    await run()
    expect((await api.api(`GET /imports/${id}`, undefined, prod)).body).toMatchObject({
      created: 2,
      refused: 0,
    })
    const after = (await api.api('GET /profiles', undefined, prod)).body.items
    expect(bare(after)).toEqual(bare(before))
  })

  it('has the filters of the list, and a header where there is nobody', async () => {
    await api.api('POST /profiles', {
      identities: [{ namespace: 'email', value: 't@e2.test' }],
      attributes: { testProfile: true },
    })
    const lines = async (query: string): Promise<string[]> => {
      const url = `/api/v1/profiles/export?format=jsonl${query}`
      return (await api.app.inject({ method: 'GET', url, headers: auth() })).body.trim().split('\n')
    }
    expect((await lines('&search=t@e2')).map(line => JSON.parse(line).attributes)).toEqual([
      { testProfile: true },
    ])
    expect((await lines('&search=t@e2&test=true')).length).toBe(1)
    expect(await lines('&search=t@e2&test=false')).toEqual([''])
    expect((await api.api('GET /profiles/export?search=nobody')).body).toMatch(
      /^\uFEFFid,.*identities,attributes\r\n$/,
    )
  })
})
