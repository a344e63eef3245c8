import { IMPORT_PIECE_BYTES } from '@carillon/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'
import { importTask } from '../../imports/import-task.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { peopleImport } from '../../profiles/people-import.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const send = async (method: 'POST' | 'PUT', path: string, payload: Buffer | string = '') => {
  const response = await api.app.inject({
    method,
    url: `/api/v1/imports${path}`,
    headers: {
      authorization: `Bearer ${api.client.token}`,
      'x-sandbox-name': 'dev',
      'content-type': 'text/csv',
    },
    payload,
  })
  return { status: response.statusCode, body: response.json() }
}
const begin = (size: number, payload?: Buffer) => send('POST', `?name=people.csv&size=${size}`, payload)
const append = (id: string, offset: number, payload?: Buffer | string) =>
  send('PUT', `/${id}/content?offset=${offset}`, payload)
const run = async (): Promise<void> => {
  const task = importTask(
    { pool: api.test.db, clock: api.clock, rowsPerStep: 7 },
    peopleImport(() => uuidv7(Date.now())),
  )
  while (await task.advance());
}
const start = async (one: { id: string; guess: unknown }, onConflict = 'overwrite') => {
  const started = await api.api(`POST /imports/${one.id}/start`, { columns: one.guess, onConflict })
  expect([started.status, started.body]).toEqual([200, expect.objectContaining({ state: 'running' })])
  await run()
}
const pages = async (path: string) => {
  const found: { line: number; profileId: string; profile: unknown }[] = []
  for (let cursor = ''; ; ) {
    const { body } = await api.api(`GET ${path}&limit=4${cursor}`)
    found.push(...body.items)
    if (body.next === null) return found
    cursor = `&cursor=${body.next}`
  }
}
const gone = async (id: string) => expect((await api.api(`GET /imports/${id}`)).status).toBe(404)

const WHOLE = Buffer.from(
  `email,n\n${Array.from({ length: 30_000 }, (_, n) => `w${n}@p1.test,${n}`).join('\n')}`,
)

describe('a file of a known size', () => {
  it('begins without a byte, comes in pieces of any length, and is whole when its size is reached', async () => {
    const { status, body } = await begin(WHOLE.length)
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ state: 'uploading', bytes: 0, size: WHOLE.length, guess: [] }),
    ])
    let bytes = 0
    for (const length of [300_000, 10, IMPORT_PIECE_BYTES, 1_000_000]) {
      const answer = await append(body.id, bytes, WHOLE.subarray(bytes, bytes + length))
      expect(answer.status).toBe(200)
      bytes = answer.body.bytes
      if (bytes < WHOLE.length)
        expect([answer.body.state, bytes % IMPORT_PIECE_BYTES]).toEqual(['uploading', 0])
    }
    const { body: done } = await api.api(`GET /imports/${body.id}`)
    expect(done).toMatchObject({ state: 'uploaded', bytes: WHOLE.length })
    expect(done.guess.map((one: { column: string }) => one.column)).toEqual(['email', 'n'])
    const { rows } = await api.test.db.query<{ bytes: Buffer }>(
      'select bytes from import_chunk where import_id = $1 order by n',
      [body.id],
    )
    expect(Buffer.concat(rows.map(row => row.bytes)).equals(WHOLE)).toBe(true)
  })

  it('takes no piece twice, nor at another place, and says where it goes on', async () => {
    const { body } = await begin(WHOLE.length, WHOLE.subarray(0, IMPORT_PIECE_BYTES))
    expect(body).toMatchObject({ state: 'uploading', bytes: IMPORT_PIECE_BYTES })
    const again = await append(body.id, 0, WHOLE.subarray(0, IMPORT_PIECE_BYTES))
    expect([again.status, again.body.errors[0]]).toEqual([
      400,
      { pointer: '/offset', message: `must be ${IMPORT_PIECE_BYTES}, where the file ends` },
    ])
    const rest = () => append(body.id, IMPORT_PIECE_BYTES, WHOLE.subarray(IMPORT_PIECE_BYTES))
    const both = await Promise.all([rest(), rest()])
    expect(both.map(one => one.status).sort()).toEqual([200, 400])
    expect((await api.api(`GET /imports/${body.id}`)).body).toMatchObject({
      state: 'uploaded',
      bytes: WHOLE.length,
    })
  })

  it('that is longer than its size, or has no header, leaves nothing', async () => {
    const longer = await begin(10)
    const answer = await append(longer.body.id, 0, 'email\na@p2.test\n')
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/size'])
    await gone(longer.body.id)
    const binary = await begin(4)
    expect((await append(binary.body.id, 0, Buffer.from([0xff, 0xfe, 0x61, 0]))).status).toBe(400)
    await gone(binary.body.id)
    expect((await begin(0)).body.errors[0].pointer).toBe('/size')
    expect((await begin(2 ** 30 + 1)).body.errors[0].pointer).toBe('/size')
  })

  it('that was cancelled while it came takes no more', async () => {
    const { body } = await begin(WHOLE.length, WHOLE.subarray(0, IMPORT_PIECE_BYTES))
    expect((await api.api(`POST /imports/${body.id}/cancel`)).body.state).toBe('cancelled')
    expect((await append(body.id, IMPORT_PIECE_BYTES, 'x')).body.code).toBe('resource_state')
    const { rows } = await api.test.db.query('select 1 from import_chunk where import_id = $1', [body.id])
    expect(rows).toEqual([])
  })
})

