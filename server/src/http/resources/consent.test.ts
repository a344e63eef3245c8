import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'
import { importTask } from '../../imports/import-task.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { peopleImport } from '../../profiles/people-import.ts'

let api: TestApi
let path: string

beforeEach(async () => {
  api = await createTestApi()
  const identities = [{ namespace: 'email', value: 'zoe@example.test' }]
  const { body } = await api.api('POST /profiles', { identities, attributes: { loyalty: { tier: 'gold' } } })
  path = `/profiles/${body.id}/consent`
})
afterEach(() => api.close())

const put = (body: unknown) => api.api(`PUT ${path}`, body)
const makeTopic = async (key: string): Promise<string> =>
  (await api.api('POST /topics', { key, name: { en: key, nl: '' } })).body.id

describe('consent of a profile', () => {
  it('is changed at each level, and read back with its evidence, newest first, page by page', async () => {
    const topicId = await makeTopic('news')
    const shown = { shown: 'Yes, mail me offers', shownVersion: '2026-03', language: 'en' }
    const first = await put({ level: 'channel', channel: 'email', value: 'y', ...shown })
    expect(first.status).toBe(200)
    expect(first.body.confirmationUrl).toBe(null)
    expect(first.body.event).toMatchObject({ ...shown, source: 'api', by: 'test', before: null, after: 'y' })
    const identity = { namespace: 'EMAIL', value: ' zoe@example.test ' }
    await put({ level: 'identity', channel: 'email', identity, value: 'n' })
    await put({ level: 'topic', topicId, value: 'y' })
    const { body } = await api.api(`GET ${path}?limit=2`)
    expect(body.channels).toContainEqual({ channel: 'email', value: 'y' })
    expect(body.identities).toEqual([
      { namespace: 'email', value: 'zoe@example.test', channel: 'email', choice: 'n' },
    ])
    expect(body.topics).toEqual([
      { topicId, key: 'news', name: { en: 'news', nl: '' }, archived: false, value: 'y' },
    ])
    expect(body.events.items.map((one: { level: string }) => one.level)).toEqual(['topic', 'identity'])
    const rest = await api.api(`GET ${path}?limit=2&cursor=${body.events.next}`)
    expect(rest.body.events.items.map((one: { level: string }) => one.level)).toEqual(['channel'])
    expect(rest.body.events.next).toBe(null)
    const profile = await api.api(`GET ${path.replace('/consent', '')}`)
    expect(profile.body.attributes.loyalty).toEqual({ tier: 'gold' })
    expect(profile.body.attributes.consents.marketing.email.val).toBe('y')
  })

  it('is found among all evidence by person, topic and source, in its own sandbox alone', async () => {
    const topicId = await makeTopic('news')
    await put({ level: 'topic', topicId, value: 'y' })
    await put({ level: 'channel', channel: 'any', value: 'n' })
    const count = async (query: string, headers = {}): Promise<number> =>
      (await api.api(`GET /consent-events${query}`, undefined, headers)).body.items.length
    expect(await count('')).toBe(2)
    expect(await count(`?topicId=${topicId}`)).toBe(1)
    expect(await count('?source=one_click')).toBe(0)
    expect(await count('', { 'x-sandbox-name': 'prod' })).toBe(0)
    expect((await api.api('GET /consent-events?profileId=x')).status).toBe(400)
    const other = await api.api(`GET ${path}`, undefined, { 'x-sandbox-name': 'prod' })
    expect(other.status).toBe(404)
  })

  it.each([
    [{ level: 'channel', value: 'y' }, '/channel'],
    [
      { level: 'channel', channel: 'email', topicId: '0192a1b2-0000-7000-8000-000000000000', value: 'y' },
      '/topicId',
    ],
    [{ level: 'identity', channel: 'email', value: 'y' }, '/identity'],
    [
      { level: 'identity', channel: 'email', identity: { namespace: ' ', value: 'x' }, value: 'y' },
      '/identity/namespace',
    ],
    [{ level: 'topic', value: 'y' }, '/topicId'],
    [{ level: 'topic', topicId: '0192a1b2-0000-7000-8000-000000000000', value: 'p' }, '/value'],
    [{ level: 'topic', topicId: '0192a1b2-0000-7000-8000-000000000000', value: 'y' }, '/topicId'],
    [{ level: 'channel', channel: 'fax', value: 'y' }, '/channel'],
    [{ level: 'channel', channel: 'email', value: 'maybe' }, '/value'],
    [{ level: 'channel', channel: 'email', value: 'n', why: 'x' }, '/why'],
    [{ level: 'channel', channel: 'email', value: 'n', shown: 'x'.repeat(5_001) }, '/shown'],
    [{ level: 'channel', channel: 'email', value: 'n', shown: 'a\0b' }, '/shown'],
  ])('refuses %j at its place and leaves everything as it is', async (body, pointer) => {
    const answer = await put(body)
    expect(answer.status).toBe(400)
    expect(answer.body.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer)
    expect((await api.api(`GET ${path}`)).body.events.items).toEqual([])
  })

  it('has a page of its own, for who is there', async () => {
    const link = path.replace('/consent', '/preference-link')
    const { body } = await api.api(`POST ${link}`)
    const page = await api.call(`GET ${new URL(body.url).pathname}`)
    expect(page.body).toContain('zoe@example.test')
    expect(
      (await api.api('POST /profiles/0192a1b2-0000-7000-8000-000000000000/preference-link')).status,
    ).toBe(404)
  })
})

