/** Access and erasure in the studio: a person is taken out as a file and erased, asked about, and the certificate checked. */
import { readFile } from 'node:fs/promises'
import type { Erasure, Profile } from '@carillon/contract'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, callApi, createCaller, eventually } from './carillon.ts'
import { chromiumPath, type StudioSession, saved, startStudioSession } from './studio-session.ts'

/** An erasure waits ten seconds for calls that are being accepted. */
const LONG_MS = 60_000

describe.runIf(chromiumPath !== undefined)('the studio of access and erasure', () => {
  let studio: StudioSession
  let page: Page
  let caller: Caller
  let certificate = ''
  const dialog = () => page.getByRole('dialog')
  const api = <T>(route: string) => callApi<T>({ url: studio.carillon.url, caller }, route)
  const download = (click: () => Promise<void>) => saved(page, click)

  beforeAll(async () => {
    studio = await startStudioSession()
    page = studio.page
    caller = await createCaller(studio.carillon.db)
    await studio.logIn()
  })
  afterAll(() => studio?.close())

  it('saves everything that is kept of a person as a file', async () => {
    await studio.open('/people?search=joris')
    await page.getByRole('link', { name: 'joris@example.com' }).click()
    await page.getByRole('heading', { name: 'Identities' }).waitFor()
    const { text } = await download(() => page.getByRole('button', { name: 'Export everything' }).click())
    expect(JSON.parse(text).profile.identities).toContainEqual({
      namespace: 'email',
      value: 'joris@example.com',
    })
  })

  it('says what deleting leaves, and what erasing does, which wants the identity typed', async () => {
    const choose = async (deed: string) => {
      await page.getByRole('button', { name: 'Actions for' }).click()
      await page.getByRole('menuitem', { name: deed }).click()
    }
    await choose('Delete…')
    await dialog().getByText('Messages and evidence stay').waitFor()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    await choose('Erase this person…')
    const erase = dialog().getByRole('button', { name: 'Erase for good' })
    expect(await erase.isDisabled()).toBe(true)
    await dialog().getByRole('textbox').fill('joris@example.com')
    await erase.click()
    await dialog().getByText('Erasing…').waitFor()
    await eventually(
      'no profile',
      async () => (await api<{ items: Profile[] }>('GET /profiles?search=joris')).items.length === 0,
    )
  })

  it('shows the progress, then what was done and the certificate', { timeout: LONG_MS }, async () => {
    await dialog().getByText('The person is erased').waitFor({ timeout: LONG_MS })
    await dialog().getByText('1 hash kept').waitFor()
    await dialog().getByRole('cell', { name: 'profile', exact: true }).waitFor()
    const proof = await download(() => dialog().getByRole('button', { name: 'Certificate' }).click())
    certificate = proof.path
    expect(proof.text).not.toContain('joris')
    await dialog().getByRole('button', { name: 'Close', exact: true }).last().click()
    await page.waitForURL(url => url.pathname === '/people/erasures')
    await page.getByText('Finished').waitFor()
  })

  it('answers whether an address was erased, and whether a certificate is genuine', async () => {
    const ask = async (address: string) => {
      await page.getByLabel('Address').fill(address)
      await page.getByRole('button', { name: 'Look it up' }).click()
    }
    await ask('JORIS@example.com')
    await page.getByText(/Yes: JORIS@example.com was erased on/).waitFor()
    await ask('nobody@example.com')
    await page.getByText('No: nobody@example.com was not erased').waitFor()
    const file = page.locator('input[type=file]')
    await file.setInputFiles({
      ...{ name: 'mine.json', mimeType: 'application/json' },
      buffer: await readFile(certificate),
    })
    await page.getByText('mine.json is genuine.').waitFor()
    const changed = (await readFile(certificate, 'utf8')).replace('"version": 1', '"version": 2')
    await file.setInputFiles({
      ...{ name: 'other.json', mimeType: 'application/json' },
      buffer: Buffer.from(changed),
    })
    await page.getByText('other.json was not made by this instance').waitFor()
  })

  it('erases by an identity without a profile', { timeout: LONG_MS }, async () => {
    await page.getByRole('button', { name: 'By identity…' }).click()
    await dialog().getByLabel('Identity', { exact: true }).fill('c-4711')
    const { text } = await download(() => dialog().getByRole('button', { name: 'Export everything' }).click())
    expect(JSON.parse(text)).toMatchObject({ profile: null, messages: [] })
    await dialog().getByLabel('Namespace').fill('crm')
    await dialog().getByLabel('Type the identity once more to erase').fill('c-4711')
    await dialog().getByRole('button', { name: 'Erase for good' }).click()
    await dialog().getByText('Erasing…').waitFor()
    await page.keyboard.press('Escape')
    await eventually('the row', async () => (await page.locator('tbody tr').count()) === 2)
    await eventually(
      'its end',
      async () => (await api<{ items: Erasure[] }>('GET /erasures')).items[0]?.state === 'finished',
      LONG_MS,
    )
    await eventually(
      'two certificates',
      async () => (await page.getByRole('button', { name: 'Certificate' }).count()) === 2,
    )
  })

  it('raised no error in the browser', () => {
    expect(studio.complaints).toEqual([])
  })
})
