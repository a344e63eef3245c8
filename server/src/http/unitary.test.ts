import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../test/app.ts'

let api: TestApi
let campaignId = ''
let n = 0

const createCampaign = async (properties: object, activate = true): Promise<string> => {
  const made = await api.api('POST /campaigns', {
    name: 'Test',
    content: {
      subject: 'No. {{context.n}}',
      html: '<p>{{profile.person.name.firstName}} {{context.n}}</p>',
      text: null,
    },
    ...properties,
  })
  if (activate) expect((await api.api(`POST /campaigns/${made.body.id}/activate`)).status).toBe(200)
  return made.body.id
}
const person = (more: object = {}) => ({
  type: 'aep',
  userId: `person-${++n}@example.test`,
  namespace: 'email',
  ...more,
})
const call = (more: object = {}, recipient: object = {}) => ({
  requestId: `r-${++n}`,
  campaignId,
  recipients: [person(recipient)],
  ...more,
})
const without = (body: object, name: string): object =>
  Object.fromEntries(Object.entries(body).filter(([key]) => key !== name))
const pointers = (answer: Answer): string[] =>
  answer.body.errors.map((error: { pointer: string }) => error.pointer)
const count = async (table: string): Promise<number> =>
  (await api.test.db.query(`select 1 from ${table}`)).rowCount ?? 0

beforeAll(async () => {
  api = await createTestApi()
  campaignId = await createCampaign({})
})
afterAll(() => api.close())

describe('a unitary call', () => {
  const accepted: [string, object][] = [
    ['with nothing but the person', {}],
    ['with context', { context: { n: 1, items: [{ name: 'Bell' }], nested: { deep: true } } }],
    [
      'with a profile that holds booleans and objects',
      { profile: { vip: true, person: { name: { firstName: 'Ada' } } } },
    ],
    ['with another address', { channelData: { emailAddress: 'other@example.test' } }],
    [
      'with pushInfo, which the schema does not know',
      { channelData: { pushInfo: { appID: 'a', platform: 'fcm', token: 't' } } },
    ],
    ['with a merge policy', { mergePolicyName: 'default', mergePolicySchema: '_xdm.context.profile' }],
    ['for an external person', { type: 'external' }],
    ['with a namespace in other case', { namespace: 'Email' }],
    ['with members that AJO may add', { somethingNew: { a: 1 } }],
    ['with a member called __proto__', JSON.parse('{"context":{"__proto__":{"polluted":true}}}')],
    ['with 199 kB of context', { context: { text: 'x'.repeat(199_000) } }],
  ]
  it.each(accepted)('%s is accepted', async (_title, recipient) => {
    const body = call({}, recipient)
    const answer = await api.trigger(body)
    expect(answer.status).toBe(202)
    expect(answer.body).toMatchObject({
      executionId: expect.stringMatching(/^UMA-[\da-f-]{36}$/),
      requestId: body.requestId,
      createdBy: 'test',
      modifiedBy: 'test',
      createdAt: expect.any(String),
      modifiedAt: expect.any(String),
    })
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('takes 20 people', async () => {
    const answer = await api.trigger(call({ recipients: Array.from({ length: 20 }, () => person()) }))
    expect(answer.status).toBe(202)
  })

  it('makes one message of 500 simultaneous calls with one requestId', async () => {
    const before = await count('message')
    const body = call()
    const answers = await Promise.all(Array.from({ length: 500 }, () => api.trigger(body)))
    expect(new Set(answers.map(answer => `${answer.status} ${answer.body.executionId}`)).size).toBe(1)
    expect(await count('message')).toBe(before + 1)
  })

  it('that holds U+0000 fails alone among 64 simultaneous ones', async () => {
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, i) =>
        api.trigger(call({}, { context: { note: i === 7 ? 'a\0b' : 'fine' } })),
      ),
    )
    expect(answers.filter(answer => answer.status === 202)).toHaveLength(63)
    expect([answers[7]?.status, answers[7]?.body.code, pointers(answers[7]!)]).toEqual([
      400,
      'payload_unstorable',
      ['/recipients/0/context/note'],
    ])
  })

  it('repeated with its members in another order answers the first id, also after a stop', async () => {
    const id = await createCampaign({})
    const body = call({ campaignId: id }, { context: { a: 1, b: { c: 2, d: 3 } } })
    const first = await api.trigger(body)
    const turned = {
      recipients: [{ ...body.recipients[0], context: { b: { d: 3, c: 2 }, a: 1 } }],
      campaignId: id,
      requestId: body.requestId,
    }
    expect((await api.trigger(turned)).body.executionId).toBe(first.body.executionId)
    await api.api(`POST /campaigns/${id}/stop`)
    expect((await api.trigger(turned)).body.executionId).toBe(first.body.executionId)
    expect((await api.trigger(call({ campaignId: id }))).body.code).toBe('campaign_not_live')
  })

  it('with another body under a used requestId is a conflict', async () => {
    const body = call()
    await api.trigger(body)
    const answer = await api.trigger({ ...body, recipients: [person()] })
    expect([answer.status, answer.body.code, pointers(answer)]).toEqual([
      409,
      'request_id_conflict',
      ['/requestId'],
    ])
  })
})

