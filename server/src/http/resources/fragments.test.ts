import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'

let api: TestApi
let n = 0
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const prod = { 'x-sandbox-name': 'prod' }
const nameOf = (name: string): string => `${name} ${++n}`
const make = async (members: object = {}): Promise<Answer['body']> => {
  const { status, body } = await api.api('POST /fragments', {
    name: nameOf('Piece'),
    source: 'Hello',
    ...members,
  })
  expect(status).toBe(201)
  return body
}
const publish = (id: string) => api.api(`POST /fragments/${id}/publish`)
const live = async (members: object = {}): Promise<Answer['body']> => {
  const { status, body } = await publish((await make(members)).id)
  expect(status).toBe(200)
  return body
}
const refusal = ({ status, body }: Answer): unknown[] => [
  status,
  body.code,
  body.errors.map((error: { pointer: string }) => error.pointer),
]
const campaign = async (members: object): Promise<Answer['body']> =>
  (await api.api('POST /campaigns', { name: nameOf('Campaign'), ...members })).body
const content = (html: string) => ({ subject: 's', html, text: null })

describe('a fragment', () => {
  it('is a draft with a key made from its name', async () => {
    const made = await make({ name: 'Grüße & Fußzeile (neu)' })
    expect(made).toMatchObject({
      key: 'gru-e-fu-zeile-neu',
      type: 'expression',
      subType: 'html',
      status: 'draft',
      hasDraft: true,
      draft: 'Hello',
      live: null,
      revision: 1,
      createdBy: 'test',
    })
    expect((await api.api(`GET /fragments/${made.id}`)).body).toEqual(made)
  })

  it('gets another key when the one of its name is used, and keeps one that it is given', async () => {
    const [first, second] = [await make({ name: 'Footer!' }), await make({ name: 'Footer?' })]
    expect(first.key).toBe('footer')
    expect(second.key).toMatch(/^footer-[0-9a-f]{8}$/)
    const imported = 'F47AC10B-58CC-4372-A567-0E02B2C3D479'
    expect((await make({ key: imported })).key).toBe(imported)
    expect((await make({ name: '件名' })).key).toBe('fragment')
  })

  it('shares no name and no key within its sandbox', async () => {
    const made = await make({ key: 'own-key' })
    const again = (members: object, headers = {}) =>
      api.api('POST /fragments', { name: nameOf('Other'), ...members }, headers)
    expect(refusal(await again({ name: made.name }))).toEqual([400, 'name_taken', ['/name']])
    expect(refusal(await again({ key: 'own-key' }))).toEqual([400, 'name_taken', ['/key']])
    expect(refusal(await again({ key: made.id.toUpperCase() }))).toEqual([400, 'name_taken', ['/key']])
    const other = await make()
    const renamed = await api.api(`PATCH /fragments/${other.id}`, { name: made.name })
    expect(refusal(renamed)).toEqual([400, 'name_taken', ['/name']])
    expect((await again({ name: made.name, key: 'own-key' }, prod)).status).toBe(201)
  })

  it.each([
    [{ name: '' }, '/name'],
    [{ name: '  ' }, '/name'],
    [{ key: 'a/b' }, '/key'],
    [{ key: 'ajo:a' }, '/key'],
    [{ subType: 'xml' }, '/subType'],
    [{ source: 'x'.repeat(204_801) }, '/source'],
    [{ source: 'é'.repeat(102_401) }, '/source'],
    [{ source: 1 }, '/source'],
    [{ status: 'live' }, '/status'],
  ])('of %j is refused at %s', async (members, pointer) => {
    const answer = await api.api('POST /fragments', { name: nameOf('Bad'), ...members })
    expect(refusal(answer)).toEqual([400, 'payload_invalid', [pointer]])
  })

  it('takes a source of 200 KB', async () => {
    expect((await make({ source: 'é'.repeat(102_400) })).status).toBe('draft')
  })

  it('of another sandbox is not there', async () => {
    const { id } = await live()
    const routes = [
      'GET /fragments/:id',
      'DELETE /fragments/:id',
      'DELETE /fragments/:id/draft',
      'POST /fragments/:id/publish',
      'POST /fragments/:id/archive',
      'POST /fragments/:id/unarchive',
      'POST /fragments/:id/validate',
      'GET /fragments/:id/references',
      'GET /fragments/:id/versions',
    ]
    for (const route of routes) {
      const answer = await api.api(route.replace(':id', id), undefined, prod)
      expect([route, answer.status, answer.body.code]).toEqual([route, 404, 'not_found'])
    }
    expect((await api.api(`PATCH /fragments/${id}`, { name: 'x' }, prod)).status).toBe(404)
    expect((await api.api('GET /fragments/no-id')).status).toBe(404)
  })
})

