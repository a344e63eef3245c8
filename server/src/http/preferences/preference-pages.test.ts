import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApi, TEST_LINKS, type TestApi } from '../../../test/app.ts'
import { uuidv7 } from '../../lib/ids.ts'

let api: TestApi
let profileId: string
let sandboxId: string
const address = 'zoe@example.test'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const ONE_CLICK = 'List-Unsubscribe=One-Click'

const pathOf = (url: string): string => new URL(url).pathname
const linkOf = (level: 'channel' | 'identity' = 'channel') => ({
  ...{ sandboxId, profileId, address, level },
  ...{ messageId: uuidv7(Date.now()), campaignId: uuidv7(Date.now()) },
})
const unsubscribePath = (level?: 'identity'): string =>
  pathOf(TEST_LINKS.unsubscribe(linkOf(level), api.clock.now()))
const preferencesPath = (): string => pathOf(TEST_LINKS.preferences(linkOf(), api.clock.now()))
const get = (path: string, headers: Record<string, string> = {}) => api.call(`GET ${path}`, { headers })
const post = (path: string, text: string, headers: Record<string, string> = FORM) =>
  api.call(`POST ${path}`, { text, headers })
const consent = async () => (await api.api(`GET /profiles/${profileId}/consent`)).body
const channel = async (name: string): Promise<string | null> =>
  (await consent()).channels.find((one: { channel: string }) => one.channel === name).value
const makeTopic = async (key: string, more: object = {}): Promise<string> =>
  (await api.api('POST /topics', { key, name: { en: `About ${key}`, nl: '' }, ...more })).body.id
const topicValues = async (): Promise<Record<string, string | null>> =>
  Object.fromEntries(
    (await consent()).topics.map((one: { key: string; value: string | null }) => [one.key, one.value]),
  )

beforeEach(async () => {
  api = await createTestApi()
  const identities = [{ namespace: 'email', value: address }]
  profileId = (await api.api('POST /profiles', { identities, attributes: {} })).body.id
  const { rows } = await api.test.db.query<{ id: string }>(`select id from sandbox where name = 'dev'`)
  sandboxId = rows[0]?.id ?? ''
})
afterEach(() => api.close())

