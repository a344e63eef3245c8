import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const prod = { 'x-sandbox-name': 'prod' }
const schema = { type: 'object', properties: { n: { type: 'integer' } } }
const refusal = ({ status, body }: Answer): unknown[] => [
  status,
  body.code,
  body.errors.map((error: { pointer: string }) => error.pointer),
]
const deep = (levels: number): object =>
  JSON.parse(`${'{"type":"object","properties":{"a":'.repeat(levels)}{}${'}}'.repeat(levels)}`)
const large = { type: 'object', description: 'é'.repeat(102_400) }
const bad: [string, unknown, string][] = [
  ['a text', 'object', ''],
  ['a list', [], ''],
  ['no type', {}, '/type'],
  ['another type', { type: 'array' }, '/type'],
  ['more than 200 KB', large, ''],
]

describe('the schema of profiles', () => {
  const put = (body: object, headers = {}) => api.api('PUT /profile-schema', body, headers)

  it('is empty where none was written, and set in the sandbox with samples', async () => {
    expect((await api.api('GET /profile-schema', undefined, prod)).body).toEqual({
      schema: null,
      revision: 0,
    })
    const { body } = await api.api('GET /profile-schema')
    expect(body).toMatchObject({ revision: 1, schema: { type: 'object', properties: { person: {} } } })
  })

  it('is replaced, removed, and each sandbox has its own', async () => {
    expect((await put({ schema })).body).toEqual({ schema, revision: 2 })
    expect((await put({ schema: null })).body).toEqual({ schema: null, revision: 3 })
    expect((await put({ schema }, prod)).body).toEqual({ schema, revision: 1 })
    expect((await api.api('GET /profile-schema')).body).toEqual({ schema: null, revision: 3 })
  })

  it('is refused when somebody else changed it in between', async () => {
    const { revision } = (await api.api('GET /profile-schema')).body
    const answers = await Promise.all([1, 2, 3].map(() => put({ schema, revision })))
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 409, 409])
    expect(refusal(await put({ schema, revision }))).toEqual([409, 'revision_stale', []])
    expect((await put({ schema })).status).toBe(200)
  })

  it('is written first by one of several, and by nobody who read what never was', async () => {
    const { rows } = await api.test.db.query(`delete from profile_schema returning sandbox_id`)
    expect(rows).toHaveLength(2)
    expect((await put({ schema, revision: 4 })).status).toBe(409)
    const answers = await Promise.all([1, 2, 3].map(() => put({ schema, revision: 0 })))
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 409, 409])
  })

  it.each(bad)('of %s is refused', async (_title, wrong, pointer) => {
    const { body } = await put({ schema: wrong })
    expect(body.code).toBe('payload_invalid')
    expect(body.errors[0].pointer).toBe(`/schema${pointer}`)
  })

  it('that is nested too deeply, or left out, is refused', async () => {
    expect(refusal(await put({ schema: deep(60) }))).toEqual([400, 'payload_invalid', ['']])
    expect(refusal(await put({}))).toEqual([400, 'payload_invalid', ['/schema']])
    expect((await put({ schema: deep(20) })).status).toBe(200)
  })
})

describe('the context schema of a campaign', () => {
  const make = (members: object) => api.api('POST /campaigns', { name: 'With schema', ...members })

  it('is kept, frozen with the version, and none by default', async () => {
    expect((await make({})).body.draft.contextSchema).toBeNull()
    const content = { subject: 's', html: '<p>h</p>', text: null }
    const { id, draft } = (await make({ contextSchema: schema, content })).body
    expect(draft.contextSchema).toEqual(schema)
    const { body } = await api.api(`POST /campaigns/${id}/activate`)
    expect(body.live.properties.contextSchema).toEqual(schema)
    const changed = (await api.api(`PATCH /campaigns/${id}`, { contextSchema: null })).body
    expect([changed.draft.contextSchema, changed.live.properties.contextSchema]).toEqual([null, schema])
    expect((await api.api(`POST /campaigns/${id}/duplicate`)).body.draft.contextSchema).toBeNull()
  })

  it('is none in drafts and versions that were stored before there was one', async () => {
    const content = { subject: 's', html: '<p>h</p>', text: null }
    const { id } = (await make({ content })).body
    await api.api(`POST /campaigns/${id}/activate`)
    await api.api(`PATCH /campaigns/${id}`, { description: 'd' })
    await api.test.db.query(`update campaign set draft = draft - 'contextSchema'`)
    await api.test.db.query(`update campaign_version set properties = properties - 'contextSchema'`)
    const { body } = await api.api(`GET /campaigns/${id}`)
    expect([body.draft.contextSchema, body.live.properties.contextSchema]).toEqual([null, null])
    const versions = (await api.api(`GET /campaigns/${id}/versions`)).body.items
    expect(versions[0].properties.contextSchema).toBeNull()
  })

  it.each(bad)('of %s is refused, when it is made and when it is changed', async (_title, wrong, pointer) => {
    const { id } = (await make({})).body
    for (const answer of [
      await make({ contextSchema: wrong }),
      await api.api(`PATCH /campaigns/${id}`, { contextSchema: wrong }),
    ]) {
      expect(answer.body.code).toBe('payload_invalid')
      expect(answer.body.errors[0].pointer).toBe(`/contextSchema${pointer}`)
    }
  })
})
