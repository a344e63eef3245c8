import PostalMime from 'postal-mime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'
import { eventually } from '../../../test/carillon.ts'
import { startTestEngine } from '../../../test/engine.ts'
import { untilErased } from '../../../test/privacy.ts'
import type { RenderedEmail } from '../../channels/email/email.ts'
import { createMemoryChannel } from '../../channels/memory.ts'
import type { Engine } from '../../delivery/engine.ts'
import { uuidv7 } from '../../lib/ids.ts'

const HUMAN = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36'
const HTML = `<a href="https://shop.test/{{context.id}}" data-label="Order">1</a><a href="https://shop.test/a">2</a>
  <a href="https://shop.test/a">3</a><a href="https://shop.test/a" data-label="=Footer">4</a>
  <a href="https://shop.test/never" data-tracking-type="NEVER">5</a>
  <a href="https://shop.test/out" data-tracking-type="OPT_OUT" data-label="Out">6</a>
  {{{context.raw}}}<a href="mailto:help@shop.test">8</a><a href="#top">9</a><a href="{{context.nowhere}}">10</a>`

let api: TestApi
let engine: Engine
let campaignId: string
const channel = createMemoryChannel<RenderedEmail>()
const people = ['ada', 'ben', 'cas'].map(name => `${name}@example.test`)
/** Addresses of the links of each mail, by the person. */
const links = new Map<string, string[]>()
const executions = new Map<string, string>()

// Nobody clicks three links at once.
const visit = (path = '', agent = HUMAN) => {
  api.clock.move(3_000)
  return api.call(`GET ${path}`, { headers: { 'user-agent': agent } })
}
const tracking = async () => (await api.api(`GET /campaigns/${campaignId}/tracking`)).body
const settled = async (clicks: number, machine: number) =>
  eventually('the clicks', async () => {
    const sums = await tracking()
    return sums.clicks.total === clicks && sums.clicks.machine === machine && sums
  })

const send = async (userId: string): Promise<void> => {
  const before = channel.sent.length
  const context = { id: userId, raw: `<a href="https://other.test/${userId}?x=1">raw</a>` }
  const recipients = [{ type: 'aep', userId, namespace: 'email', context }]
  const { body } = await api.trigger({ requestId: userId, campaignId, recipients })
  await eventually('the mail', () => {
    engine.wake()
    return channel.sent.length > before
  })
  const { html = '' } = await PostalMime.parse(channel.sent.at(-1)?.raw ?? '')
  links.set(
    userId,
    [...html.matchAll(/href="([^"]+)"/g)].map(([, url = '']) => url.replace('http://carillon.test', '')),
  )
  executions.set(userId, body.executionId)
}

beforeAll(async () => {
  api = await createTestApi()
  engine = await startTestEngine(api, () => channel)
  const content = { subject: 'x', html: HTML, text: null }
  campaignId = (await api.api('POST /campaigns', { name: 'Shop', content })).body.id
  await api.api(`POST /campaigns/${campaignId}/activate`)
  for (const one of people) await send(one)
})
afterAll(async () => {
  await engine.drain()
  await api.close()
})