describe('one-click unsubscribe', () => {
  it('answers 200 without a redirect, changes the choice, and does it once however often it is called', async () => {
    const path = unsubscribePath()
    for (let n = 0; n < 2; n += 1) {
      const answer = await post(path, ONE_CLICK, { ...FORM, 'user-agent': 'MailProvider/1' })
      expect(answer.status).toBe(200)
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
    expect(await channel('email')).toBe('n')
    const { items } = (await consent()).events
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({
      ...{ source: 'one_click', level: 'channel', before: null, after: 'n', shown: null, by: '' },
      ...{ userAgent: 'MailProvider/1', ip: '127.0.0.1' },
    })
    expect(items[0].messageId).toBeTruthy()
    expect(items[0].campaignId).toBeTruthy()
  })

  it('takes the form that RFC 8058 also allows, multipart', async () => {
    const body =
      '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    const answer = await post(unsubscribePath(), body, { 'content-type': 'multipart/form-data; boundary=x' })
    expect(answer.status).toBe(200)
    expect(await channel('email')).toBe('n')
  })

  it('at the level of the address leaves the channel alone', async () => {
    await post(unsubscribePath('identity'), ONE_CLICK)
    expect(await channel('email')).toBe(null)
    expect((await consent()).identities).toEqual([
      { namespace: 'email', value: address, channel: 'email', choice: 'n' },
    ])
  })

  it.each([
    ['no body', ''],
    ['another body', 'a=b'],
    ['JSON', '{"List-Unsubscribe":"One-Click"}'],
  ])('with %s changes nothing', async (_name, body) => {
    expect((await post(unsubscribePath(), body)).status).toBe(400)
    expect((await consent()).events.items).toEqual([])
  })

  it('of a link that was tampered with, is foreign, or belongs to somebody who is gone is a friendly page', async () => {
    const path = unsubscribePath()
    const flipped = path.slice(0, 20) + (path[20] === 'A' ? 'B' : 'A') + path.slice(21)
    for (const bad of [flipped, '/u/example', preferencesPath().replace('/p/', '/u/')]) {
      const answer = await post(bad, ONE_CLICK)
      expect(answer.status).toBe(404)
      expect(answer.body).toContain('This link cannot be used')
    }
    await api.api(`DELETE /profiles/${profileId}`)
    expect((await post(path, ONE_CLICK)).status).toBe(404)
  })

  it('after 25 months is over', async () => {
    const path = unsubscribePath()
    api.clock.move(770 * 86_400_000)
    expect((await post(path, ONE_CLICK)).status).toBe(404)
  })

  it('that the database cannot take now is answered so that the mail program tries again', async () => {
    await api.test.db.query('alter table consent_event rename to consent_event_away')
    const answer = await post(unsubscribePath(), ONE_CLICK)
    await api.test.db.query('alter table consent_event_away rename to consent_event')
    expect(answer.status).toBe(500)
    expect(answer.body).toContain('try again in a minute')
    expect(await channel('email')).toBe(null)
  })
})

describe('every page', () => {
  it('changes nothing when it is opened, by whatever scanner', async () => {
    const topicId = await makeTopic('news', { doubleOptIn: true })
    const asked = await api.api(`PUT /profiles/${profileId}/consent`, { level: 'topic', topicId, value: 'y' })
    const before = await consent()
    for (const path of [unsubscribePath(), preferencesPath(), pathOf(asked.body.confirmationUrl)]) {
      for (const method of ['GET', 'HEAD'])
        expect((await api.call(`${method} ${path}?deed=everything&confirm=yes&${ONE_CLICK}`)).status).toBe(
          200,
        )
    }
    expect(await consent()).toEqual(before)
  })

  it('runs no script, keeps no cookie, is framed, cached and indexed by nobody', async () => {
    for (const path of [unsubscribePath(), preferencesPath(), '/p/example']) {
      const { headers, body } = await get(path)
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/)
      expect(headers['cache-control']).toBe('no-store')
      expect(headers['x-robots-tag']).toBe('noindex')
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(headers['set-cookie']).toBeUndefined()
      expect(body).not.toMatch(/<script|onclick|https?:\/\/(?!carillon\.test)/)
    }
  })

  it('speaks the language of the person, else of the browser', async () => {
    const path = unsubscribePath()
    expect((await get(path)).body).toContain('lang="en"')
    const dutch = { 'accept-language': 'de;q=0.9, en;q=0.5, nl-BE;q=0.8' }
    expect((await get(path, dutch)).body).toContain('<h1>Afmelden</h1>')
    await api.api(`PATCH /profiles/${profileId}`, { attributes: { preferredLanguage: 'en-GB' } })
    expect((await get(path, dutch)).body).toContain('<h1>Unsubscribe</h1>')
  })

  it('shows what others wrote as text', async () => {
    await makeTopic('evil', { name: { en: '<img src=x onerror=alert(1)>"', nl: '' } })
    const { body } = await get(preferencesPath())
    expect(body).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;')
    expect(body).not.toContain('<img')
  })
})

describe('the page of the unsubscribe link', () => {
  it('asks with a button, which does it and keeps what was shown', async () => {
    const path = unsubscribePath()
    expect((await get(path)).body).toContain('Yes, unsubscribe me')
    const answer = await post(path, 'unsubscribe=yes')
    expect(answer.body).toContain('You are unsubscribed')
    expect((await get(path)).body).toContain('You are unsubscribed')
    const [event] = (await consent()).events.items
    expect(event).toMatchObject({ source: 'link', after: 'n', language: 'en' })
    expect(event.shown).toContain('Do you want to get no more marketing email from us?')
    expect(event.shownVersion).toMatch(/^[0-9a-f]{12}$/)
  })
})