describe('a wrong call is refused, pointing at', () => {
  it.each(['requestId', 'campaignId', 'recipients'])('the missing member %s', async name => {
    const answer = await api.trigger(without(call(), name))
    expect([answer.status, answer.body.code, pointers(answer)]).toEqual([
      400,
      'payload_invalid',
      [`/${name}`],
    ])
  })

  const wrong: [string, () => object, string][] = [
    ['no recipient', () => call({ recipients: [] }), '/recipients'],
    ['21 recipients', () => call({ recipients: Array.from({ length: 21 }, () => person()) }), '/recipients'],
    [
      'the same person twice',
      () => call({ recipients: [person({ userId: 'a@b.test' }), person({ userId: 'a@b.test' })] }),
      '/recipients/1/userId',
    ],
    ['an unknown type', () => call({}, { type: 'internal' }), '/recipients/0/type'],
    ['an empty requestId', () => call({ requestId: '' }), '/requestId'],
    ['an empty userId', () => call({}, { userId: '' }), '/recipients/0/userId'],
    [
      'a context over 200 kB',
      () => call({}, { context: { text: 'x'.repeat(201_000) } }),
      '/recipients/0/context',
    ],
    ['a context that is a list', () => call({}, { context: [1] }), '/recipients/0/context'],
    ['a profile that is a text', () => call({}, { profile: 'x' }), '/recipients/0/profile'],
  ]
  it.each(wrong)('%s', async (_title, body, pointer) => {
    const answer = await api.trigger(body())
    expect([answer.status, answer.body.code, pointers(answer)]).toEqual([400, 'payload_invalid', [pointer]])
  })

  const notTexts: [string, unknown][] = [
    ['a number', 1],
    ['null', null],
    ['a list', []],
    ['an object', {}],
    ['a boolean', true],
  ]
  it.each(notTexts)('%s where a text must be', async (_title, value) => {
    const bodies: [object, string][] = [
      [call({ requestId: value }), '/requestId'],
      [call({ campaignId: value }), '/campaignId'],
      [call({}, { userId: value }), '/recipients/0/userId'],
      [call({}, { namespace: value }), '/recipients/0/namespace'],
      [call({}, { channelData: { emailAddress: value } }), '/recipients/0/channelData/emailAddress'],
      [
        call({}, { channelData: { mobilePhoneNumber: value } }),
        '/recipients/0/channelData/mobilePhoneNumber',
      ],
    ]
    for (const [body, pointer] of bodies) expect(pointers(await api.trigger(body))).toEqual([pointer])
    if (JSON.stringify(value) !== '{}')
      expect(pointers(await api.trigger(call({}, { channelData: value })))).toEqual([
        '/recipients/0/channelData',
      ])
  })

  it("several members at once, in AJO's shape", async () => {
    const answer = await api.trigger({ requestId: 'abc', recipients: [{ type: 'aep', namespace: 'email' }] })
    expect(pointers(answer).sort()).toEqual(['/campaignId', '/recipients/0/userId'])
    expect(answer.body).toMatchObject({
      type: 'https://ns.adobe.com/aep/errors/CJMRT-000071-400',
      title: expect.any(String),
      status: 400,
    })
    expect(answer.body.report.additionalContext).toMatchObject({
      requestId: 'abc',
      '/campaignId': 'is missing',
    })
  })

  it("nothing else than the body's form", async () => {
    expect((await api.trigger(null, { text: '{"a":' })).body.code).toBe('payload_not_json')
    expect((await api.trigger([])).body.code).toBe('payload_invalid')
    expect((await api.trigger(call(), { headers: { 'content-type': 'text/plain' } })).status).toBe(415)
    expect((await api.trigger(call({}, { context: { text: 'x'.repeat(6_000_000) } }))).status).toBe(413)
  })
})