describe('publishing', () => {
  it('freezes the draft as the next version; the live one stays until then', async () => {
    const first = await live({ source: 'One' })
    expect(first).toMatchObject({ status: 'live', hasDraft: false, draft: null })
    expect(first.live).toMatchObject({ number: 1, source: 'One', createdBy: 'test' })
    const edited = (await api.api(`PATCH /fragments/${first.id}`, { source: 'Two' })).body
    expect(edited).toMatchObject({ status: 'live', hasDraft: true, draft: 'Two', live: { source: 'One' } })
    const second = (await publish(first.id)).body
    expect(second.live).toMatchObject({ number: 2, source: 'Two' })
    const { items, next } = (await api.api(`GET /fragments/${first.id}/versions`)).body
    expect(items).toEqual([second.live, first.live])
    expect(next).toBeNull()
  })

  it('of a draft with mistakes is refused with every finding', async () => {
    const { id } = await make({ source: '{{#if context.a}}\n{{nothere(1)}}' })
    expect(refusal(await publish(id))).toEqual([400, 'fragment_invalid', ['/source', '/source']])
    const { body } = await api.api(`POST /fragments/${id}/validate`)
    expect(body.valid).toBe(false)
    expect(body.findings[1]).toMatchObject({ pointer: '/source', code: 'function_unknown', line: 2 })
    expect((await api.api(`GET /fragments/${id}`)).body).toMatchObject({ status: 'draft', live: null })
  })

  it('takes a variable that the message has to set, with a warning', async () => {
    const { id } = await make({ source: 'Hello {{greeting}}' })
    const { body } = await api.api(`POST /fragments/${id}/validate`)
    expect(body).toMatchObject({ valid: true, findings: [{ severity: 'warning', code: 'name_unknown' }] })
    expect((await publish(id)).status).toBe(200)
  })

  it('needs a draft', async () => {
    const { id } = await live()
    expect(refusal(await publish(id))).toEqual([400, 'resource_state', []])
    expect(refusal(await api.api(`DELETE /fragments/${id}/draft`))).toEqual([400, 'resource_state', []])
  })

  it('happens once when two do it at the same time', async () => {
    const { id } = await make()
    const answers = await Promise.all([publish(id), publish(id), publish(id)])
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 400, 400])
    expect((await api.api(`GET /fragments/${id}/versions`)).body.items).toHaveLength(1)
  })

  it('can be given up before: the draft beside a live version goes', async () => {
    const { id } = await live({ source: 'One' })
    await api.api(`PATCH /fragments/${id}`, { source: 'Two' })
    const { body } = await api.api(`DELETE /fragments/${id}/draft`)
    expect(body).toMatchObject({ hasDraft: false, draft: null, live: { source: 'One' } })
    const draft = await make()
    expect(refusal(await api.api(`DELETE /fragments/${draft.id}/draft`))).toEqual([400, 'resource_state', []])
  })

  it('is refused while a fragment in it is missing, is a draft, or includes it in turn', async () => {
    const draft = await make()
    const messages = async (id: string): Promise<string[]> =>
      (await api.api(`POST /fragments/${id}/validate`)).body.findings.map((one: { code: string }) => one.code)
    const outer = await make({ source: `{{fragment id="ajo:${draft.key}/1"}}{{fragment id="gone"}}` })
    expect(await messages(outer.id)).toEqual(
      expect.arrayContaining(['fragment_unknown', 'fragment_not_live']),
    )
    await publish(draft.id)
    expect(await messages(outer.id)).not.toContain('fragment_not_live')
    await api.api(`PATCH /fragments/${draft.id}`, { source: `{{fragment id='${outer.id}'}}` })
    expect(await messages(draft.id)).toContain('fragment_circular')
    const answer = await publish(draft.id)
    expect(answer.body.errors.map((one: { message: string }) => one.message).join()).toContain(
      'includes itself',
    )
  })
})

