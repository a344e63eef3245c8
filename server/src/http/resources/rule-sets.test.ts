import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'
import { createAudience } from '../../../test/marketing.ts'

let api: TestApi
let n = 0
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const prod = { 'x-sandbox-name': 'prod' }
const refusal = ({ status, body }: Answer): unknown[] => [
  status,
  body.code,
  (body.errors ?? []).map((error: { pointer: string }) => error.pointer),
]
const cap = (more: object = {}) => ({
  ...{ kind: 'capping', name: `cap ${++n}`, count: 3, period: 'day', every: 1, channels: ['email'] },
  ...more,
})
const weekly = { kind: 'weekly', days: ['monday'], hours: { from: '21:00', to: '09:00' } }
const quiet = (more: object = {}) => ({
  ...{ kind: 'quiet_hours', name: `quiet ${++n}`, channels: ['email'], action: 'queue' },
  ...{ timeZone: { kind: 'fixed', zone: 'Europe/Amsterdam' }, periods: [weekly] },
  ...more,
})
const make = async (members: object = {}): Promise<Answer['body']> => {
  const { status, body } = await api.api('POST /rule-sets', {
    name: `set ${++n}`,
    rules: [cap(), quiet()],
    ...members,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}
const act = (id: string, deed: string) => api.api(`POST /rule-sets/${id}/${deed}`)
const globalSet = async (headers = {}): Promise<Answer['body']> =>
  (await api.api('GET /rule-sets?search=Global', undefined, headers)).body.items[0]

describe('a rule set', () => {
  it('is made as a draft, with an id for each rule, and found by its name and status', async () => {
    const rules = [cap(), quiet({ timeZone: { kind: 'recipient' } })]
    const made = await make({ name: 'Weekdays', description: 'd', rules })
    expect(made).toMatchObject({ name: 'Weekdays', status: 'draft', global: false, rules, createdBy: 'test' })
    expect(new Set(made.rules.map((rule: { id: string }) => rule.id)).size).toBe(2)
    expect((await api.api(`GET /rule-sets/${made.id}`)).body).toEqual(made)
    expect((await api.api('GET /rule-sets?search=weekd&status=draft')).body.items).toEqual([made])
    expect(refusal(await api.api('POST /rule-sets', { name: 'Weekdays' }))).toEqual([
      400,
      'name_taken',
      ['/name'],
    ])
    expect((await api.api('POST /rule-sets', { name: 'Weekdays' }, prod)).status).toBe(201)
  })

  it('keeps the ids of the rules that stay when it is changed, and refuses a stale change', async () => {
    const made = await make()
    const [first] = made.rules
    const patch = (body: object) => api.api(`PATCH /rule-sets/${made.id}`, body)
    const { body } = await patch({
      rules: [cap(), { ...first, count: 9 }],
      description: 'new',
      revision: made.revision,
    })
    expect(body).toMatchObject({ name: made.name, description: 'new', revision: made.revision + 1 })
    expect(body.rules[1]).toEqual({ ...first, count: 9 })
    expect(made.rules.map((rule: { id: string }) => rule.id)).not.toContain(body.rules[0].id)
    expect((await patch({ name: 'x', revision: made.revision })).body.code).toBe('revision_stale')
    expect(refusal(await patch({ rules: [made.rules[1]] }))).toEqual([
      400,
      'payload_invalid',
      ['/rules/0/id'],
    ])
  })

  it('is activated, deactivated and then deleted, and never deleted while active', async () => {
    const { id } = await make()
    expect((await act(id, 'deactivate')).body.code).toBe('resource_state')
    expect((await act(id, 'activate')).body.status).toBe('active')
    expect((await act(id, 'activate')).body.status).toBe('active')
    expect((await api.api(`DELETE /rule-sets/${id}`)).body.code).toBe('resource_state')
    expect(refusal(await api.api(`PATCH /rule-sets/${id}`, { rules: [] }))).toEqual([
      400,
      'payload_invalid',
      ['/rules'],
    ])
    expect((await act(id, 'deactivate')).body.status).toBe('inactive')
    expect((await api.api(`DELETE /rule-sets/${id}`)).status).toBe(204)
    expect((await api.api(`GET /rule-sets/${id}`)).status).toBe(404)
  })

  it('without a rule is not activated', async () => {
    const { id } = await make({ rules: [] })
    expect(refusal(await act(id, 'activate'))).toEqual([400, 'payload_invalid', ['/rules']])
  })

  it('is one of ten active ones at most, however many are activated at once', async () => {
    const made: { id: string }[] = []
    for (let index = 0; index < 13; index++) made.push(await make())
    const answers = await Promise.all(made.map(({ id }) => act(id, 'activate')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10)
    for (const { status, body } of answers)
      if (status !== 200) expect([status, body.code]).toEqual([400, 'resource_state'])
    for (const { id } of made) await act(id, 'deactivate')
  })

  it('of another sandbox is not there', async () => {
    const { id } = await make()
    for (const route of [
      `GET /rule-sets/${id}`,
      `DELETE /rule-sets/${id}`,
      `POST /rule-sets/${id}/activate`,
      `POST /rule-sets/${id}/deactivate`,
    ])
      expect([route, (await api.api(route, undefined, prod)).status]).toEqual([route, 404])
    expect((await api.api(`PATCH /rule-sets/${id}`, { name: 'x' }, prod)).status).toBe(404)
    expect((await api.api('GET /rule-sets/not-an-id')).status).toBe(404)
  })

  it('is listed page by page, newest first', async () => {
    const made = [await make({ name: 'paged 1' }), await make({ name: 'paged 2' })]
    const first = (await api.api('GET /rule-sets?search=paged&limit=1')).body
    const second = (await api.api(`GET /rule-sets?search=paged&limit=1&cursor=${first.next}`)).body
    expect([first.items[0].id, second.items[0].id]).toEqual([made[1].id, made[0].id])
    expect(second.next).toBeNull()
  })
})

describe('the global rule set', () => {
  it('is in every sandbox from the start, active and empty', async () => {
    for (const headers of [{}, prod])
      expect(await globalSet(headers)).toMatchObject({
        ...{ name: 'Global Default Rule Set', status: 'active', global: true, rules: [] },
      })
  })

  it('takes caps, and neither quiet hours nor another name', async () => {
    const { id } = await globalSet()
    const patch = (body: object) => api.api(`PATCH /rule-sets/${id}`, body)
    expect(refusal(await patch({ rules: [cap(), quiet()] }))).toEqual([
      400,
      'payload_invalid',
      ['/rules/1/kind'],
    ])
    expect(refusal(await patch({ name: 'Mine' }))).toEqual([400, 'payload_invalid', ['/name']])
    expect((await patch({ rules: [cap()] })).body.rules).toHaveLength(1)
    expect((await patch({ rules: [] })).body.rules).toEqual([])
  })

  it('stays', async () => {
    const { id } = await globalSet()
    expect((await act(id, 'deactivate')).body.code).toBe('resource_state')
    expect((await api.api(`DELETE /rule-sets/${id}`)).body.code).toBe('resource_state')
  })
})

describe('a rule', () => {
  const dates = (from: string, to: string, hours: object | null = null) => ({
    ...{ kind: 'dates', from, to, hours },
  })
  it.each<[string, object[], string[]]>([
    ['of no kind', [{ name: 'x' }], ['/rules/0/kind']],
    ['of an unknown kind', [{ kind: 'other' }], ['/rules/0/kind']],
    ['with members of the other kind', [cap({ action: 'queue' })], ['/rules/0/action']],
    ['without a name', [cap({ name: '' })], ['/rules/0/name']],
    ['with a blank name', [cap({ name: '  ' })], ['/rules/0/name']],
    ['of a name that comes twice', [cap({ name: 'A' }), quiet({ name: 'a' })], ['/rules/1/name']],
    ['of no messages', [cap({ count: 0 })], ['/rules/0/count']],
    ['of half a message', [cap({ count: 1.5 })], ['/rules/0/count']],
    ['every 24 hours', [cap({ period: 'hour', every: 24 })], ['/rules/0/every']],
    ['every 31 days', [cap({ period: 'day', every: 31 })], ['/rules/0/every']],
    ['every 5 weeks', [cap({ period: 'week', every: 5 })], ['/rules/0/every']],
    ['every 4 months', [cap({ period: 'month', every: 4 })], ['/rules/0/every']],
    ['for no channel', [cap({ channels: [] })], ['/rules/0/channels']],
    ['for an unknown channel', [cap({ channels: ['fax'] })], ['/rules/0/channels/0']],
    ['in no zone', [quiet({ timeZone: {} })], ['/rules/0/timeZone/kind']],
    [
      'in an unknown zone',
      [quiet({ timeZone: { kind: 'fixed', zone: 'Mars/Olympus' } })],
      ['/rules/0/timeZone/zone'],
    ],
    ['without a period', [quiet({ periods: [] })], ['/rules/0/periods']],
    ['of six periods', [quiet({ periods: Array(6).fill(weekly) })], ['/rules/0/periods']],
    ['on no day', [quiet({ periods: [{ ...weekly, days: [] }] })], ['/rules/0/periods/0/days']],
    [
      'at a time that no clock shows',
      [quiet({ periods: [{ ...weekly, hours: { from: '24:00', to: '9:00' } }] })],
      ['/rules/0/periods/0/hours/from', '/rules/0/periods/0/hours/to'],
    ],
    [
      'of no length',
      [quiet({ periods: [{ ...weekly, hours: { from: '09:00', to: '09:00' } }] })],
      ['/rules/0/periods/0/hours/to'],
    ],
    [
      'on a day that is none',
      [quiet({ periods: [dates('2026-02-29', '2026-04-31')] })],
      ['/rules/0/periods/0/from', '/rules/0/periods/0/to'],
    ],
    [
      'that ends before it begins',
      [quiet({ periods: [weekly, dates('2026-12-26', '2026-12-24')] })],
      ['/rules/0/periods/1/to'],
    ],
  ])('%s is refused with its pointer', async (_title, rules, pointers) => {
    const answer = await api.api('POST /rule-sets', { name: `set ${++n}`, rules })
    const [status, code, found] = refusal(answer) as [number, string, string[]]
    expect([status, code]).toEqual([400, 'payload_invalid'])
    expect(found).toEqual(expect.arrayContaining(pointers))
  })

  it('is refused with what cannot be stored, and in numbers beyond the limit', async () => {
    const post = (body: object) => api.api('POST /rule-sets', body)
    expect(refusal(await post({ name: 'a\0', rules: [cap({ name: 'b\0' })] }))).toEqual([
      ...[400, 'payload_unstorable'],
      ['/name', '/rules/0/name'],
    ])
    const many = { name: 'many', rules: Array.from({ length: 21 }, () => cap()) }
    expect(refusal(await post(many))).toEqual([400, 'payload_invalid', ['/rules']])
    for (const rules of ['x', 7, { kind: 'capping' }, [null], [[]], ['capping']])
      expect((await post({ name: 'odd', rules })).body.code).toBe('payload_invalid')
  })
})

describe('a campaign', () => {
  it('that names a rule set which is not active, or gone, is not activated', async () => {
    const [one, other] = [await make(), await make()]
    await act(one.id, 'activate')
    await act(other.id, 'activate')
    const content = { subject: 's', html: '<p>h</p>', text: null }
    const ruleSetIds = [one.id, other.id]
    const audienceId = await createAudience(api, [])
    const campaign = { name: 'Ruled', category: 'marketing', audienceId, content, ruleSetIds }
    const { id } = (await api.api('POST /campaigns', campaign)).body
    const pointers = async () =>
      (await api.api(`POST /campaigns/${id}/validate`)).body.findings
        .map((finding: { pointer: string }) => finding.pointer)
        .filter((pointer: string) => pointer.startsWith('/ruleSetIds'))
    expect(await pointers()).toEqual([])
    await act(one.id, 'deactivate')
    await act(other.id, 'deactivate')
    await api.api(`DELETE /rule-sets/${other.id}`)
    expect(await pointers()).toEqual(['/ruleSetIds/0', '/ruleSetIds/1'])
    expect(refusal(await api.api(`POST /campaigns/${id}/activate`))).toEqual([
      ...[400, 'campaign_invalid'],
      ['/ruleSetIds/0', '/ruleSetIds/1'],
    ])
  })
})