describe('a campaign that cannot be triggered', () => {
  const refusal = async (id: string): Promise<unknown[]> => {
    const answer = await api.trigger(call({ campaignId: id }))
    return [answer.status, answer.body.code, pointers(answer)]
  }
  it('is refused while it is a draft, before its start, after its end, once stopped, and when there is none', async () => {
    const at = (ms: number): string => new Date(api.clock.now().getTime() + ms).toISOString()
    const [draft, later, stopped] = [
      await createCampaign({}, false),
      await createCampaign({ startAt: at(60_000) }),
      await createCampaign({}),
    ]
    const ending = await createCampaign({ endAt: at(30_000) })
    await api.api(`POST /campaigns/${stopped}/stop`)
    expect(await refusal(draft)).toEqual([400, 'campaign_not_live', ['/campaignId']])
    expect(await refusal(later)).toEqual([400, 'campaign_not_started', ['/campaignId']])
    expect(await refusal(stopped)).toEqual([400, 'campaign_not_live', ['/campaignId']])
    expect(await refusal('0198c0de-0000-7000-8000-000000000001')).toEqual([
      400,
      'campaign_unknown',
      ['/campaignId'],
    ])
    expect(await refusal('no uuid')).toEqual([400, 'campaign_unknown', ['/campaignId']])
    expect((await api.trigger(call({ campaignId: ending }))).status).toBe(202)
    api.clock.move(61_000)
    expect(await refusal(ending)).toEqual([400, 'campaign_ended', ['/campaignId']])
    expect((await api.trigger(call({ campaignId: later }))).status).toBe(202)
  })

  it('is unknown in another sandbox', async () => {
    const answer = await api.trigger(call(), { headers: { 'x-sandbox-name': 'prod' } })
    expect(answer.body.code).toBe('campaign_unknown')
  })

  it('refuses an unknown person when it creates no profiles, and takes a known one', async () => {
    const id = await createCampaign({ createNewProfiles: false })
    const refused = await api.trigger(call({ campaignId: id }))
    expect([refused.status, refused.body.code, pointers(refused)]).toEqual([
      400,
      'profile_unknown',
      ['/recipients/0/userId'],
    ])
    await api.api('POST /profiles', {
      identities: [{ namespace: 'Email', value: 'known@example.test' }],
      attributes: {},
    })
    expect((await api.trigger(call({ campaignId: id }, { userId: 'known@example.test' }))).status).toBe(202)
  })

  it('stores no key with a refused call', async () => {
    const id = await createCampaign({}, false)
    const body = call({ campaignId: id })
    expect((await api.trigger(body)).status).toBe(400)
    await api.api(`POST /campaigns/${id}/activate`)
    expect((await api.trigger({ ...body, recipients: [person()] })).status).toBe(202)
  })
})

describe('a dry run', () => {
  it('answers what would be sent and stores nothing', async () => {
    const before = [await count('message'), await count('profile'), await count('trigger_key')]
    const recipients = [
      person({ profile: { person: { name: { firstName: 'Ada & Co' } } }, context: { n: 7 } }),
      person({ type: 'external', userId: 'customer-1', namespace: 'crm' }),
      person({ channelData: { emailAddress: 'not an address' } }),
    ]
    const answer = await api.trigger(call({ recipients }), { query: '?dryRun=true' })
    expect(answer.status).toBe(200)
    expect(answer.body.recipients).toMatchObject([
      {
        outcome: 'send',
        reason: null,
        email: { subject: 'No. 7', html: '<p>Ada &amp; Co 7</p>', text: 'Ada & Co 7' },
      },
      { outcome: 'excluded', reason: 'email_no_address', email: null },
      { outcome: 'excluded', reason: 'email_malformed_address', email: null },
    ])
    expect([await count('message'), await count('profile'), await count('trigger_key')]).toEqual(before)
  })

  it('takes true or false only, and refuses what the call would refuse', async () => {
    expect(pointers(await api.trigger(call(), { query: '?dryRun=maybe' }))).toEqual(['/dryRun'])
    expect((await api.trigger(call(), { query: '?dryRun=false' })).status).toBe(202)
    expect((await api.trigger(call({ campaignId: 'x' }), { query: '?dryRun=true' })).body.code).toBe(
      'campaign_unknown',
    )
  })
})

describe('the status of an execution', () => {
  it('names every recipient with its state', async () => {
    const body = call({ recipients: [person(), person({ type: 'external' })] })
    const { executionId } = (await api.trigger(body)).body
    const answer = await api.call(`GET /ajo/im/executions/unitary/${executionId}`, {
      headers: api.ajoHeaders(),
    })
    expect(answer.body).toMatchObject({
      executionId,
      requestId: body.requestId,
      campaignId,
      status: 'InProgress',
    })
    expect(
      answer.body.recipients.map((one: { userId: string; state: string }) => [one.userId, one.state]),
    ).toEqual(body.recipients.map(one => [one.userId, 'ready']))
    const foreign = await api.call(`GET /ajo/im/executions/unitary/${executionId}`, {
      headers: { ...api.ajoHeaders(), 'x-sandbox-name': 'prod' },
    })
    expect(foreign.status).toBe(404)
    const native = await api.api(`GET /executions/${executionId}`)
    expect(native.body.messages).toHaveLength(2)
  })

  it.each(['UMA-1', 'abc', 'UMA-0198c0de-0000-7000-8000-000000000001', '%00'])('is 404 for %s', async id => {
    expect(
      (await api.call(`GET /ajo/im/executions/unitary/${id}`, { headers: api.ajoHeaders() })).status,
    ).toBe(404)
  })
})
