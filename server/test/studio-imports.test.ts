/** People in and out of the studio: a file is uploaded through a cut, mapped, imported with its report, exported again; namespaces are put in order. */
import type { Import, Namespace, Profile } from '@carillon/contract'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, callApi, createCaller, eventually } from './carillon.ts'
import { chromiumPath, type StudioSession, saved, startStudioSession } from './studio-session.ts'

// Over a megabyte, so that it comes in more than one piece; lines 3 and 4 are bad.
const PEOPLE = 9_000
const FILE = [
  'email;First name;Age;customer_id;Remark',
  'imp-0@example.com;Ada;36;C0;=1+1',
  'imp-x@example.com;Bob;many;CX;',
  ';Nobody;1;;',
  ...Array.from({ length: PEOPLE - 1 }, (_, n) =>
    [`imp-${n + 1}@example.com`, 'Grace', '41', `C${n + 1}`, 'r'.repeat(120)].join(';'),
  ),
].join('\r\n')

describe.runIf(chromiumPath !== undefined)('the studio of imports', () => {
  let studio: StudioSession
  let page: Page
  let caller: Caller
  const dialog = () => page.getByRole('dialog')
  const api = <T>(route: string) => callApi<T>({ url: studio.carillon.url, caller }, route)
  const choose = (name: string, text: string) =>
    page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
  const pick = async (field: string, option: string) => {
    await page.getByRole('combobox', { name: field, exact: true }).click()
    await page.getByRole('option', { name: option, exact: true }).click()
  }
  const download = async (click: () => Promise<void>) => (await saved(page, click)).text
  const newest = async (): Promise<Import | undefined> =>
    (await api<{ items: Import[] }>('GET /imports')).items[0]

  beforeAll(async () => {
    studio = await startStudioSession()
    page = studio.page
    page.on('dialog', asked => void asked.accept())
    caller = await createCaller(studio.carillon.db)
    await studio.logIn()
  })
  afterAll(() => studio?.close())

  it('explains the shape of a file where there are no imports, with a sample to download', async () => {
    await studio.open('/people')
    await page.getByRole('link', { name: 'Imports' }).click()
    await page.getByText('No imports yet').waitFor()
    const sample = page.getByRole('button', { name: 'Download this sample' })
    expect(await download(() => sample.click())).toMatch(/^email,firstName,lastName,.*\r\n/)
  })

  it('keeps an upload that is cut, also when the page is closed, and goes on with the same file only', async () => {
    const offsets: number[] = []
    let cut = true
    await page.route(/\/content\?offset=/, route => {
      const offset = Number(new URL(route.request().url()).searchParams.get('offset'))
      offsets.push(offset)
      return cut && offset > 0 ? route.abort() : route.continue()
    })
    await page.getByRole('button', { name: 'Import people' }).first().click()
    await choose('members.csv', FILE)
    await page.locator('[data-upload=waiting]').waitFor()
    await page.getByText('1 MB of 1.4 MB sent').waitFor()
    await page.reload()
    await page.getByText('Choose members.csv again').waitFor()
    await choose('members.csv', `${FILE} and more`)
    await page.getByText('members.csv is another file').waitFor()
    cut = false
    offsets.length = 0
    await choose('members.csv', FILE)
    await page.getByText('What the columns become').waitFor()
    expect(offsets).toEqual([1_048_576])
    expect(await newest()).toMatchObject({ name: 'members.csv', state: 'uploaded', bytes: FILE.length })
  })

  it('shows what the columns become, and the problem of each beside it', async () => {
    expect(await page.getByRole('combobox', { name: 'Namespace of customer_id' }).inputValue()).toBe('crmid')
    await page.getByText('imp-0@example.com').first().waitFor()
    await pick('What email becomes', 'Ignore')
    await pick('What customer_id becomes', 'Ignore')
    await page.getByText('No column is an identity').waitFor()
    const start = page.getByRole('button', { name: 'Start the import' })
    expect(await start.isDisabled()).toBe(true)
    await pick('What email becomes', 'Identity')
    await pick('What customer_id becomes', 'Identity')
    await page.getByRole('combobox', { name: 'Attribute of Age' }).fill('person.age')
    await pick('Type of Age', 'Number')
    await page.getByText('1 of the first rows: is not a number').waitFor()
    await page.getByText('2 of the first 20 rows would be refused; the others are taken.').waitFor()
  })

  it('imports, and every count opens its rows: the refused lines by number, the people by name', async () => {
    await page.getByRole('button', { name: 'Start the import' }).click()
    await page.locator('.chip', { hasText: 'Done' }).waitFor({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Created 9,000' }).waitFor()
    await page.getByRole('button', { name: 'Refused 2' }).click()
    const rows = page.locator('tbody tr')
    await eventually('two lines', async () => (await rows.count()) === 2)
    expect((await rows.allTextContents()).map(text => text.trim())).toEqual([
      '3Age: is not a number',
      '4has no identity',
    ])
    const report = page.getByRole('button', { name: 'Download refused lines' })
    expect(await download(() => report.click())).toBe(
      'line,reason\r\n3,"Age: is not a number"\r\n4,"has no identity"\r\n',
    )
    await page.getByRole('button', { name: 'Created 9,000' }).click()
    await page.getByRole('link', { name: 'imp-0@example.com' }).click()
    await page.getByRole('heading', { name: 'Ada' }).waitFor()
  })

  it('exports what the list shows, as it came in', async () => {
    await studio.open('/people?search=imp-0')
    await page.getByRole('button', { name: 'Export…' }).click()
    await page.getByText('1 person with an identity that begins with “imp-0”').waitFor()
    const file = await download(() => dialog().getByRole('link', { name: 'Download' }).click())
    const [header = '', row = ''] = file.replace('\uFEFF', '').split('\r\n')
    const cells = row.split(',')
    const cell = (name: string) => cells[header.split(',').indexOf(name)]
    expect([
      cell('identity.email'),
      cell('identity.crmid'),
      cell('attribute.person.name.firstName'),
      cell('attribute.person.age:number'),
      cell('attribute.Remark'),
    ]).toEqual(['imp-0@example.com', 'C0', 'Ada', '36', "'=1+1"])
    await dialog().getByText('JSON Lines').click()
    const line = await download(() => dialog().getByRole('link', { name: 'Download' }).click())
    const { items } = await api<{ items: Profile[] }>('GET /profiles?search=imp-0')
    const exported = JSON.parse(line) as Profile
    expect([exported.id, exported.attributes]).toEqual([items[0]?.id, items[0]?.attributes])
  })

  it('cancels an upload after asking, and removes what is over from the list', async () => {
    await studio.open('/people/imports')
    await page.getByRole('link', { name: 'members.csv' }).waitFor()
    await page.getByRole('button', { name: 'Import people' }).click()
    await choose('short.csv', 'email\nx@example.com\n')
    await page.getByText('What the columns become').waitFor()
    await page.getByRole('button', { name: 'Cancel import…' }).click()
    await dialog().getByRole('button', { name: 'Cancel import', exact: true }).click()
    await page.locator('.chip', { hasText: 'Cancelled' }).waitFor()
    await page.getByRole('button', { name: 'Delete…' }).click()
    await dialog().getByRole('button', { name: 'Delete', exact: true }).click()
    await page.waitForURL(url => url.pathname === '/people/imports')
    await eventually('it to be gone', async () => (await page.getByText('short.csv').count()) === 0)
  })

  it('says what is wrong with a file that cannot be read, and keeps nothing of it', async () => {
    await page.getByRole('button', { name: 'Import people' }).click()
    await page.locator('input[type=file]').setInputFiles({
      ...{ name: 'picture.csv', mimeType: 'text/csv', buffer: Buffer.from([0xff, 0xfe, 0x61, 0]) },
    })
    await page.locator('[data-upload=refused]', { hasText: 'has no header that can be read' }).waitFor()
    await page.getByRole('link', { name: 'Back to the imports' }).click()
    await page.getByRole('link', { name: 'members.csv' }).waitFor()
    expect((await newest())?.name).toBe('members.csv')
  })

  it('names a namespace, moves it by the keyboard, and does not remove it while people have it', async () => {
    const codes = async () =>
      (await api<{ items: Namespace[] }>('GET /namespaces')).items.map(one => one.code).slice(0, 3)
    await studio.open('/settings?part=namespaces')
    await page.getByRole('row', { name: /crmid/ }).getByRole('button', { name: 'Name it…' }).click()
    await dialog().getByLabel('Name').fill('Customer number')
    await dialog().getByRole('button', { name: 'Save' }).click()
    const up = page.getByRole('button', { name: 'Move Customer number up' })
    await up.press('Enter')
    await page.getByText('Customer number is now number 1.').waitFor()
    expect(await codes()).toEqual(['crmid', 'email', 'phone'])
    await page.locator('button[aria-label="Move Customer number down"]:focus').waitFor()
    await page.getByRole('button', { name: 'Delete the namespace “Customer number”?' }).click()
    await dialog().getByRole('button', { name: 'Delete' }).click()
    await dialog().getByText('Some people have an identity of this namespace.').waitFor()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
  })

  it('makes a namespace and removes it again, and gives a standard one its own name back', async () => {
    await page.getByRole('button', { name: 'New namespace' }).click()
    await dialog().getByLabel('Code').fill('Loyalty')
    await dialog().getByLabel('Name').fill('Loyalty card')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Delete the namespace “Loyalty card”?' }).click()
    await dialog().getByRole('button', { name: 'Delete' }).click()
    await eventually('it to be gone', async () => (await page.getByText('Loyalty card').count()) === 0)
    await page.getByRole('button', { name: 'Change “Phone”' }).click()
    await dialog().getByLabel('Name').fill('Telephone')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Give “Telephone” its own name and place again?' }).click()
    await dialog().getByRole('button', { name: 'Reset' }).click()
    await page.getByRole('button', { name: 'Change “Phone”' }).waitFor()
  })

  it('raised no error in the browser', () => {
    expect(studio.complaints).toEqual([])
  })
})