describe('topics', () => {
  it('are made, changed, archived and listed', async () => {
    const name = { en: 'News', nl: 'Nieuws' }
    const { body, status } = await api.api('POST /topics', { key: 'news', name })
    expect(status).toBe(201)
    expect(body).toMatchObject({ key: 'news', name, doubleOptIn: false, archivedAt: null })
    const changed = await api.api(`PATCH /topics/${body.id}`, { doubleOptIn: true })
    expect(changed.body).toMatchObject({ name, doubleOptIn: true })
    expect((await api.api(`POST /topics/${body.id}/archive`)).body.archivedAt).not.toBe(null)
    expect((await api.api('GET /topics?archived=false')).body.items).toEqual([])
    expect((await api.api('GET /topics?archived=true')).body.items).toHaveLength(1)
    expect((await api.api(`POST /topics/${body.id}/unarchive`)).body.archivedAt).toBe(null)
  })

  it('have a key of their own in a sandbox, and keep it', async () => {
    await makeTopic('news')
    const again = await api.api('POST /topics', { key: 'news', name: { en: 'Other', nl: '' } })
    expect(again.body).toMatchObject({ code: 'name_taken', errors: [{ pointer: '/key' }] })
    const other = { 'x-sandbox-name': 'prod' }
    expect((await api.api('POST /topics', { key: 'news', name: { en: 'N', nl: '' } }, other)).status).toBe(
      201,
    )
    const { items } = (await api.api('GET /topics')).body
    expect((await api.api(`PATCH /topics/${items[0].id}`, { key: 'x' })).status).toBe(400)
    expect((await api.api(`GET /topics/${items[0].id}`, undefined, other)).status).toBe(404)
  })

  it.each([
    [{ key: 'No Blanks', name: { en: 'x', nl: '' } }],
    [{ key: 'x', name: { en: '', nl: '' } }],
    [{ key: 'x', name: 'x' }],
    [{ key: 'x', name: { en: 'a\0', nl: '' } }],
  ])('refuse %j', async body => {
    expect((await api.api('POST /topics', body)).status).toBe(400)
  })
})

