/** Push in a real browser: a campaign on the phone of its preview, a test that ends in the Inbox, a transport with its keys. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Caller, callApi, createCaller, eventually } from './carillon.ts'
import { chromiumPath, type StudioSession, startStudioSession } from './studio-session.ts'

describe.skipIf(chromiumPath === undefined)('push, in the studio', () => {
  let studio: StudioSession
  let caller: Caller
  const api = <T>(route: string, body?: unknown) =>
    callApi<T>({ url: studio.carillon.url, caller }, route, body)
  beforeAll(async () => {
    studio = await startStudioSession()
    caller = await createCaller(studio.carillon.db)
    await studio.logIn()
  })
  afterAll(() => studio.close())

  test('a campaign shows its notification on a phone, with its size at each platform', async () => {
    const { page } = studio
    await page.getByRole('link', { name: 'Parcel alert' }).first().click()
    await page.getByRole('tab', { name: 'Content' }).click()
    const preview = page.locator('[data-preview="push"]')
    await preview.locator('[data-push="title"]', { hasText: 'Your parcel is here' }).waitFor()
    await preview.locator('[data-push="body"]', { hasText: 'Ada, order A-1001' }).waitFor()
    await preview
      .getByText(/of 4,096 bytes/)
      .first()
      .waitFor()
    await preview.getByText('iPhone').click()
    await preview.locator('.device[data-look="ios"]').waitFor()
    expect(studio.complaints).toEqual([])
  })

  test('a test to a device ends in the Inbox, as its phone shows it', async () => {
    const { page } = studio
    await page.getByRole('textbox', { name: 'App', exact: true }).fill('test.example.bells')
    await page.getByRole('textbox', { name: 'Token', exact: true }).fill('studio-device')
    await page.getByRole('button', { name: 'Send test' }).click()
    await page.getByRole('link', { name: 'Inbox' }).last().click()
    await page.getByText('Your parcel is here').first().click()
    await page.locator('.inbox-right [data-push="title"]', { hasText: 'Your parcel is here' }).waitFor()
    await page.locator('.inbox-right .push-buttons').getByText('Where is it?').waitFor()
    expect(studio.complaints).toEqual([])
  })

  test('what is followed of a notification is switched off, which is saved', async () => {
    const { page, open } = studio
    const { items } = await api<{ items: { id: string; name: string }[] }>('GET /campaigns')
    const id = items.find(one => one.name === 'Parcel alert')?.id ?? ''
    await open(`/campaigns/${id}?tab=tracking`)
    await page.getByRole('switch', { name: 'Opened notifications' }).press('Space')
    await page.getByRole('switch', { name: 'Clicks on the notification and its buttons' }).waitFor()
    await eventually('the switch to be saved', async () => {
      const { draft } = await api<{ draft: { tracking: { opens: boolean } } | null }>(`GET /campaigns/${id}`)
      return draft?.tracking.opens === false
    })
    expect(studio.complaints).toEqual([])
  })

  test('an emptied field of the time to live is no zero', async () => {
    const { page, open } = studio
    const { items } = await api<{ items: { id: string; name: string }[] }>('GET /campaigns')
    const id = items.find(one => one.name === 'Parcel alert')?.id ?? ''
    const content = async () =>
      (await api<{ draft: { content: Record<string, unknown> } }>(`GET /campaigns/${id}`)).draft.content
    const { ttlSeconds } = await content()
    await open(`/campaigns/${id}?tab=content`)
    await page.getByLabel('Kept for a device that is off (seconds)').fill('')
    await page.getByLabel('Sound', { exact: true }).fill('ding')
    await eventually('the sound to be saved', async () => (await content())['sound'] === 'ding')
    expect((await content())['ttlSeconds']).toBe(ttlSeconds)
  })

  test('a transport for browsers gets its keys here, which an unticked box does not lose', async () => {
    const { page, open } = studio
    await open('/settings?part=channels')
    await page.getByRole('button', { name: 'New transport' }).click()
    const dialogue = page.getByRole('dialog')
    await dialogue.getByLabel('Name').first().fill('Own site')
    await dialogue.getByLabel('Kind').first().click()
    await page.getByRole('option', { name: 'Push (FCM, APNs, web)' }).click()
    await dialogue.getByLabel('Browsers', { exact: true }).check()
    await dialogue.getByLabel('Web: an address at which to find you').fill('mailto:push@example.test')
    await dialogue.getByRole('button', { name: 'Save' }).click()
    await page
      .getByRole('row', { name: /Own site/ })
      .getByText('Browsers', { exact: true })
      .waitFor()
    await page
      .getByRole('row', { name: /Own site/ })
      .getByRole('button', { name: 'Change' })
      .click()
    const key = await dialogue.getByLabel('Public key').inputValue()
    expect(key).toMatch(/^[\w-]{87}$/)
    const box = dialogue.getByLabel('Browsers', { exact: true })
    await box.uncheck()
    await box.check()
    expect(await dialogue.getByLabel('Public key').inputValue()).toBe(key)
    expect(studio.complaints).toEqual([])
  })

  test('a question that ended with an error is asked anew without it', async () => {
    const { page } = studio
    await page.keyboard.press('Escape')
    const { items } = await api<{ items: { id: string; name: string }[] }>('GET /transports')
    const transportId = items.find(one => one.name === 'Own site')?.id
    const apps = [{ platform: 'web', appID: 'shop' }]
    await api('POST /channel-configurations', { channel: 'push', name: 'Of browsers', transportId, apps })
    const dialogue = page.getByRole('dialog')
    await dialogue.waitFor({ state: 'hidden' })
    const ask = page.getByRole('row', { name: /Own site/ }).getByRole('button')
    await ask.last().click()
    await dialogue.getByRole('button', { name: 'Cancel' }).waitFor()
    await dialogue.getByRole('button').last().click()
    await dialogue.getByText(/uses this transport/).waitFor()
    await dialogue.getByRole('button', { name: 'Cancel' }).click()
    await dialogue.waitFor({ state: 'hidden' })
    await ask.last().click()
    await dialogue.getByRole('button', { name: 'Cancel' }).waitFor()
    expect(await dialogue.getByText(/uses this transport/).count()).toBe(0)
    expect(studio.complaints).toEqual([])
  })
})
