import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'
import { uploadTask } from '../../audiences/upload-task.ts'
import { uuidv7 } from '../../lib/ids.ts'

let api: TestApi
let n = 0
const newId = (): string => uuidv7(Date.now())
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const make = async (members: object = {}): Promise<Answer['body']> => {
  const { status, body } = await api.api('POST /audiences', {
    ...{ kind: 'rule', name: `audience ${++n}` },
    ...members,
  })
  expect([status, body.errors]).toEqual([201, undefined])
  return body
}
const upload = (members: object = {}) => make({ kind: 'upload', ...members })
const refusal = ({ status, body }: Answer): unknown[] => [
  status,
  body.code,
  body.errors.map((error: { pointer: string }) => error.pointer),
]
const person = async (value: string, attributes: object = {}): Promise<string> => {
  const identities = [{ namespace: 'crm', value }]
  return (await api.api('POST /profiles', { identities, attributes })).body.id
}
const membersOf = async (id: string, query = ''): Promise<Answer['body']> =>
  (await api.api(`GET /audiences/${id}/members?limit=200${query}`)).body

const send = async (
  id: string,
  csv: string,
  { query = 'namespace=crm', type = 'text/csv' } = {},
): Promise<Answer> =>
  api.call(`POST /api/v1/audiences/${id}/uploads?${query}`, {
    headers: {
      authorization: `Bearer ${api.client.token}`,
      'x-sandbox-name': 'dev',
      'content-type': type,
    },
    text: csv,
  })
const task = () => uploadTask({ pool: api.test.db, clock: api.clock, newId })
const finish = async (): Promise<number> => {
  let steps = 0
  while (await task().advance()) steps += 1
  return steps
}
const uploadOf = async (id: string, uploadId: string) =>
  (await api.api(`GET /audiences/${id}/uploads/${uploadId}`)).body

describe('a file of members', () => {
  it('is taken up line by line, with the refused lines by number', async () => {
    const { id } = await upload()
    const known = await person('f1')
    const csv = '\ufeffid,shop,"first, name"\r\nf1,North,"Ann ""A"""\r\nnobody,x,y\r\n\r\nf2\r\n,a,b\r\n'
    const { status, body } = await send(id, csv)
    expect([status, body]).toMatchObject([202, { state: 'waiting', rowsReceived: 4, rowsDone: 0 }])
    await finish()
    expect(await uploadOf(id, body.id)).toMatchObject({
      ...{ state: 'done', rowsDone: 4, added: 1, replaced: 0, refused: 3 },
      refusals: [
        { line: 3, reason: 'person_unknown' },
        { line: 5, reason: 'line_malformed' },
        { line: 6, reason: 'identity_blank' },
      ],
    })
    expect((await membersOf(id)).items).toMatchObject([
      { profileId: known, extra: { shop: 'North', 'first, name': 'Ann "A"' } },
    ])
    expect((await api.api(`GET /audiences/${id}/uploads`)).body.items.length).toBe(1)
  })

  it('of many lines goes by steps, and a step that is lost is done again', async () => {
    const { id } = await upload()
    const lines = Array.from({ length: 1_200 }, (_, i) => `big ${i},${i}`)
    const { body } = await send(id, ['crm,n', ...lines].join('\n'), {
      query: 'namespace=crm&createProfiles=true',
    })
    await task().advance()
    expect(await uploadOf(id, body.id)).toMatchObject({ state: 'waiting', rowsDone: 500, added: 500 })
    const broken = uploadTask({
      ...{ pool: api.test.db, clock: api.clock },
      newId: () => {
        throw new Error('killed')
      },
    })
    await expect(broken.advance()).rejects.toThrow('killed')
    expect(await uploadOf(id, body.id)).toMatchObject({ rowsDone: 500, added: 500 })
    await Promise.all([task().advance(), task().advance()])
    await finish()
    expect(await uploadOf(id, body.id)).toMatchObject({
      state: 'done',
      rowsDone: 1_200,
      added: 1_200,
      refused: 0,
    })
    expect((await api.api(`GET /audiences/${id}`)).body.memberCount).toBe(1_200)
  })

  it('whose quotes never end keeps what came before', async () => {
    const { id } = await upload()
    await person('q1')
    const { body } = await send(id, 'crm,a\nq1,"x"\nq2,"never ends\nq3,y\n')
    await finish()
    expect(await uploadOf(id, body.id)).toMatchObject({
      ...{ added: 1, refused: 1 },
      refusals: [{ line: 4, reason: 'line_malformed' }],
    })
  })

  it.each([
    ['', 'The file is empty'],
    ['id,a,a\n1,2,3', 'Two columns have one name'],
    ['id,\n1,2', 'Every column needs a name'],
    ['id,"a\n', 'cannot be read as CSV'],
  ])('that begins with %j is refused and leaves nothing', async (csv, sentence) => {
    const { id } = await upload()
    const { status, body } = await send(id, csv)
    expect([status, body.code]).toEqual([400, 'payload_invalid'])
    expect(body.detail).toContain(sentence)
    expect((await api.api(`GET /audiences/${id}/uploads`)).body.items).toEqual([])
  })

  it('is refused for a rule, as another type, and without a namespace', async () => {
    const [rule, list] = [await make(), await upload()]
    expect((await send(rule.id, 'id\n1')).body.code).toBe('resource_state')
    expect((await send(list.id, '{}', { type: 'application/json' })).status).toBe(415)
    expect(refusal(await send(list.id, 'id\n1', { query: '' }))).toEqual([
      400,
      'payload_invalid',
      ['/namespace'],
    ])
  })

  it('that stopped coming is forgotten after an hour', async () => {
    const { id } = await upload()
    const { body } = await send(id, 'id\nx')
    await api.test.db.query(`update audience_upload set state = 'receiving' where id = $1`, [body.id])
    await finish()
    expect((await uploadOf(id, body.id)).state).toBe('receiving')
    api.clock.move(3_700_000)
    await finish()
    expect((await api.api(`GET /audiences/${id}/uploads/${body.id}`)).status).toBe(404)
  })
})