describe('changing a fragment', () => {
  it('is refused when somebody else changed it in between', async () => {
    const { id } = await make()
    const save = (source: string) => api.api(`PATCH /fragments/${id}`, { source, revision: 1 })
    const answers = await Promise.all([save('mine'), save('yours')])
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 409])
    expect(refusal(await save('late'))).toEqual([409, 'revision_stale', []])
    expect((await api.api(`PATCH /fragments/${id}`, { source: 'anyway' })).body.revision).toBe(3)
  })

  it('of the name alone makes no draft', async () => {
    const { id } = await live()
    const name = nameOf('Renamed')
    const { body } = await api.api(`PATCH /fragments/${id}`, { name, description: 'd' })
    expect(body).toMatchObject({ name, description: 'd', hasDraft: false })
  })

  it.each([
    [{ key: 'other' }, '/key'],
    [{ subType: 'text' }, '/subType'],
    [{ source: 'é'.repeat(102_401) }, '/source'],
    [{ name: ' ' }, '/name'],
  ])('by %j is refused at %s', async (patch, pointer) => {
    const { id } = await make()
    expect(refusal(await api.api(`PATCH /fragments/${id}`, patch))).toEqual([
      400,
      'payload_invalid',
      [pointer],
    ])
  })
})

describe('an archived fragment', () => {
  it('is out of the list until it is asked for, stays as it is, and comes back', async () => {
    const { id } = await live()
    const archived = await api.api(`POST /fragments/${id}/archive`)
    expect(archived.body).toMatchObject({ status: 'archived', live: { number: 1 } })
    expect((await api.api(`POST /fragments/${id}/archive`)).body.revision).toBe(archived.body.revision)
    const ids = async (query: string): Promise<string[]> =>
      (await api.api(`GET /fragments?limit=200${query}`)).body.items.map((one: { id: string }) => one.id)
    expect(await ids('')).not.toContain(id)
    expect(await ids('&status=live')).not.toContain(id)
    expect(await ids('&status=archived')).toEqual([id])
    expect(refusal(await api.api(`PATCH /fragments/${id}`, { source: 'x' }))).toEqual([
      400,
      'resource_state',
      [],
    ])
    expect(refusal(await publish(id))).toEqual([400, 'resource_state', []])
    expect((await api.api(`POST /fragments/${id}/unarchive`)).body.status).toBe('live')
    expect(await ids('')).toContain(id)
  })
})

describe('the list', () => {
  it('filters by what each fragment shows, searches name and key, and pages', async () => {
    const marked = await make({ name: 'Zebra one', key: 'k-zebra' })
    const published = await live({ name: 'A fragment', key: 'zebra-two' })
    const rows = async (query: string) => (await api.api(`GET /fragments?${query}`)).body
    expect((await rows('search=ZEBRA')).items.map((one: { id: string }) => one.id)).toEqual([
      published.id,
      marked.id,
    ])
    expect((await rows('search=zebra&status=draft')).items).toHaveLength(1)
    const {
      draft: _draft,
      live: _live,
      revision: _revision,
      createdAt: _at,
      createdBy: _by,
      ...summary
    } = published
    expect((await rows('search=zebra&status=live')).items).toEqual([{ ...summary, liveVersion: 1 }])
    const page = await rows('search=zebra&limit=1')
    expect(page.items[0].id).toBe(published.id)
    expect(await rows(`search=zebra&limit=1&cursor=${page.next}`)).toMatchObject({
      items: [{ id: marked.id }],
      next: null,
    })
    expect(refusal(await api.api('GET /fragments?cursor=x'))).toEqual([400, 'payload_invalid', ['/cursor']])
  })
})

