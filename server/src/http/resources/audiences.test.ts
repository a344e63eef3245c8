import type { AudienceRule } from '@carillon/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'
import { estimateAudience, fromSample } from '../../audiences/estimate.ts'
import { memberQuery } from '../../audiences/members.ts'
import { uuidv7 } from '../../lib/ids.ts'

let api: TestApi
let n = 0
let sandboxId: string
const newId = (): string => uuidv7(Date.now())
beforeAll(async () => {
  api = await createTestApi()
  const { rows } = await api.test.db.query(`select id from sandbox where name = 'dev'`)
  sandboxId = rows[0].id
})
afterAll(() => api.close())

const prod = { 'x-sandbox-name': 'prod' }
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
const tagged = (tag: string): AudienceRule => ({
  kind: 'attribute',
  path: ['tag'],
  operator: 'equals',
  value: tag,
})
const memberOf = (audienceId: string): AudienceRule => ({ kind: 'audience', audienceId, member: true })
const membersOf = async (id: string, query = ''): Promise<Answer['body']> =>
  (await api.api(`GET /audiences/${id}/members?limit=200${query}`)).body
const profileIdsOf = async (id: string): Promise<string[]> =>
  (await membersOf(id)).items.map((one: { profileId: string }) => one.profileId)
const add = (id: string, members: object[], more: object = {}) =>
  api.api(`POST /audiences/${id}/members`, { members, ...more })
const crm = (value: string, extra?: object) => ({ namespace: 'CRM', value, ...(extra ? { extra } : {}) })