describe('before its start, an import', () => {
  it('shows its first rows as they stand in the file, long cells cut', async () => {
    const file = `email;note\na@p3.test; x \nb@p3.test;${'y'.repeat(500)}\n\nc@p3.test\n`
    const { body } = await send('POST', '?name=s', file)
    const sample = await api.api(`GET /imports/${body.id}/sample`)
    expect(sample.body.rows).toEqual([
      { line: 2, cells: ['a@p3.test', ' x '] },
      { line: 3, cells: ['b@p3.test', 'y'.repeat(200)] },
      { line: 5, cells: ['c@p3.test'] },
    ])
    await api.api(`POST /imports/${body.id}/cancel`)
    expect((await api.api(`GET /imports/${body.id}/sample`)).body.code).toBe('resource_state')
  })

  it('names the column by which a row of the preview is refused', async () => {
    const { body } = await send('POST', '?name=s', 'email,age\na@p4.test,x\n,4\n')
    const [email, age] = body.guess
    const columns = [email, { ...age, type: 'number' }]
    const preview = await api.api(`POST /imports/${body.id}/preview`, { columns, onConflict: 'keep' })
    expect(preview.body.rows.map((row: { column: number | null }) => row.column)).toEqual([1, null])
  })
})

describe('after its end, an import', () => {
  it('leads from every count to its people and lines, page by page', async () => {
    const rows = Array.from({ length: 20 }, (_, n) => (n % 5 === 4 ? `,${n}` : `q${n}@p5.test,${n}`))
    const first = await send('POST', '?name=first', `email,n\n${rows.slice(0, 10).join('\n')}\n`)
    await start(first.body)
    const { body } = await send('POST', '?name=second', `email,n\n${rows.join('\n')}\n=x@p5.test,1\n`)
    await start(body)
    expect((await api.api(`GET /imports/${body.id}`)).body).toMatchObject({
      created: 9,
      updated: 8,
      refused: 4,
    })
    const valuesOf = async (outcome: string) =>
      (await pages(`/imports/${body.id}/people?outcome=${outcome}`)).map(
        one => (one.profile as { identities: { value: string }[] }).identities[0]?.value,
      )
    expect(await valuesOf('updated')).toEqual([0, 1, 2, 3, 5, 6, 7, 8].map(n => `q${n}@p5.test`))
    expect(await valuesOf('created')).toHaveLength(9)
    expect(await valuesOf('skipped')).toEqual([])
    const lines = await pages(`/imports/${body.id}/refused-lines?`)
    expect(lines.map(one => one.line)).toEqual([6, 11, 16, 21])
    const [gone] = await pages(`/imports/${body.id}/people?outcome=created`)
    await api.api(`DELETE /profiles/${gone?.profileId}`)
    expect((await pages(`/imports/${body.id}/people?outcome=created`))[0]).toEqual({
      profileId: gone?.profileId,
      profile: null,
    })
    const [, merged] = await pages(`/imports/${body.id}/people?outcome=created`)
    const identities = [{ namespace: 'crm', value: 'today' }]
    const today = (await api.api('POST /profiles', { identities, attributes: {} })).body
    await api.api(`POST /profiles/${today.id}/merge`, { from: merged?.profileId })
    expect((await pages(`/imports/${body.id}/people?outcome=created`))[1]).toEqual({
      profileId: merged?.profileId,
      profile: expect.objectContaining({ id: today.id }),
    })
    const skipping = await send('POST', '?name=third', 'email\nq0@p5.test\n')
    await start(skipping.body, 'skip')
    expect(await pages(`/imports/${skipping.body.id}/people?outcome=skipped`)).toHaveLength(1)
  })

  it('refuses a cursor of another list, and another outcome', async () => {
    const { body } = await send('POST', '?name=s', 'email\na@p6.test\n')
    const foreign = Buffer.from('x').toString('base64url')
    for (const path of ['people?outcome=created&', 'refused-lines?'])
      expect((await api.api(`GET /imports/${body.id}/${path}cursor=${foreign}`)).body.errors[0].pointer).toBe(
        '/cursor',
      )
    expect((await api.api(`GET /imports/${body.id}/people?outcome=refused`)).status).toBe(400)
    const prod = { 'x-sandbox-name': 'prod' }
    expect((await api.api(`GET /imports/${body.id}/refused-lines`, undefined, prod)).status).toBe(404)
  })

  it('writes no reason that a spreadsheet would run', async () => {
    const { body } = await send('POST', '?name=s', 'email,=cmd\na@p7.test,x\n')
    const [email, other] = body.guess
    await start({ id: body.id, guess: [email, { ...other, kind: 'attribute', to: 'n', type: 'number' }] })
    expect((await api.api(`GET /imports/${body.id}/refusals`)).body).toBe(
      'line,reason\r\n2,"\'=cmd: is not a number"\r\n',
    )
  })
})

describe('the people of a list', () => {
  it('are counted, and exported by a link that names the sandbox', async () => {
    for (const n of [1, 2])
      await api.api('POST /profiles', {
        identities: [{ namespace: 'email', value: `count${n}@p8.test` }],
        attributes: n === 1 ? { testProfile: true } : {},
      })
    const count = async (query: string) => (await api.api(`GET /profiles/count?${query}`)).body
    expect(await count('search=count')).toEqual({ count: 2, more: false })
    expect(await count('search=count&test=true')).toEqual({ count: 1, more: false })
    expect(await count('search=nobody')).toEqual({ count: 0, more: false })
    const exported = async (sandbox: string) => {
      const { statusCode, body } = await api.app.inject({
        method: 'GET',
        url: `/api/v1/profiles/export?format=jsonl&search=count&sandbox=${sandbox}`,
        headers: { authorization: `Bearer ${api.client.token}` },
      })
      return [statusCode, body === '' ? 0 : body.trim().split('\n').length]
    }
    expect(await exported('dev')).toEqual([200, 2])
    expect(await exported('prod')).toEqual([200, 0])
    expect((await exported('nowhere'))[0]).toBe(403)
  })
})
