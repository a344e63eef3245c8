import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, type Call, createStillClock, createTestApi, type TestApi } from '../../test/app.ts'
import { noteBounces } from '../consent/bounces.ts'
import { suppressionTasks } from '../consent/suppression-upload.ts'
import type { BackgroundTask } from '../lib/background.ts'
import { uuidv7 } from '../lib/ids.ts'

const BASE = '/ajo/config/suppression'
const MS = Date.UTC(2026, 5, 1)
let api: TestApi
let tasks: readonly BackgroundTask[] = []

beforeAll(async () => {
  const clock = createStillClock()
  clock.move(MS - clock.now().getTime())
  api = await createTestApi(clock)
  tasks = suppressionTasks({ pool: api.test.db, clock, newId: () => uuidv7(Date.now()) })
})
afterAll(() => api.close())

const ajo = (route: string, call: Call = {}): Promise<Answer> => {
  const [method, path] = route.split(' ')
  return api.call(`${method} ${BASE}${path}`, { ...call, headers: { ...api.ajoHeaders(), ...call.headers } })
}
const add = (path: string, values: readonly string[], more: object = {}) => {
  const type = path.startsWith('/domains') ? 'domain' : 'email'
  return ajo(`POST ${path}`, {
    body: values.map(entityValue => ({ entity: { type, entityValue }, ...more })),
  })
}
const refusal = ({ status, body }: Answer): unknown[] => [
  status,
  body.code,
  body.errors.map((error: { pointer: string }) => error.pointer),
]
const runAll = async (): Promise<void> => {
  for (const task of tasks) while (await task.advance());
}
const valuesOf = ({ body }: Answer): string[] =>
  body.items.map((item: { entity: { entityValue: string } }) => item.entity.entityValue)
const form = (content: string, { part = 'file', filename = 'list.csv' } = {}): Call => ({
  headers: { 'content-type': 'multipart/form-data; boundary=xyz' },
  text: [
    '--xyz',
    `Content-Disposition: form-data; name="${part}"; filename="${filename}"`,
    'Content-Type: text/csv',
    '',
    content,
    '--xyz--',
    '',
  ].join('\r\n'),
})