describe('the preference page', () => {
  it('saves the choice and the ticks, and shows them again', async () => {
    const news = await makeTopic('news')
    const events = await makeTopic('events')
    const path = preferencesPath()
    const saved = await post(path, `deed=save&marketing=yes&topic=${news}`)
    expect(saved.body).toContain('Your choice is saved.')
    expect(saved.body).toContain(`value="${news}" checked`)
    expect(await topicValues()).toEqual({ news: 'y', events: null })
    await post(path, `deed=save&marketing=no&topic=${events}`)
    expect(await topicValues()).toEqual({ news: 'n', events: 'y' })
    expect(await channel('email')).toBe('n')
    expect((await consent()).events.items[0]).toMatchObject({ source: 'preference_page', language: 'en' })
  })

  it('left as it came is no consent', async () => {
    await post(preferencesPath(), 'deed=save&marketing=yes')
    expect(await channel('email')).toBe(null)
    expect((await consent()).events.items).toEqual([])
  })

  it('lets go of everything, and a later yes takes every refusal back', async () => {
    const news = await makeTopic('news')
    const path = preferencesPath()
    await post(path, `deed=save&marketing=yes&topic=${news}`)
    await post(unsubscribePath('identity'), ONE_CLICK)
    await post(path, 'deed=everything')
    expect(await channel('any')).toBe('n')
    expect(await topicValues()).toEqual({ news: 'n' })
    expect((await get(path)).body).toContain('value="no" checked')
    await post(path, 'deed=save&marketing=yes')
    expect((await get(path)).body).toContain('value="yes" checked')
    expect(await channel('any')).toBe('y')
    expect((await consent()).identities[0].choice).toBe('y')
  })

  it('takes no topic that is archived, foreign, or nonsense', async () => {
    const old = await makeTopic('old')
    await api.api(`POST /topics/${old}/archive`)
    const answer = await post(preferencesPath(), `deed=save&topic=${old}&topic=x&topic=%00&marketing=maybe`)
    expect(answer.status).toBe(200)
    expect((await consent()).events.items).toEqual([])
  })

  it('without a button pressed changes nothing', async () => {
    expect((await post(preferencesPath(), 'marketing=no')).status).toBe(400)
    expect((await consent()).events.items).toEqual([])
  })
})

describe('a confirmation link', () => {
  const ask = async (topicId: string): Promise<string> =>
    pathOf(
      (await api.api(`PUT /profiles/${profileId}/consent`, { level: 'topic', topicId, value: 'y' })).body
        .confirmationUrl,
    )

  it('subscribes by its button, once', async () => {
    const path = await ask(await makeTopic('news', { doubleOptIn: true }))
    expect(await topicValues()).toEqual({ news: 'p' })
    expect((await get(path)).body).toContain('About news')
    expect((await post(path, 'confirm=yes')).body).toContain('You are subscribed')
    expect((await post(path, 'confirm=yes')).status).toBe(200)
    expect(await topicValues()).toEqual({ news: 'y' })
    expect((await consent()).events.items.map((one: { after: string }) => one.after)).toEqual(['y', 'p'])
  })

  it('is over when the person chose otherwise since, and after 7 days', async () => {
    const topicId = await makeTopic('news', { doubleOptIn: true })
    const first = await ask(topicId)
    await api.api(`PUT /profiles/${profileId}/consent`, { level: 'topic', topicId, value: 'n' })
    expect((await get(first)).status).toBe(410)
    expect((await post(first, 'confirm=yes')).status).toBe(410)
    const second = await ask(topicId)
    api.clock.move(8 * 86_400_000)
    expect((await post(second, 'confirm=yes')).status).toBe(404)
    expect(await topicValues()).toEqual({ news: 'p' })
  })
})