describe('an audience', () => {
  it('is made, found, changed and listed', async () => {
    const made = await make({ name: 'Shoppers', description: 'All', rule: tagged('a') })
    expect(made).toMatchObject({
      kind: 'rule',
      rule: tagged('a'),
      memberCount: null,
      revision: 1,
      archived: false,
    })
    expect((await api.api(`GET /audiences/${made.id}`)).body).toEqual(made)
    expect((await api.api('GET /audiences?search=SHOPP')).body).toEqual({ items: [made], next: null })
    const patch = (body: object) => api.api(`PATCH /audiences/${made.id}`, body)
    expect((await patch({ rule: tagged('b'), revision: 1 })).body).toMatchObject({
      rule: tagged('b'),
      revision: 2,
    })
    expect(refusal(await patch({ name: 'late', revision: 1 }))).toEqual([409, 'revision_stale', []])
    expect(refusal(await api.api('POST /audiences', { kind: 'rule', name: 'Shoppers' }))).toEqual([
      ...[400, 'name_taken', ['/name']],
    ])
  })

  it('without a rule is everybody', async () => {
    const { rule } = await make()
    expect(rule).toEqual({ kind: 'and', rules: [] })
  })

  it.each([
    [{ name: ' ' }, ['/name']],
    [{ kind: 'list' }, ['/kind']],
    [
      { rule: { kind: 'or', rules: [{ kind: 'attribute', path: ['a'], operator: 'is' }] } },
      ['/rule/rules/0/operator'],
    ],
    [{ rule: memberOf('0190a5d0-0000-7000-8000-00000000000a') }, ['/rule']],
    [{ kind: 'upload', rule: tagged('a') }, ['/rule']],
    [{ memberCount: 3 }, ['/memberCount']],
  ])('of %j is refused at %j', async (members, pointers) => {
    const answer = await api.api('POST /audiences', { kind: 'rule', name: `audience ${++n}`, ...members })
    expect(refusal(answer)).toEqual([400, 'payload_invalid', pointers])
  })

  it('with a text that cannot be stored is refused', async () => {
    const answer = await api.api('POST /audiences', { kind: 'rule', name: 'nul', rule: tagged('a\0b') })
    expect(refusal(answer)).toEqual([400, 'payload_unstorable', ['/rule/value']])
  })

  it('that would refer to itself, however far round, is refused with the way', async () => {
    const a = await make({ name: 'A' })
    const b = await make({ name: 'B', rule: memberOf(a.id) })
    const { body } = await api.api(`PATCH /audiences/${a.id}`, {
      rule: { kind: 'not', rules: [memberOf(b.id)] },
    })
    expect([body.code, body.detail]).toEqual(['payload_invalid', 'The audience refers to itself: A → B → A.'])
    expect((await api.api(`GET /audiences/${a.id}`)).body.revision).toBe(1)
  })

  it('two of which are pointed at each other at one moment: one is refused', async () => {
    const [a, b] = [await make(), await make()]
    const point = (from: string, to: string) => api.api(`PATCH /audiences/${from}`, { rule: memberOf(to) })
    const answers = await Promise.all([point(a.id, b.id), point(b.id, a.id)])
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 400])
  })

  it('of another sandbox is not there', async () => {
    const { id } = await upload()
    const routes = ['GET ', 'DELETE ', 'POST /archive', 'GET /members', 'GET /uploads'].map(route => {
      const [method, rest = ''] = route.split(' ').flatMap(part => part.split(/(?=\/)/))
      return `${method} /audiences/${id}${rest}`
    })
    for (const route of routes)
      expect([route, (await api.api(route, undefined, prod)).status]).toEqual([route, 404])
    const foreign = await api.api('POST /audiences', { kind: 'rule', name: 'x', rule: memberOf(id) }, prod)
    expect(refusal(foreign)).toEqual([400, 'payload_invalid', ['/rule']])
    const members = { members: [crm('x')] }
    expect((await api.api(`POST /audiences/${id}/members`, members, prod)).status).toBe(404)
  })

  it('that another one refers to can neither be archived nor deleted', async () => {
    const inner = await make({ name: 'inner' })
    const outer = await make({ name: 'outer', rule: { kind: 'or', rules: [memberOf(inner.id)] } })
    for (const route of [`POST /audiences/${inner.id}/archive`, `DELETE /audiences/${inner.id}`]) {
      const answer = await api.api(route)
      expect([...refusal(answer), answer.body.detail]).toEqual([
        ...[400, 'resource_in_use', [], 'Used by the audience "outer".'],
      ])
    }
    expect((await api.api(`POST /audiences/${outer.id}/archive`)).body.archived).toBe(true)
    expect((await api.api(`DELETE /audiences/${inner.id}`)).status).toBe(204)
    expect(refusal(await api.api(`POST /audiences/${outer.id}/unarchive`))).toEqual([
      ...[400, 'payload_invalid', ['/rule']],
    ])
  })

  it('that a live campaign uses stays until the campaign is stopped', async () => {
    const { id } = await make()
    const [campaignId, versionId, now] = [newId(), newId(), api.clock.now()]
    const properties = JSON.stringify({ name: 'Spring', audienceId: id })
    await api.test.db.query(
      `insert into campaign (id, sandbox_id, live_version_id, created_at, created_by, modified_at, modified_by)
       values ($1, $2, $3, $4, '', $4, '')`,
      [campaignId, sandboxId, versionId, now],
    )
    await api.test.db.query(
      `insert into campaign_version (id, campaign_id, sandbox_id, number, properties, created_at, created_by)
       values ($1, $2, $3, 1, $4, $5, '')`,
      [versionId, campaignId, sandboxId, properties, now],
    )
    const { body } = await api.api(`DELETE /audiences/${id}`)
    expect([body.code, body.detail]).toEqual(['resource_in_use', 'Used by the campaign "Spring".'])
    await api.test.db.query('update campaign set stopped_at = $2 where id = $1', [campaignId, now])
    expect((await api.api(`DELETE /audiences/${id}`)).status).toBe(204)
    await api.test.db.query('delete from campaign where id = $1', [campaignId])
  })

  it('that is archived is out of the list, takes no members and has no query', async () => {
    const { id } = await upload({ name: 'put away' })
    await api.api(`POST /audiences/${id}/archive`)
    const listed = async (query: string) =>
      (await api.api(`GET /audiences?search=put%20away${query}`)).body.items.length
    expect([await listed(''), await listed('&archived=true')]).toEqual([0, 1])
    expect(refusal(await add(id, [crm('x')]))).toEqual([400, 'resource_state', []])
    const asked = memberQuery(api.test.db, { sandboxId, id, now: new Date() })
    await expect(asked).rejects.toThrow('is archived')
    expect((await api.api(`POST /audiences/${id}/unarchive`)).body.archived).toBe(false)
  })
})

describe('the members of a rule', () => {
  it('are those it holds for, page by page', async () => {
    const ids = [await person('r1', { tag: 'm' }), await person('r2', { tag: 'm' }), await person('r3')]
    const { id } = await make({ rule: tagged('m') })
    const first = (await api.api(`GET /audiences/${id}/members?limit=1`)).body
    const second = (await api.api(`GET /audiences/${id}/members?limit=1&cursor=${first.next}`)).body
    expect([...first.items, ...second.items]).toEqual(
      ['r1', 'r2'].map((value, index) => ({
        profileId: ids[index],
        identities: [{ namespace: 'crm', value }],
        extra: null,
      })),
    )
    expect(second.next).toBeNull()
    expect(refusal(await add(id, [crm('r3')]))).toEqual([400, 'resource_state', []])
  })
})