describe("AJO's suppression routes", () => {
  it('add addresses, answer them in an array, and read one and all', async () => {
    const added = await add('/addresses', ['Ada@Example.test'], { comment: 'asked us', user: 'ops' })
    expect(added.status).toBe(201)
    const entry = {
      id: expect.any(String),
      entity: { type: 'email', entityValue: 'ada@example.test' },
      suppressed: { type: 'MANUAL', user: 'ops', comment: 'asked us', date: MS },
      creationDate: MS,
      lastModifiedDate: MS,
      status: 'active',
      listType: 'client',
      client: { imsOrgId: api.client.organization, sandboxId: expect.any(String) },
    }
    expect(added.body).toEqual([entry])
    const read = { ...entry, bounceState: { softCount: 0, bounceEvents: [] } }
    expect((await ajo('GET /addresses/ADA%40example.test')).body).toEqual(read)
    expect((await ajo('GET /addresses')).body).toEqual({
      items: [read],
      _page: { orderby: '-creationdate', count: 1 },
      _links: { self: { href: `${BASE}/addresses` } },
    })
    expect((await ajo('GET /addresses?type=allowed')).body.items).toEqual([])
    expect((await ajo('GET /addresses/ada@example.test?type=allowed')).status).toBe(404)
    expect((await ajo('DELETE /addresses/ada@example.test')).status).toBe(204)
    expect((await ajo('DELETE /addresses/ada@example.test')).status).toBe(404)
  })

  it('keep domains and the allowed list apart', async () => {
    const domains = await add('/domains', ['Ours.test', 'theirs.test'])
    expect([domains.status, domains.body.length]).toEqual([201, 2])
    expect(domains.body[0]).not.toHaveProperty('bounceState')
    expect(valuesOf(await ajo('GET /domains?orderby=entityvalue'))).toEqual(['ours.test', 'theirs.test'])
    expect((await ajo('GET /domains/ours.test')).body).not.toHaveProperty('bounceState')
    const allowed = await add('/addresses?type=allowed', ['a@allowed.test'])
    expect(allowed.body[0]).toMatchObject({ listType: 'allowed' })
    expect(valuesOf(await ajo('GET /addresses?type=allowed'))).toEqual(['a@allowed.test'])
    expect((await ajo('DELETE /domains/ours.test')).status).toBe(204)
    expect((await ajo('DELETE /addresses/a@allowed.test?type=allowed')).status).toBe(204)
    expect((await ajo('DELETE /domains/theirs.test')).status).toBe(204)
  })

  it('tell how an address bounced', async () => {
    const { rows } = await api.test.db.query<{ id: string }>(`select id from sandbox where name = 'dev'`)
    const messageId = uuidv7(MS)
    const at = { sandboxId: rows[0]!.id, address: 'b@example.test', messageId, generation: 1, attempt: 1 }
    const now = api.clock.now()
    await noteBounces({ pool: api.test.db, newId: () => uuidv7(MS), now }, [
      { ...at, at: now, code: 10, answer: '550 5.1.1 nobody' },
    ])
    const { body } = await ajo('GET /addresses/b@example.test')
    expect(body.suppressed).toEqual({ type: 'HARD', user: 'carillon', comment: '', date: MS })
    expect(body.bounceState).toEqual({
      softCount: 0,
      bounceEvents: [{ messageId, date: MS, message: '550 5.1.1 nobody', bounceType: 'HARD' }],
    })
    await ajo('DELETE /addresses/b@example.test')
  })

  it.each(['creationdate', '-creationdate', 'entityvalue', '-entityvalue', '-suppressedcomment'])(
    'page by %s through entries of equal values, each once',
    async orderby => {
      const values = Array.from({ length: 7 }, (_, n) => `p${n}@paged.test`)
      await add('/addresses', values.slice(0, 4), { comment: 'same~' })
      api.clock.move(1_000)
      await add('/addresses', values.slice(4), { comment: 'b' })
      api.clock.move(-1_000)
      const seen: string[] = []
      let path: string | undefined = `${BASE}/addresses?limit=2&orderby=${orderby}`
      while (path !== undefined) {
        const page: Answer = await api.call(`GET ${path}`, { headers: api.ajoHeaders() })
        expect(page.body._page.count).toBe(page.body.items.length)
        seen.push(...valuesOf(page))
        expect(page.body._links.next === undefined).toBe(page.body._page.next === undefined)
        path = page.body._links.next?.href
      }
      expect([...seen].sort()).toEqual(values)
      if (orderby.endsWith('entityvalue'))
        expect(seen).toEqual(orderby.startsWith('-') ? [...values].reverse() : values)
      const later = encodeURIComponent(`creationdate>${MS}`)
      const found = await ajo(`GET /addresses?property=${later}&property=channel==email&orderby=entityvalue`)
      expect(valuesOf(found)).toEqual(values.slice(4))
      expect(valuesOf(await ajo('GET /addresses?property=channel==sms'))).toEqual([])
      const from = await ajo('GET /addresses?orderby=entityvalue&start=p5@paged.test')
      expect(valuesOf(from)).toEqual(values.slice(5))
      for (const value of values) await ajo(`DELETE /addresses/${value}`)
    },
  )

  it('refuse what they cannot use, in AJO shape, with pointers', async () => {
    const wrong = (body: unknown) => ajo('POST /addresses', { body })
    const value = (entityValue: unknown, more: object = {}) => [
      { entity: { type: 'email', entityValue }, ...more },
    ]
    expect(refusal(await wrong({}))).toEqual([400, 'payload_invalid', ['']])
    expect(refusal(await wrong([]))).toEqual([400, 'payload_invalid', ['']])
    expect(refusal(await wrong([{}]))).toEqual([400, 'payload_invalid', ['/0/entity']])
    expect(refusal(await wrong(value(7)))).toEqual([400, 'payload_invalid', ['/0/entity/entityValue']])
    expect(refusal(await wrong(value('nobody')))).toEqual([400, 'payload_invalid', ['/0/entity/entityValue']])
    expect(refusal(await wrong(value('a@b.test', { comment: 'é' })))).toEqual([
      400,
      'payload_invalid',
      ['/0/comment'],
    ])
    expect(refusal(await wrong(value('a@b.test\0')))[1]).toBe('payload_unstorable')
    expect(refusal(await wrong([{ entity: { type: 'domain', entityValue: 'b.test' } }]))).toEqual([
      400,
      'payload_invalid',
      ['/0/entity/type'],
    ])
    for (const query of ['type=other', 'limit=0', 'orderby=size', 'start=abc', 'property=size>3'])
      expect(refusal(await ajo(`GET /addresses?${query}`))[1]).toBe('payload_invalid')
    expect((await ajo('GET /addresses/%00')).status).toBe(404)
    expect((await ajo('GET /addresses')).body.items).toEqual([])
    const answer = await ajo('GET /addresses/nobody@example.test')
    expect(answer.status).toBe(404)
    expect(answer.body).toMatchObject({ type: expect.stringContaining('https://ns.adobe.com/aep/errors/') })
  })

  it('ask for the four headers', async () => {
    for (const name of Object.keys(api.ajoHeaders())) {
      const answer = await ajo('GET /addresses', { headers: { [name]: undefined } })
      expect([400, 401]).toContain(answer.status)
    }
  })

  it('empty the suppression list in the background, and nothing else', async () => {
    await add('/addresses', ['a@gone.test', 'b@gone.test'])
    await add('/addresses?type=allowed', ['a@stays.test'])
    const { organization } = api.client
    expect((await ajo('DELETE /admin/other/dev')).status).toBe(403)
    expect((await ajo(`DELETE /admin/${organization}/prod`)).status).toBe(403)
    expect((await ajo(`DELETE /admin/${organization}/dev`)).status).toBe(202)
    await runAll()
    expect((await ajo('GET /addresses')).body.items).toEqual([])
    expect(valuesOf(await ajo('GET /addresses?type=allowed'))).toEqual(['a@stays.test'])
  })
})