describe('what was done with the messages of a campaign', () => {
  it('is nothing at first, with every link in its place', async () => {
    const sums = await eventually('all to be sent', async () => {
      const now = await tracking()
      return now.sent === 3 && now
    })
    expect(sums).toMatchObject({
      opens: { unique: 0, total: 0, machine: 0 },
      clicks: { unique: 0, total: 0, machine: 0 },
    })
    // One for each address and label; what is never followed has none, and of what data made the host alone is kept.
    const known = sums.links.map((one: { url: string; label: string }) => [one.url, one.label]).sort()
    expect(known).toEqual([
      ['https://other.test/…', ''],
      ['https://shop.test/a', ''],
      ['https://shop.test/a', '=Footer'],
      ['https://shop.test/out', 'Out'],
      ['https://shop.test/{{context.id}}', 'Order'],
    ])
    expect(links.get(people[0] ?? '')?.[4]).toBe('https://shop.test/never')
  })

  it('counts people, times and machines, for each link too', async () => {
    const [ada = [], ben = [], cas = []] = people.map(one => links.get(one))
    for (const path of [ada[0], ada[0], ben[0], ben[1], cas[6]]) await visit(path)
    await visit(cas[1], 'Barracuda Sentinel')
    const sums = await settled(5, 1)
    expect(sums.clicks).toEqual({ unique: 3, total: 5, machine: 1 })
    const of = (label: string, url: string) =>
      sums.links.find((one: { label: string; url: string }) => one.label === label && one.url === url)
    expect(of('Order', 'https://shop.test/{{context.id}}')).toMatchObject({ unique: 2, total: 3, machine: 0 })
    expect(of('', 'https://shop.test/a')).toMatchObject({ unique: 1, total: 1, machine: 1 })
    expect(of('', 'https://other.test/…')).toMatchObject({ unique: 1, total: 1 })
  })

  it('counts a click on an opt-out as an unsubscribe', async () => {
    const answer = await visit(links.get(people[1] ?? '')?.[5])
    expect(answer.headers['location']).toBe('https://shop.test/out')
    const sums = await eventually('the unsubscribe', async () => {
      const now = await tracking()
      return now.unsubscribes.total === 1 && now
    })
    expect(sums.clicks.total).toBe(5)
  })

  it('opens into its people, page by page', async () => {
    const list = async (query: string) =>
      (await api.api(`GET /interactions?campaignId=${campaignId}&kind=click${query}`)).body
    const { items, next } = await list('&machine=false')
    expect(next).toBeNull()
    expect(items.map((one: { userId: string; n: number }) => [one.userId, one.n]).sort()).toEqual([
      ['ada@example.test', 2],
      ['ben@example.test', 1],
      ['ben@example.test', 1],
      ['cas@example.test', 1],
    ])
    const paged: object[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await list(`&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      paged.push(...page.items)
      cursor = page.next
    }
    expect(paged).toEqual((await list('')).items)
    const { linkId } = (await tracking()).links.find((one: { label: string }) => one.label === 'Order')
    expect((await list(`&linkId=${linkId}`)).items).toHaveLength(2)
  })

  it('is there for one execution, too', async () => {
    const id = executions.get(people[0] ?? '')
    const { body } = await api.api(`GET /executions/${id}/tracking`)
    expect([body.sent, body.clicks]).toEqual([1, { unique: 1, total: 2, machine: 0 }])
    expect((await api.api(`GET /interactions?executionId=${id}`)).body.items).toHaveLength(1)
  })

  it('is a file of its links, which no spreadsheet takes for formulas', async () => {
    const { body, headers } = await api.api(`GET /campaigns/${campaignId}/tracking/links`)
    expect(headers['content-disposition']).toContain('.csv')
    const lines = String(body).split('\r\n')
    expect(lines[0]).toBe('label,url,unique clicks,clicks,clicks by machines,link id')
    expect(lines[1]).toMatch(/^Order,https:\/\/shop\.test\/\{\{context\.id\}\},2,3,0,[0-9a-f]{16}$/)
    expect(body).toContain("'=Footer")
  })

  it.each([
    ['nothing to list of', '/interactions', 400],
    ['a foreign cursor', `/interactions?executionId=UMA-0&cursor=eA`, 400],
    ['an unknown kind', '/interactions?campaignId=x&kind=look', 400],
    ['an unknown campaign', `/campaigns/${uuidv7(0)}/tracking`, 404],
    ['an unknown execution', '/executions/UMA-x/tracking', 404],
  ])('refuses %s', async (_name, path, status) => {
    expect((await api.api(`GET ${path}`)).status).toBe(status)
  })
})

describe('people who clicked', () => {
  const rule = (more: object) => ({
    kind: 'interaction',
    ...{ campaignId, action: 'click', label: null, did: true, days: 7 },
    ...more,
  })
  const namesOf = async (of: object): Promise<string[]> => {
    const made = await api.api('POST /audiences', {
      kind: 'rule',
      name: JSON.stringify(of).slice(0, 100),
      rule: of,
    })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const { items } = (await api.api(`GET /audiences/${made.body.id}/members`)).body
    return items
      .map((one: { identities: { value: string }[] }) => one.identities[0]?.value.slice(0, 3))
      .sort()
  }

  it('are an audience: of any link, of one by its label, and those who did not', async () => {
    expect(await namesOf(rule({}))).toEqual(['ada', 'ben', 'cas'])
    expect(await namesOf(rule({ label: 'Order' }))).toEqual(['ada', 'ben'])
    const others = await namesOf({
      kind: 'and',
      rules: [rule({ label: 'Order', did: false }), { kind: 'message', campaignId, got: true, days: 7 }],
    })
    expect(others).toEqual(['cas'])
  })
})

describe('an erased person', () => {
  it('is gone from the lists, and the sums stay', async () => {
    const before = await tracking()
    const { rows } = await api.test.db.query<{ profile_id: string }>(
      `select profile_id from identity where value = $1`,
      [people[1]],
    )
    const erased = await api.api(`POST /profiles/${rows[0]?.profile_id}/erase`, { confirm: 'erase' })
    const { erased: tables } = await untilErased(api, erased.body.id)
    expect(tables).toContainEqual({ table: 'interaction', deed: 'anonymised', rows: 3 })
    const after = await tracking()
    expect(after).toEqual(before)
    const { items } = (await api.api(`GET /interactions?campaignId=${campaignId}`)).body
    expect(JSON.stringify(items)).not.toContain('ben@')
    const left = await api.test.db.query('select from interaction where profile_id = $1', [
      rows[0]?.profile_id,
    ])
    expect(left.rowCount).toBe(0)
  })
})
