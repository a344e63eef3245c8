/** One person in the studio: messages and audiences, identities, a merge, and previews as a test profile. */
import type { Profile } from '@carillon/contract'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, callApi, createCaller, eventually, trigger } from './carillon.ts'
import { chromiumPath, type StudioSession, startStudioSession } from './studio-session.ts'

describe.runIf(chromiumPath !== undefined)('one person in the studio', () => {
  let studio: StudioSession
  let page: Page
  let caller: Caller
  const dialog = () => page.getByRole('dialog')
  const part = (name: string) => page.getByRole('region', { name, exact: true })
  const api = <T>(route: string, body?: unknown) =>
    callApi<T>({ url: studio.carillon.url, caller }, route, body)
  const idOf = async (value: string): Promise<string> =>
    (await api<{ items: Profile[] }>(`GET /profiles?value=${encodeURIComponent(value)}`)).items[0]?.id ?? ''
  const person = async (value: string): Promise<Profile> => api<Profile>(`GET /profiles/${await idOf(value)}`)

  beforeAll(async () => {
    studio = await startStudioSession()
    page = studio.page
    caller = await createCaller(studio.carillon.db)
    await studio.logIn()
  })
  afterAll(() => studio?.close())

  it('shows every message with its reason, each of which opens', async () => {
    const campaigns = await api<{ items: { id: string; name: string; status: string }[] }>('GET /campaigns')
    const campaignId = campaigns.items.find(one => one.name === 'Order confirmation')?.id
    const made = await api<Profile>('POST /profiles', {
      identities: [{ namespace: 'crm', value: 'C-77' }],
      attributes: { person: { name: { firstName: 'Mila', lastName: 'Vos' } } },
    })
    const recipients = [{ type: 'aep', userId: 'C-77', namespace: 'crm' }]
    const call = { requestId: 'person-1', campaignId, recipients }
    const answer = await trigger({ url: studio.carillon.url, caller }, call)
    expect(answer.status).toBe(202)
    await studio.open(`/people/${made.id}`)
    await part('Messages').getByText('Excluded').waitFor()
    await part('Messages').getByRole('link', { name: 'Order confirmation' }).click()
    await page.getByRole('heading', { name: 'What happened' }).waitFor()
    await page.goBack()
  })

  it('shows the audiences that the person is in, with what an upload says', async () => {
    const audience = await api<{ id: string }>('POST /audiences', { kind: 'upload', name: 'Front row' })
    const members = [{ namespace: 'crm', value: 'C-77', extra: { seat: 'A1' } }]
    await api(`POST /audiences/${audience.id}/members`, { members })
    await page.reload()
    await part('Audiences').getByText('seat: A1').waitFor()
    await part('Audiences').getByRole('link', { name: 'Front row' }).click()
    await page.waitForURL(url => url.pathname === `/people/audiences/${audience.id}`)
    await page.goBack()
  })

  it('gives and takes identities', async () => {
    const identities = part('Identities')
    await identities.getByLabel('Namespace').fill('phone')
    await identities.getByRole('textbox', { name: 'Identity' }).fill('+31612345678')
    await identities.getByRole('button', { name: 'Add' }).click()
    await identities.getByRole('button', { name: 'Take away +31612345678?' }).click()
    await dialog().getByRole('button', { name: 'Take away' }).click()
    await eventually('one identity', async () => (await person('C-77')).identities.length === 1)
  })

  it('leads from an identity of somebody else to a merge, looked at before it is done', async () => {
    const identities = part('Identities')
    await identities.getByLabel('Namespace').fill('email')
    await identities.getByRole('textbox', { name: 'Identity' }).fill('joris@example.com')
    await identities.getByRole('button', { name: 'Add' }).click()
    await identities.getByText('Another person has this identity').waitFor()
    await identities.getByRole('button', { name: 'Merge…' }).click()
    await dialog()
      .getByRole('row', { name: /firstName/ })
      .waitFor()
    expect((await person('joris@example.com')).id).not.toBe(await idOf('C-77'))
    await dialog().getByRole('button', { name: 'Merge them' }).click()
    await eventually('one person', async () => (await person('joris@example.com')).identities.length > 1)
    expect((await person('joris@example.com')).id).toBe(await idOf('C-77'))
    await identities.getByText('joris@example.com').waitFor()
  })

  it('keeps language, time zone and push devices, and says what is wrong with them', async () => {
    const locale = part('Language and time zone')
    await locale.getByRole('textbox', { name: 'Language' }).fill('nl_NL')
    await locale.getByRole('combobox', { name: 'Time zone' }).fill('Amsterdam')
    await page.getByRole('option', { name: 'Europe/Amsterdam' }).click()
    await locale.getByRole('button', { name: 'Save language and time zone' }).click()
    await locale.locator('code', { hasText: '/attributes/preferredLanguage' }).waitFor()
    await locale.getByRole('textbox', { name: 'Language' }).fill('nl-NL')
    await locale.getByRole('button', { name: 'Save language and time zone' }).click()
    const attributes = async () => (await person('C-77')).attributes
    await eventually('the language', async () => (await attributes())['preferredLanguage'] === 'nl-NL')
    expect((await attributes())['timeZone']).toBe('Europe/Amsterdam')
    const devices = part('Push devices')
    await devices.getByRole('textbox', { name: 'App' }).fill('shop')
    await devices.getByRole('textbox', { name: 'Token' }).fill('t-1')
    // A device that registers meanwhile is not in the list that the page has read.
    const [identity] = (await person('C-77')).identities
    const meanwhile = { appID: 'shop', platform: 'fcm', token: 'meanwhile' }
    await api('POST /push/devices', { identity, device: meanwhile })
    await devices.getByRole('button', { name: 'Add device' }).click()
    await devices.getByRole('switch', { name: 'Send nothing to shop t-1', disabled: false }).press('Space')
    const listed = async () => JSON.stringify((await attributes())['pushNotificationDetails'] ?? [])
    await eventually('it to be denied', async () => (await listed()).includes('"denylisted":true'))
    // Of Joris, who became this person, two are there as well.
    await devices.getByRole('button', { name: 'Remove shop t-1' }).click()
    await dialog().getByRole('button', { name: 'Remove', exact: true }).click()
    await eventually('it to be gone', async () => !(await listed()).includes('"t-1"'))
    expect(await listed()).toContain('"meanwhile"')
  })

  it('marks a test profile, which the list shows alone', async () => {
    await page.getByRole('switch', { name: 'Test profile' }).click()
    await eventually('the mark', async () => (await person('C-77')).attributes['testProfile'] === true)
    await studio.open('/people')
    const filter = page.getByRole('button', { name: 'Test profiles' })
    await filter.click()
    await page.waitForURL(url => url.searchParams.get('test') === 'true')
    await eventually('the test profiles', async () => {
      const { items } = await api<{ items: Profile[] }>('GET /profiles?test=true')
      return (await page.locator('tbody tr').count()) === items.length
    })
    await page.getByRole('link', { name: /joris@example\.com/ }).waitFor()
  })

  it('previews a campaign as a test profile, and remembers whom', async () => {
    await studio.open('/campaigns')
    await page.getByRole('link', { name: 'Order confirmation' }).first().click()
    await page.getByRole('tab', { name: 'Content' }).click()
    await page.getByRole('combobox', { name: 'Preview as a test profile' }).fill('joris')
    await page.getByRole('option', { name: /joris@example\.com/ }).click()
    await page.getByText('Goes to joris@example.com').waitFor()
    await page.reload()
    await page.getByText('Goes to joris@example.com').waitFor()
  })

  it('says what becomes of people whose identities come together', async () => {
    await studio.open('/settings?part=merge')
    await page.getByRole('radio', { name: 'Merge the people' }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('The rule is saved.').waitFor()
    expect(await api('GET /merge-rule')).toEqual({ onConflict: 'merge', attributes: 'newest' })
  })

  it('raised no error in the browser', () => {
    expect(studio.complaints).toEqual([])
  })
})
