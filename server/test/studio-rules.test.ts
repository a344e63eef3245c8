/** Making rules in the studio: a set with a cap and quiet hours, put in force, taken out again, deleted. */
import type { RuleSet } from '@carillon/contract'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, callApi, createCaller } from './carillon.ts'
import { chromiumPath, type StudioSession, startStudioSession } from './studio-session.ts'

describe.runIf(chromiumPath !== undefined)('the studio of the rule sets', () => {
  let studio: StudioSession
  let caller: Caller
  let page: Page
  let setId = ''

  const api = <T>(route: string, body?: unknown) =>
    callApi<T>({ url: studio.carillon.url, caller }, route, body)
  const open = (path: string) => studio.open(path)
  const dialog = () => page.getByRole('dialog')
  const press = (name: string) => page.getByRole('button', { name }).click()
  const inDialog = (name: string) => dialog().getByRole('button', { name }).click()
  const stored = () => api<RuleSet>(`GET /rule-sets/${setId}`)

  beforeAll(async () => {
    studio = await startStudioSession()
    page = studio.page
    caller = await createCaller(studio.carillon.db)
    await studio.logIn()
  })
  afterAll(() => studio?.close())

  it('makes a set beside the global one, with a cap', async () => {
    await open('/settings?part=rules')
    await page.getByRole('row', { name: /Global Default Rule Set/ }).waitFor()
    await press('New rule set')
    await dialog().getByLabel('Name').fill('Calm weeks')
    await inDialog('Create')
    await page.getByRole('heading', { name: 'Calm weeks' }).waitFor()
    setId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    expect(await page.getByRole('button', { name: 'Activate…' }).isDisabled()).toBe(true)
    await press('Add a rule')
    await dialog().getByRole('textbox', { name: 'Name' }).fill('Two a month')
    await dialog().getByLabel('At most').fill('2')
    await dialog().getByRole('combobox', { name: 'Period' }).click()
    await page.getByRole('option', { name: 'months' }).click()
    await inDialog('Save')
    await page.getByText('At most 2 messages to a person in each month (UTC)').waitFor()
    expect((await stored()).rules).toMatchObject([{ kind: 'capping', count: 2, period: 'month', every: 1 }])
  })

  it('adds quiet hours by day and by date, told in words and drawn as a week', async () => {
    await press('Add a rule')
    await dialog().getByText('Quiet hours', { exact: true }).click()
    await dialog().getByRole('textbox', { name: 'Name' }).fill('Nights')
    await dialog().getByRole('combobox', { name: 'Time zone' }).fill('each person')
    await page.getByRole('option', { name: 'the time zone of each person' }).click()
    await dialog().getByText('is discarded').click()
    await dialog().getByText('Saturday', { exact: true }).first().click()
    await dialog().getByLabel('From').fill('22:30')
    await dialog().getByRole('button', { name: 'Dates' }).click()
    await dialog().getByLabel('First day').fill('2026-12-25')
    await dialog().getByLabel('Last day').fill('2026-12-26')
    await inDialog('Save')
    const week = page.getByRole('img', { name: /^The quiet week: .*22:30 – 08:00; 2026-12-25 – 2026-12-26/ })
    await week.waitFor()
    expect((await stored()).rules[1]).toMatchObject({
      ...{ kind: 'quiet_hours', action: 'discard', timeZone: { kind: 'recipient' } },
      periods: [
        { kind: 'weekly', hours: { from: '22:30', to: '08:00' } },
        { kind: 'dates', from: '2026-12-25', to: '2026-12-26', hours: null },
      ],
    })
    expect(JSON.stringify((await stored()).rules[1])).not.toContain('saturday')
  })

  it('shows what the server refuses, and keeps what was typed', async () => {
    await page.getByRole('button', { name: 'Change…' }).first().click()
    await dialog().getByRole('textbox', { name: 'Name' }).fill('nights')
    await inDialog('Save')
    await dialog().getByText('is also the name of rule 0').first().waitFor()
    await page.keyboard.press('Escape')
  })

  it('puts the set in force, after saying what that means', async () => {
    await press('Activate…')
    await dialog().getByText('Within seconds its rules hold').waitFor()
    await inDialog('Activate')
    await page.getByRole('button', { name: 'Deactivate…' }).waitFor()
    expect((await stored()).status).toBe('active')
  })

  it('takes it out of force and deletes it, and the global set offers neither', async () => {
    await open(`/settings/rule-sets/${setId}`)
    await press('Deactivate…')
    await inDialog('Deactivate')
    await press('Delete…')
    await inDialog('Delete for good')
    await page.getByRole('link', { name: 'Global Default Rule Set' }).click()
    await page.getByText('It is always active').waitFor()
    for (const name of ['Activate…', 'Deactivate…', 'Delete…'])
      expect(await page.getByRole('button', { name }).count()).toBe(0)
    expect(studio.complaints).toEqual([])
  })
})
