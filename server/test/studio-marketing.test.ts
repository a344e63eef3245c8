/** A marketer's way through the studio, in a real browser against the real program: choose, send, schedule, take back. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from './carillon.ts'
import { chromiumPath, type StudioSession, startStudioSession } from './studio-session.ts'

describe.runIf(chromiumPath !== undefined)('the studio of marketing campaigns', () => {
  let studio: StudioSession
  let page: Page
  const open = (path: string) => studio.open(path)
  const dialog = () => page.getByRole('dialog')
  const openOffer = async () => {
    await open('/campaigns')
    await page.getByRole('link', { name: 'Spring offer' }).click()
    await page.getByRole('heading', { name: 'Send it' }).waitFor()
  }
  // A local date-and-time field takes the browser's own zone.
  const fieldIn = (days: number): string => {
    const at = new Date(Date.now() + days * 86_400_000)
    return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}T09:30`
  }

  beforeAll(async () => {
    studio = await startStudioSession()
    page = studio.page
    await studio.logIn()
  })
  afterAll(() => studio?.close())

  it('sends a campaign to its audience after asking, and shows what became of everybody', async () => {
    await openOffer()
    await page.getByRole('button', { name: 'Send now…' }).click()
    await dialog().getByText('Send to May get offers by email now?').waitFor()
    await dialog().getByRole('button', { name: 'Send now' }).click()
    await page.getByText('It has begun.').waitFor()
    await page.getByRole('link', { name: 'Open the execution' }).click()
    await page.getByText('All members are taken up').waitFor()
    await page.locator('[data-progress=done]', { hasText: '4 of 4 messages settled' }).waitFor()
    await page.getByText('May get offers by email').waitFor()
  })

  it('schedules a campaign, moves the schedule, and takes it back', async () => {
    await openOffer()
    await page.getByRole('button', { name: 'Schedule…' }).click()
    const confirm = dialog().getByRole('button', { name: 'Schedule' })
    expect(await confirm.isDisabled()).toBe(true)
    await dialog().getByLabel('Moment').fill(fieldIn(-2))
    await confirm.click()
    await dialog().getByText('lies in the past').first().waitFor()
    await dialog().getByLabel('Moment').fill(fieldIn(2))
    await confirm.click()
    await page.getByText('It is scheduled.').waitFor()
    await page.getByRole('link', { name: 'Schedules' }).click()
    const row = page.getByRole('row', { name: /Spring offer/ })
    await row.getByText('Scheduled').waitFor()
    await row.getByRole('button', { name: 'Move…' }).click()
    await dialog().getByLabel('Moment').fill(fieldIn(3))
    await dialog().getByRole('button', { name: 'Move' }).click()
    await eventually('the dialog to close', async () => !(await dialog().isVisible()))
    await row.getByRole('button', { name: 'Take back…' }).click()
    await dialog().getByRole('button', { name: 'Take back' }).click()
    await row.getByText('Taken back').waitFor()
    expect(await row.getByRole('button').count()).toBe(0)
  })

  it('makes a campaign a marketing one, with an audience and without what only calls have', async () => {
    await open('/campaigns')
    await page.getByRole('button', { name: 'New campaign' }).click()
    await page.getByText('Marketing', { exact: true }).click()
    await page.getByLabel('Audience').first().click()
    await page.getByRole('option', { name: 'May get offers by email' }).click()
    await page.getByText('It can be sent when it is live.').waitFor()
    expect(await page.getByRole('button', { name: 'Send now…' }).isDisabled()).toBe(true)
    await eventually('the call for an audience', async () =>
      (await page.locator('[data-curl]').textContent())?.includes('/executions/audience'),
    )
  })

  it('without a complaint of the page', () => {
    expect(studio.complaints).toEqual([])
  })
})