describe("AJO's upload jobs", () => {
  it('take a file, work it off, and tell what was refused', async () => {
    const csv = 'TYPE,VALUE,COMMENT\r\nEMAIL,up@load.test,"one, two"\r\nPHONE,1,x\r\nDOMAIN,load.test,\r\n'
    const made = await ajo('POST /uploads', form(csv))
    expect(made.status).toBe(201)
    const { jobId } = made.body.success
    const seconds = MS / 1_000
    const waiting = { jobId, user: 'test', filename: 'list.csv', createTime: seconds, status: 'ACCEPTED' }
    expect((await ajo(`GET /uploads/${jobId}`)).body).toMatchObject(waiting)
    await runAll()
    expect((await ajo(`GET /uploads/${jobId}`)).body).toEqual({
      ...waiting,
      ...{ endTime: seconds, status: 'COMPLETE', responseCode: 200, responseText: 'OK' },
      ...{ recordCount: 3, handledCount: 3, failedCount: 1 },
      failedRecords: [
        { type: 'PHONE', value: '1', comments: 'x', failureReason: 'TYPE must be EMAIL or DOMAIN' },
      ],
    })
    expect((await ajo('GET /addresses/up@load.test')).body.suppressed.comment).toBe('one, two')
    const list = await ajo('GET /uploads')
    expect(list.body.items[0]).toMatchObject({ jobId, status: 'COMPLETE' })
    expect(list.body.items[0]).not.toHaveProperty('failedRecords')
    expect((await ajo(`DELETE /uploads/${jobId}`)).status).toBe(204)
    expect((await ajo(`GET /uploads/${jobId}`)).status).toBe(404)
    expect((await ajo('GET /domains/load.test')).status).toBe(200)
  })

  it('fill the allowed list with `type=allowed`', async () => {
    await ajo('POST /uploads?type=allowed', form('TYPE,VALUE,COMMENT\nDOMAIN,fine.test,'))
    await runAll()
    expect(valuesOf(await ajo('GET /domains?type=allowed'))).toEqual(['fine.test'])
    expect(valuesOf(await ajo('GET /domains?orderby=entityvalue'))).not.toContain('fine.test')
  })

  it('refuse what is no form, no file, or too large', async () => {
    expect((await ajo('POST /uploads', { body: {} })).status).toBe(415)
    const torn = { ...form('x'), text: '--xyz\r\nnonsense' }
    expect(refusal(await ajo('POST /uploads', torn))).toEqual([400, 'payload_invalid', ['']])
    expect(refusal(await ajo('POST /uploads', form('x', { part: 'other' })))).toEqual([
      400,
      'payload_invalid',
      ['/file'],
    ])
    expect((await ajo('POST /uploads', form('x'.repeat(1_048_577)))).status).toBe(413)
    expect((await ajo('POST /uploads', form('x'.repeat(2_000_000)))).status).toBe(413)
    expect((await ajo('GET /uploads/nothing')).status).toBe(404)
  })
})
