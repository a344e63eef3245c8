/** Opens and clicks in the studio: from a mail in the Inbox to its link's row, the people behind a total, and an audience. */
import type { Campaign, InboxMail, InboxSummary } from '@carillon/contract'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, callApi, createCaller, eventually, trigger } from './carillon.ts'
import { chromiumPath, type StudioSession, saved, startStudioSession } from './studio-session.ts'

const PERSON = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36'
const SCANNER = 'Barracuda Sentinel'
const ORDER = 'https://shop.example.test/orders/{{context.order}}'
const HTML = `<html><body><a href="${ORDER}" data-label="Order">Your order</a></body></html>`

describe.runIf(chromiumPath !== undefined)('the studio of tracking', () => {
  let studio: StudioSession
  let page: Page
  let caller: Caller
  let campaignId = ''
  /** Where the mail's link leads and its pixel lies. */
  let [link, pixel] = ['', '']

  const api = <T>(route: string, body?: unknown) =>
    callApi<T>({ url: studio.carillon.url, caller }, route, body)
  const openTab = () => studio.open(`/campaigns/${campaignId}?tab=tracking`)
  const rowOf = (name: RegExp) => page.getByRole('row', { name })
  const numbersOf = (name: RegExp) => rowOf(name).locator('td.num').allTextContents()
  const visit = (url: string, agent: string) =>
    fetch(url, { headers: { 'user-agent': agent }, redirect: 'manual' })
  const mailOf = async (subject: string): Promise<string> => {
    const found = await eventually('the mail', async () => {
      const { items } = await api<{ items: InboxSummary[] }>('GET /inbox')
      return items.find(one => one.subject === subject)
    })
    return (await api<InboxMail>(`GET /inbox/${found.id}`)).html ?? ''
  }

  beforeAll(async () => {
    studio = await startStudioSession()
    page = studio.page
    caller = await createCaller(studio.carillon.db)
    const content = { subject: 'Order A-1', html: HTML, text: null }
    campaignId = (await api<Campaign>('POST /campaigns', { name: 'Followed order', content })).id
    await studio.logIn()
  })
  afterAll(() => studio?.close())

  it('switches what is followed off and on, which is saved', async () => {
    const stored = async () => (await api<Campaign>(`GET /campaigns/${campaignId}`)).draft?.tracking
    await openTab()
    for (const [name, member] of [
      ['Email opens', 'opens'],
      ['Clicks on links', 'clicks'],
    ] as const)
      for (const on of [false, true]) {
        await page.getByRole('switch', { name }).setChecked(on, { force: true })
        await eventually(`${member} to be ${on}`, async () => (await stored())?.[member] === on)
      }
    expect(await stored()).toEqual({ opens: true, clicks: true })
  })

  it('has a link that nobody followed yet once a mail is in the Inbox', async () => {
    await api(`POST /campaigns/${campaignId}/activate`)
    const context = { order: 'A-1' }
    const recipients = [{ type: 'aep', userId: 'ada@example.test', namespace: 'email', context }]
    const { status } = await trigger(
      { url: studio.carillon.url, caller },
      { requestId: 'order-1', campaignId, recipients },
    )
    expect(status).toBe(202)
    const html = await mailOf('Order A-1')
    link = /href="([^"]+)"/.exec(html)?.[1] ?? ''
    pixel = /<img[^>]+src="([^"]+\/t\/[^"]+)"/.exec(html)?.[1] ?? ''
    await openTab()
    await rowOf(/shop\.example\.test/).waitFor()
    expect(await numbersOf(/shop\.example\.test/)).toEqual(['0', '0', '0'])
    expect(await numbersOf(/^Clicked/)).toEqual(['0', '0', '0', '0%'])
  })

  it('counts a person who opens and clicks, and a scanner apart', async () => {
    await visit(pixel, PERSON)
    expect((await visit(link, PERSON)).headers.get('location')).toBe('https://shop.example.test/orders/A-1')
    await visit(link, SCANNER)
    // The tab reads its sums again by itself.
    await eventually(
      'the click and the scanner',
      async () => (await numbersOf(/^Clicked/)).join() === '1,1,1,100%',
    )
    expect(await numbersOf(/^Opened/)).toEqual(['1', '1', '0', '100%'])
    expect(await numbersOf(/shop\.example\.test/)).toEqual(['1', '1', '1'])
    await rowOf(/shop\.example\.test/)
      .getByText(ORDER)
      .waitFor()
  })

  it('saves the links as CSV', async () => {
    const { text } = await saved(page, () => page.getByRole('button', { name: 'Save as CSV' }).click())
    expect(text).toContain(ORDER)
    expect(text).toContain('Order')
  })

  it('opens a total into the people behind it, and leads on to the message', async () => {
    await rowOf(/shop\.example\.test/)
      .getByRole('link')
      .first()
      .click()
    await rowOf(/ada@example\.test/).waitFor()
    expect(await page.locator('tbody tr').count()).toBe(1)
    await page.reload()
    await rowOf(/ada@example\.test/)
      .getByText('Clicked')
      .waitFor()
    await page.getByRole('button', { name: 'Clear' }).click()
    await eventually('all that was done', async () => (await page.locator('tbody tr').count()) === 3)
    await page.getByRole('link', { name: 'ada@example.test' }).first().click()
    await page.getByText('by a machine').waitFor()
  })

  it('makes an audience of who clicked a link, told in words', async () => {
    await studio.open('/people/audiences')
    await page.getByRole('button', { name: 'New audience' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Clickers')
    await page.getByRole('dialog').getByRole('button', { name: 'Make the audience' }).click()
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Opens and clicks' }).click()
    await page.getByRole('combobox', { name: 'What was done' }).click()
    await page.getByRole('option', { name: 'click a link of' }).click()
    await page.getByRole('combobox', { name: 'Campaign' }).click()
    await page.getByRole('option', { name: 'Followed order' }).click()
    await page.getByLabel('Label of the link').fill('Order')
    await page.getByLabel('Label of the link').blur()
    await page.getByText('clicked “Order” in Followed order within the last').waitFor()
    expect(studio.complaints).toEqual([])
  })
})