describe('the members of an upload', () => {
  it('are added and replaced with what is said of them, and refused one by one', async () => {
    const { id } = await upload()
    const known = await person('u1')
    const answer = await add(id, [
      ...[crm('u1', { shop: 'North' }), crm('nobody'), crm(' '), crm('u1', { x: 'y'.repeat(17_000) })],
    ])
    expect(answer.body).toEqual({
      added: 1,
      replaced: 0,
      refused: [
        { index: 1, reason: 'person_unknown' },
        { index: 2, reason: 'identity_blank' },
        { index: 3, reason: 'extra_too_large' },
      ],
    })
    expect((await add(id, [crm('u1', { shop: 'South' })])).body).toEqual({
      added: 0,
      replaced: 1,
      refused: [],
    })
    expect((await membersOf(id)).items).toEqual([
      { profileId: known, identities: [{ namespace: 'crm', value: 'u1' }], extra: { shop: 'South' } },
    ])
    expect((await api.api(`GET /audiences/${id}`)).body).toMatchObject({ memberCount: 1, columns: ['shop'] })
  })

  it('are made into people when asked, once each', async () => {
    const { id } = await upload()
    const members = [crm('new 1'), crm('new 2'), crm('new 1', { last: true })]
    const answers = await Promise.all([
      add(id, members, { createProfiles: true }),
      add(id, [...members].reverse(), { createProfiles: true }),
    ])
    expect(answers.map(answer => answer.body.added).sort()).toEqual([0, 2])
    expect((await profileIdsOf(id)).length).toBe(2)
  })

  it('have at most a hundred columns together', async () => {
    const { id } = await upload()
    await person('wide')
    await person('small')
    const wide = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`c${i}`, i]))
    expect((await add(id, [crm('wide', wide), crm('small', { one: 1 })])).body).toMatchObject({
      added: 1,
      refused: [{ index: 0, reason: 'columns_too_many' }],
    })
  })

  it('are taken out one by one, and go with the person', async () => {
    const { id } = await upload()
    const [a, b] = [await person('out 1'), await person('out 2')]
    await add(id, [crm('out 1'), crm('out 2')])
    expect((await api.api(`DELETE /audiences/${id}/members/${a}`)).status).toBe(204)
    expect((await api.api(`DELETE /audiences/${id}/members/${a}`)).status).toBe(404)
    await api.api(`DELETE /profiles/${b}`)
    expect((await api.api(`GET /audiences/${id}`)).body.memberCount).toBe(0)
  })
})

describe('a question about a rule', () => {
  it('is answered exactly when that is quick, with some of the people', async () => {
    const id = await person('asked', { tag: 'asked' })
    expect((await api.api('POST /audiences/estimate', { rule: tagged('asked') })).body).toEqual({
      ...{ count: 1, exact: true, error: null, sampled: null, of: null },
    })
    const { items } = (await api.api('POST /audiences/sample', { rule: tagged('asked') })).body
    expect(items).toMatchObject([{ id, attributes: { tag: 'asked' } }])
    expect(refusal(await api.api('POST /audiences/estimate', { rule: { kind: 'x' } }))).toEqual([
      ...[400, 'payload_invalid', ['/rule/kind']],
    ])
  })

  it('that takes too long is answered from a sample', async () => {
    const author = { pool: api.test.db, sandboxId, by: '', now: new Date(), sandboxNow: new Date(), newId }
    await api.test.db.query(
      `insert into profile select gen_random_uuid(), $1, jsonb_build_object('n', i), $2, $2 from generate_series(1, 60000) i`,
      [sandboxId, new Date()],
    )
    await api.test.db.query('analyze profile')
    const half: AudienceRule = { kind: 'attribute', path: ['n'], operator: 'at_most', value: 30_000 }
    // A millisecond is too short for sixty thousand people.
    const { count, exact, error, sampled, of } = await estimateAudience(author, half, 1)
    expect(exact).toBe(false)
    expect(Math.abs(count - 30_000)).toBeLessThan(3 * (error ?? 0))
    expect(sampled).toBeGreaterThan(15_000)
    expect(of).toBeGreaterThan(50_000)
  })

  it('has an honest error', () => {
    expect(fromSample({ fraction: 0.1, sampled: 1_000, hits: 100 })).toMatchObject({
      count: 1_000,
      error: 186,
      of: 10_000,
    })
    expect(fromSample({ fraction: 0.1, sampled: 1_000, hits: 0 })).toMatchObject({ count: 0, error: 30 })
    expect(fromSample({ fraction: 1, sampled: 9, hits: 3 })).toMatchObject({
      count: 3,
      exact: true,
      error: null,
    })
  })
})