describe('what uses a fragment', () => {
  it('is told, drafts and live ones, by id and by key, and keeps it from being deleted', async () => {
    const used = await live({ key: 'used-one' })
    const draft = await campaign({
      content: content(`{{fragment id='ajo:${used.id.toUpperCase()}/v' mode="inline"}}`),
    })
    const outer = await make({ source: '{{ fragment id="used-one" }}' })
    await campaign({ content: content('used-one and {{fragment id="used-one-too"}}') })
    await campaign({ content: content('{{fragment id=context.id}}') })
    const { items, next } = (await api.api(`GET /fragments/${used.id}/references`)).body
    expect(items).toEqual([
      { kind: 'campaign', id: draft.id, name: draft.name, status: 'draft', inDraft: true, inLive: false },
      { kind: 'fragment', id: outer.id, name: outer.name, status: 'draft', inDraft: true, inLive: false },
    ])
    expect(next).toBeNull()
    const refused = await api.api(`DELETE /fragments/${used.id}`)
    expect(refusal(refused)).toEqual([400, 'resource_in_use', []])
    expect(refused.body.detail).toBe(`Used by the campaign "${draft.name}", the fragment "${outer.name}".`)
    await api.api(`DELETE /campaigns/${draft.id}`)
    expect((await api.api(`DELETE /fragments/${used.id}`)).status).toBe(400)
    expect((await api.api(`DELETE /fragments/${outer.id}`)).status).toBe(204)
    expect((await api.api(`DELETE /fragments/${used.id}`)).status).toBe(204)
    expect((await api.api(`GET /fragments/${used.id}`)).status).toBe(404)
  })

  it('counts while it is live and while messages wait; a stopped campaign without any does not', async () => {
    const used = await live({ key: 'used-live' })
    const html = "{{fragment id='used-live'}}"
    const { id } = await campaign({ content: content('nothing yet') })
    await api.api(`POST /campaigns/${id}/activate`)
    // What a live version includes is checked elsewhere; here it only stands in the content.
    await api.test.db.query(
      `update campaign_version set properties = jsonb_set(properties, '{content,html}', to_jsonb($2::text)) where campaign_id = $1`,
      [id, html],
    )
    const uses = async () => (await api.api(`GET /fragments/${used.id}/references`)).body.items
    expect(await uses()).toMatchObject([{ id, status: 'live', inDraft: false, inLive: true }])
    const remove = () => api.api(`DELETE /fragments/${used.id}`)
    expect((await remove()).body.code).toBe('resource_in_use')
    const tally = (state: string) =>
      api.test.db.query(
        `insert into tally (scope, hour, state, reason, shard, n)
         select id, created_at, $2, '', 0, 1 from campaign_version where campaign_id = $1`,
        [id, state],
      )
    await tally('accepted')
    await api.api(`POST /campaigns/${id}/stop`)
    expect(await uses()).toMatchObject([{ id, status: 'stopped' }])
    expect((await remove()).body.detail).toBe('Messages that are not sent yet need it.')
    await tally('sent')
    expect((await remove()).status).toBe(204)
  })

  it('does not count when the fragment itself is all there is', async () => {
    const { id } = await make({ key: 'narcissus', source: '{{fragment id="narcissus"}}' })
    expect((await api.api(`DELETE /fragments/${id}`)).status).toBe(204)
  })
})
