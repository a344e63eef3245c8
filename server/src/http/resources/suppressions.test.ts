import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'
import { suppressionTasks } from '../../consent/suppression-upload.ts'
import { uuidv7 } from '../../lib/ids.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const prod = { 'x-sandbox-name': 'prod' }
const refusal = ({ status, body }: Answer): unknown[] => [
  status,
  body.code,
  body.errors.map((error: { pointer: string }) => error.pointer),
]
const add = async (value: string, more: object = {}): Promise<Answer['body']> => {
  const type = value.includes('@') ? 'email' : 'domain'
  const { status, body } = await api.api('POST /suppressions', { type, value, ...more })
  expect(status).toBe(201)
  return body
}
const valuesOf = async (query: string): Promise<string[]> =>
  (await api.api(`GET /suppressions?${query}`)).body.items.map((item: { value: string }) => item.value)
const bad: [object, string][] = [
  [{ type: 'email', value: 'nobody' }, '/value'],
  [{ type: 'domain', value: 'a@b.test' }, '/value'],
  [{ type: 'domain', value: 'localhost' }, '/value'],
  [{ type: 'phone', value: 'a@b.test' }, '/type'],
  [{ type: 'email', value: 'a@b.test', comment: 'naïve' }, '/comment'],
  [{ type: 'email', value: 'a@b.test', comment: 'x'.repeat(501) }, '/comment'],
  [{ type: 'email', value: 'a@b.test', category: 'HARD' }, '/category'],
  [{ type: 'email', value: `${'x'.repeat(400)}@b.test` }, '/value'],
  [{ type: 'email' }, '/value'],
]

describe('the suppression list', () => {
  it('takes an entry in lower case, once, and gives it back', async () => {
    const made = await add('Ada@Example.TEST', { comment: 'asked us' })
    expect(made).toEqual({
      ...{ id: expect.any(String), type: 'email', value: 'ada@example.test', category: 'MANUAL' },
      ...{ reason: 'Manual', comment: 'asked us', createdAt: expect.any(String), createdBy: 'test' },
    })
    expect((await api.api(`GET /suppressions/${made.id}`)).body).toEqual(made)
    expect(await add('ada@example.test', { comment: 'twice' })).toEqual({ ...made, comment: 'twice' })
    expect((await api.api('GET /suppressions', undefined, prod)).body).toEqual({ items: [], next: null })
    expect((await api.api(`DELETE /suppressions/${made.id}`, undefined, prod)).status).toBe(404)
    expect((await api.api(`DELETE /suppressions/${made.id}`)).status).toBe(204)
    expect((await api.api(`GET /suppressions/${made.id}`)).status).toBe(404)
    expect((await api.api('GET /suppressions/x')).status).toBe(404)
  })

  it.each(bad)('refuses %j at %s', async (body, pointer) => {
    expect(refusal(await api.api('POST /suppressions', body))).toEqual([400, 'payload_invalid', [pointer]])
    expect(refusal(await api.api('POST /allowed-list/entries', body))[1]).toBe('payload_invalid')
  })

  it('refuses U+0000', async () => {
    const answer = await api.api('POST /suppressions', { type: 'email', value: 'a\0@b.test' })
    expect(refusal(answer)).toEqual([400, 'payload_unstorable', ['/value']])
    expect((await api.api('GET /suppressions?search=%00')).body.code).toBe('payload_unstorable')
  })

  it('is searched, narrowed and read page by page, newest first', async () => {
    await add('one@found.test')
    await add('two@found.test')
    await add('found.test')
    expect(await valuesOf('search=FOUND')).toEqual(['found.test', 'two@found.test', 'one@found.test'])
    expect(await valuesOf('search=found&type=domain')).toEqual(['found.test'])
    expect(await valuesOf('search=found&category=HARD')).toEqual([])
    expect(await valuesOf('search=found&reason=Manual&category=MANUAL&type=email')).toHaveLength(2)
    const first = (await api.api('GET /suppressions?search=found&limit=2')).body
    expect(await valuesOf(`search=found&limit=2&cursor=${first.next}`)).toEqual(['one@found.test'])
    expect((await api.api('GET /suppressions?reason=Nothing')).body.code).toBe('payload_invalid')
  })

  it('leaves as a file that can be uploaded again', async () => {
    await add('csv@example.test', { comment: 'a, "b"' })
    const { status, body, headers } = await api.api('GET /suppressions/export')
    expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8'])
    const [head, ...lines] = String(body).split('\r\n')
    expect(head).toBe('TYPE,VALUE,COMMENT,CATEGORY,REASON,ADDED_BY,ADDED_AT')
    await add('sum@example.test', { comment: '=1+1' })
    expect((await api.api('GET /suppressions/export')).body).toContain("EMAIL,sum@example.test,'=1+1,")
    expect(lines[0]).toMatch(/^EMAIL,csv@example.test,"a, ""b""",MANUAL,Manual,test,20/)
  })

  it('has a threshold of 5 soft bounces, which can be 1 to 20', async () => {
    const route = '/suppressions/settings'
    expect((await api.api(`GET ${route}`)).body).toEqual({ softBounceThreshold: 5 })
    expect((await api.api(`PUT ${route}`, { softBounceThreshold: 20 })).body).toEqual({
      softBounceThreshold: 20,
    })
    expect((await api.api(`GET ${route}`, undefined, prod)).body).toEqual({ softBounceThreshold: 5 })
    for (const softBounceThreshold of [0, 21, 1.5, '5'])
      expect(refusal(await api.api(`PUT ${route}`, { softBounceThreshold }))).toEqual([
        ...[400, 'payload_invalid', ['/softBounceThreshold']],
      ])
    expect((await api.api('GET /allowed-list')).body.on).toBe(false)
  })
})