describe('choices written into attributes', () => {
  const email = (val: string | null) => ({ consents: { marketing: { email: { val } } } })
  const identities = [{ namespace: 'email', value: 'zoe@example.test' }]
  const evidence = async (at = path): Promise<unknown[]> =>
    (await api.api(`GET ${at}`)).body.events.items.map((one: Record<string, unknown>) => [
      ...[one['source'], one['by'], one['level'], one['channel'], one['identity']],
      ...[one['before'], one['after']],
    ])
  const profile = () => path.replace('/consent', '')

  it('one by one leave evidence of each real change, and of nothing else', async () => {
    await api.api('POST /profiles', { identities, attributes: email('y') })
    await api.api('POST /profiles', {
      identities,
      attributes: { ...email('y'), loyalty: { tier: 'silver' } },
    })
    await api.api(`PATCH ${profile()}`, { attributes: { consents: { marketing: { any: { val: 'dn' } } } } })
    const own = { idSpecific: { Email: { 'zoe@example.test': { marketing: { sms: { val: 'n' } } } } } }
    await api.api(`PATCH ${profile()}`, { attributes: { consents: own } })
    await api.api(`PATCH ${profile()}`, { attributes: email(null) })
    await put({ level: 'channel', channel: 'email', value: 'n' })
    expect(await evidence()).toEqual([
      ['api', 'test', 'channel', 'email', null, null, 'n'],
      ['profile', 'test', 'channel', 'email', null, 'y', null],
      ['profile', 'test', 'identity', 'sms', { namespace: 'email', value: 'zoe@example.test' }, null, 'n'],
      ['profile', 'test', 'channel', 'any', null, null, 'dn'],
      ['profile', 'test', 'channel', 'email', null, null, 'y'],
    ])
    const made = await api.api('POST /profiles', {
      identities: [{ namespace: 'email', value: 'new@example.test' }],
      attributes: email('n'),
    })
    expect(await evidence(`/profiles/${made.body.id}/consent`)).toEqual([
      ['profile', 'test', 'channel', 'email', null, null, 'n'],
    ])
  })

  it('in batches and by imports leave evidence of what each write changed', async () => {
    const write = (val: string) => ({ identities, attributes: email(val) })
    await api.api('POST /profiles/batch', { profiles: [write('y'), write('n'), write('y')] })
    await api.api('POST /profiles/batch', { profiles: [write('n')], onConflict: 'keep' })
    const file = await api.app.inject({
      method: 'POST',
      url: '/api/v1/imports?name=people',
      headers: {
        ...{ authorization: `Bearer ${api.client.token}`, 'x-sandbox-name': 'dev' },
        'content-type': 'application/x-ndjson',
      },
      payload: [write('n'), { identities, attributes: email('nein') }]
        .map(one => JSON.stringify(one))
        .join('\n'),
    })
    const { id } = file.json()
    await api.api(`POST /imports/${id}/start`, { columns: [], onConflict: 'overwrite' })
    const newId = () => uuidv7(Date.now())
    const task = importTask({ pool: api.test.db, clock: api.clock }, peopleImport(newId))
    while (await task.advance());
    expect((await api.api(`GET /imports/${id}`)).body).toMatchObject({ updated: 1, refused: 1 })
    expect(await evidence()).toEqual([
      ['import', 'test', 'channel', 'email', null, 'y', 'n'],
      ['profile', 'test', 'channel', 'email', null, 'n', 'y'],
      ['profile', 'test', 'channel', 'email', null, 'y', 'n'],
      ['profile', 'test', 'channel', 'email', null, null, 'y'],
    ])
  })

  it('that are no choices are refused by name, everywhere', async () => {
    const at = '/attributes/consents/marketing/email/val'
    const pointer = async (route: string, body: object) => (await api.api(route, body)).body.errors[0].pointer
    expect(await pointer('POST /profiles', { identities, attributes: email('yes') })).toBe(at)
    expect(await pointer(`PATCH ${profile()}`, { attributes: email('yes') })).toBe(at)
    const { body } = await api.api('POST /profiles/batch', {
      profiles: [{ identities, attributes: email('yes') }],
    })
    expect(body.items[0]).toMatchObject({ status: 'refused', errors: [{ pointer: at }] })
    expect(await evidence()).toEqual([])
  })
})
