/** People in the studio: a profile is made, changed and asked about; an audience is built, counted, uploaded and deleted. */
import type { Audience, Profile } from '@carillon/contract'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, callApi, createCaller, eventually } from './carillon.ts'
import { chromiumPath, type StudioSession, startStudioSession } from './studio-session.ts'

describe.runIf(chromiumPath !== undefined)('the studio of people', () => {
  let studio: StudioSession
  let page: Page
  let caller: Caller
  const dialog = () => page.getByRole('dialog')
  const api = <T>(route: string) => callApi<T>({ url: studio.carillon.url, caller }, route)
  const idOfPage = (): string => new URL(page.url()).pathname.split('/').at(-1) ?? ''

  beforeAll(async () => {
    studio = await startStudioSession()
    page = studio.page
    caller = await createCaller(studio.carillon.db)
    await studio.logIn()
  })
  afterAll(() => studio?.close())

  it('finds people by the beginning of an identity', async () => {
    await studio.open('/people')
    await eventually('the samples', async () => (await page.locator('tbody tr').count()) === 4)
    await page.getByPlaceholder('Find by the beginning of an identity').fill('joris')
    await eventually('one', async () => (await page.locator('tbody tr').count()) === 1)
    await page.getByPlaceholder('Find by the beginning of an identity').fill('nobody')
    await page.getByText('Nobody has such an identity').waitFor()
  })

  it('makes a profile, and takes away what was removed from its attributes, however deep', async () => {
    await page.getByRole('button', { name: 'New profile' }).click()
    await dialog().getByLabel('Email address').fill('noor@example.com')
    await dialog().getByRole('button', { name: 'Make the profile' }).click()
    await page.getByRole('heading', { name: 'Identities' }).waitFor()
    const attributes = page.getByLabel('Attributes')
    const stored = async () => (await api<Profile>(`GET /profiles/${idOfPage()}`)).attributes
    const save = async (tree: object) => {
      await attributes.fill(JSON.stringify(tree))
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await eventually('the change', async () => JSON.stringify(await stored()) === JSON.stringify(tree))
      const shown = JSON.stringify(tree, null, 2)
      await eventually('the field', async () => (await attributes.inputValue()) === shown)
    }
    const mail = { address: 'noor@example.com' }
    await save({ person: { name: { lastName: 'Bakker', firstName: 'Noor' } }, personalEmail: mail })
    await page.getByRole('heading', { name: 'Noor Bakker' }).waitFor()
    await save({ person: { name: { firstName: 'Noor' } }, personalEmail: mail })
  })

  it('shows that attributes are no JSON object, and saves them only when they are one again', async () => {
    const attributes = page.getByLabel('Attributes')
    const save = page.getByRole('button', { name: 'Save', exact: true })
    const typed = await attributes.inputValue()
    await attributes.fill(typed.replace('Noor', 'Nora'))
    expect(await save.isEnabled()).toBe(true)
    await attributes.fill(typed.slice(0, -2))
    await page.getByText('Not saved, not used:').waitFor()
    expect(await save.isDisabled()).toBe(true)
    await attributes.fill(typed)
    expect(await save.isDisabled()).toBe(true)
    await page.reload()
    expect(await attributes.inputValue()).toBe(typed)
  })

  it('keeps what was typed while attributes change elsewhere, and takes nothing of that back', async () => {
    const attributes = page.getByLabel('Attributes')
    const stored = async () => (await api<Profile>(`GET /profiles/${idOfPage()}`)).attributes
    const typed = JSON.stringify({ ...(await stored()), shoeSize: 38 })
    await attributes.fill(typed)
    await page.getByLabel('Test profile').click()
    await eventually('the change', async () => (await stored())['testProfile'] === true)
    await eventually('the switch', () => page.getByLabel('Test profile').isChecked())
    expect(await attributes.inputValue()).toBe(typed)
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await eventually('what was typed', async () => (await stored())['shoeSize'] === 38)
    expect((await stored())['testProfile']).toBe(true)
    await eventually('both', async () => (await attributes.inputValue()).includes('testProfile'))
  })

  it('leads to why the person did not get a campaign', async () => {
    await page.getByRole('link', { name: 'Why did this person (not) get a campaign?' }).click()
    await page.waitForURL(url => url.searchParams.get('value') === 'noor@example.com')
  })

  it('builds an audience with a live count and a sentence, and undoes what was not saved', async () => {
    await studio.open('/people/audiences')
    await page.getByRole('button', { name: 'New audience' }).click()
    await dialog().getByLabel('Name').fill('In Utrecht')
    await dialog().getByRole('button', { name: 'Make the audience' }).click()
    await page.getByText('5 people').waitFor()
    await page.getByText('Everybody', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Attribute' }).click()
    await page.getByText('4 people').waitFor()
    await page.getByText('homeAddress.city is known').waitFor()
    await page.getByRole('combobox', { name: 'Comparison' }).click()
    await page.getByRole('option', { name: 'is', exact: true }).click()
    await page.getByRole('textbox', { name: 'Value' }).fill('Utrecht')
    await page.getByRole('textbox', { name: 'Value' }).blur()
    await page.getByText('1 person').waitFor()
    await page.getByRole('button', { name: 'Show some of them' }).click()
    await page.getByRole('link', { name: 'joris@example.com' }).waitFor()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await eventually('the rule', async () => {
      const { rule } = await api<Audience>(`GET /audiences/${idOfPage()}`)
      return JSON.stringify(rule).includes('Utrecht')
    })
    await eventually('nothing left to save', () =>
      page.getByRole('button', { name: 'Save', exact: true }).isDisabled(),
    )
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('5 people').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('1 person').waitFor()
  })

  it('takes up an uploaded list, and tells what was refused', async () => {
    await studio.open('/people/audiences')
    await page.getByRole('button', { name: 'New audience' }).click()
    await dialog().getByLabel('Name').fill('From the fair')
    await dialog().getByText('Uploaded').click()
    await dialog().getByRole('button', { name: 'Make the audience' }).click()
    const csv = 'email,stand\nada@example.com,A1\n,B2\nfair@example.com,C3\n'
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'fair.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
    await page.getByText('3 of 3 rows: 2 added, 0 replaced, 1 refused').waitFor()
    await page.getByText('Line 3:').waitFor()
    await page.getByRole('cell', { name: 'C3' }).waitFor()
  })

  it('deletes an audience after asking, but none that a live campaign uses', async () => {
    await page.getByRole('button', { name: 'Delete…' }).click()
    await dialog().getByRole('button', { name: 'Delete', exact: true }).click()
    await page.waitForURL(url => url.pathname === '/people/audiences')
    await eventually('it to be gone', async () => (await page.getByText('From the fair').count()) === 0)
    await page.getByRole('link', { name: 'May get offers by email' }).click()
    await page.getByRole('button', { name: 'Delete…' }).click()
    await dialog().getByRole('button', { name: 'Delete', exact: true }).click()
    await dialog().getByText('Spring offer').first().waitFor()
  })

  it('forgets who was deleted: not in the list, not by going back', async () => {
    await studio.open('/people')
    await page.getByRole('link', { name: 'noor@example.com' }).click()
    await page.getByRole('button', { name: 'Actions for' }).click()
    await page.getByRole('menuitem', { name: 'Delete…' }).click()
    await dialog().getByRole('button', { name: 'Delete', exact: true }).click()
    await page.waitForURL(url => url.pathname === '/people')
    await page.getByRole('link', { name: 'joris@example.com' }).waitFor()
    expect(await page.getByRole('link', { name: 'noor@example.com' }).count()).toBe(0)
    await page.goBack()
    await page.getByText('It may have been deleted').waitFor()
    expect(await page.getByRole('heading', { name: 'Identities' }).count()).toBe(0)
  })

  it('raised no error in the browser', () => {
    expect(studio.complaints).toEqual([])
  })
})