describe('an upload', () => {
  const upload = (text: string, type = 'text/csv') =>
    api.call('POST /api/v1/suppressions/uploads?filename=mine.csv', {
      headers: { authorization: `Bearer ${api.client.token}`, 'x-sandbox-name': 'dev', 'content-type': type },
      text,
    })

  it('is accepted at once, worked off later, and has a report', async () => {
    const made = await upload('TYPE,VALUE,COMMENT\nEMAIL,up@load.test,\nEMAIL,bad,"a,b"\n')
    expect(made.status).toBe(202)
    expect(made.body).toMatchObject({ filename: 'mine.csv', status: 'ACCEPTED', endedAt: null })
    const [task] = suppressionTasks({ pool: api.test.db, clock: api.clock, newId: () => uuidv7(Date.now()) })
    while (await task?.advance());
    const { id } = made.body
    const done = (await api.api(`GET /suppressions/uploads/${id}`)).body
    expect(done).toMatchObject({ status: 'COMPLETE', recordCount: 2, handledCount: 2, failedCount: 1 })
    expect((await api.api('GET /suppressions/uploads')).body).toEqual({ items: [done], next: null })
    const report = await api.api(`GET /suppressions/uploads/${id}/report`)
    expect(report.body).toBe(
      'type,value,comments,failureReason\r\nEMAIL,bad,"a,b",VALUE is not an email address\r\n',
    )
    expect(await valuesOf('search=load.test')).toEqual(['up@load.test'])
    expect((await api.api(`DELETE /suppressions/uploads/${id}`)).status).toBe(204)
    expect((await api.api(`GET /suppressions/uploads/${id}/report`)).status).toBe(404)
  })

  it('of JSON, or of more than 1 MB, is refused', async () => {
    expect((await upload('{}', 'application/json')).status).toBe(415)
    expect((await upload('x'.repeat(1_048_577))).status).toBe(413)
  })
})

describe('the allowed list', () => {
  it('is off at first, is turned on, and counts its entries', async () => {
    expect((await api.api('GET /allowed-list')).body).toEqual({ on: false, entryCount: 0, maxEntries: 1_000 })
    const made = await api.api('POST /allowed-list/entries', { type: 'domain', value: 'Ours.test' })
    expect([made.status, made.body.value]).toEqual([201, 'ours.test'])
    expect((await api.api('PUT /allowed-list', { on: true })).body).toMatchObject({ on: true, entryCount: 1 })
    expect((await api.api('GET /allowed-list/entries')).body.items).toEqual([made.body])
    expect(await valuesOf('search=ours.test')).toEqual([])
    expect(refusal(await api.api('PUT /allowed-list', { on: 1 }))[1]).toBe('payload_invalid')
    expect((await api.api(`DELETE /suppressions/${made.body.id}`)).status).toBe(404)
    expect((await api.api(`DELETE /allowed-list/entries/${made.body.id}`)).status).toBe(204)
  })

  it('takes no more than 1,000 entries, however many add at one moment', async () => {
    await api.test.db.query(
      `insert into suppression (id, sandbox_id, list, type, value, category, reason, comment, created_at, created_by, modified_at)
       select gen_random_uuid(), s.id, 'allowed', 'email', 'a' || n || '@full.test', 'MANUAL', 'Manual', '', '2026-01-01', 'test', '2026-01-01'
       from sandbox s, generate_series(1, 998) n where s.name = 'dev'`,
    )
    const answers = await Promise.all(
      [1, 2, 3, 4].map(n =>
        api.api('POST /allowed-list/entries', { type: 'email', value: `b${n}@full.test` }),
      ),
    )
    expect(answers.map(answer => answer.status).sort()).toEqual([201, 201, 400, 400])
    expect(answers.find(answer => answer.status === 400)?.body.code).toBe('list_full')
    const again = await api.api('POST /allowed-list/entries', { type: 'email', value: 'a1@full.test' })
    expect(again.status).toBe(201)
    expect((await api.api('GET /allowed-list')).body.entryCount).toBe(1_000)
  })
})
