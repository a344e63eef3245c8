/** A journey with a real browser through a lookup table: its columns, a file in, its refused lines, rows replaced, found, taken away. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, type StudioSession, saved, startStudioSession } from './studio-session.ts'

describe.skipIf(chromiumPath === undefined)('a lookup table in the studio', () => {
  let studio: StudioSession
  beforeAll(async () => {
    studio = await startStudioSession()
    await studio.logIn()
  })
  afterAll(() => studio?.close())

  const choose = (name: string, lines: readonly string[]) =>
    studio.page
      .locator('input[type=file]')
      .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) })

  it('gets columns, which a row must fit', async () => {
    const { page, open } = studio
    await open('/content/lookup-tables')
    await page.getByRole('button', { name: 'New lookup table' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('stores')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('link', { name: 'Columns' }).click()
    for (const [index, name] of ['city', 'opens', 'since'].entries()) {
      await page.getByRole('button', { name: 'Add a column' }).click()
      await page.getByRole('textbox', { name: 'Column' }).nth(index).fill(name)
    }
    await page.getByRole('combobox', { name: 'Type' }).nth(1).click()
    await page.getByRole('option', { name: 'Number' }).click()
    await page.getByRole('checkbox', { name: 'Required' }).first().check()
    await page.getByRole('combobox', { name: 'Type' }).nth(2).click()
    await page.getByRole('option', { name: 'Date' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The columns are stored.').waitFor()
    await page.getByRole('link', { name: 'Rows' }).click()
    await page.getByRole('button', { name: 'Add a row' }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Key' }).fill('a')
    // Every column stands there to be filled in.
    const row = page.getByRole('dialog').getByRole('textbox', { name: 'Row' })
    expect(JSON.parse(await row.inputValue())).toEqual({ city: '', opens: null, since: null })
    await row.fill('{"city":"Utrecht","since":"tomorrow"}')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByText('/rows/0/row/since').first().waitFor()
    await page.keyboard.press('Escape')
  })

  it('takes a file in after showing its first rows, and tells of the lines it refused', async () => {
    const { page } = studio
    await page.getByRole('link', { name: 'Files' }).click()
    await choose('stores.csv', [
      'id,City,opens,phone',
      '7,Utrecht,9,1',
      '8,,10,2',
      '9,Lagos,late,3',
      'x,Delft,8,4',
    ])
    await page.getByText('What becomes of “stores.csv”').waitFor()
    await page.getByText('{"city":"Utrecht","opens":9}').waitFor()
    await page.getByRole('cell', { name: 'opens: is not a number' }).waitFor()
    await page.getByRole('button', { name: 'Start' }).click()
    await page.getByText('2 new, 0 replaced, 2 refused').waitFor()
    const refused = await saved(page, () => page.getByRole('button', { name: 'Refused lines' }).click())
    expect(refused.text).toBe('line,reason\r\n3,"city: is missing"\r\n4,"opens: is not a number"\r\n')
    await page.getByText('2 rows. Content reads one by:').waitFor()
  })

  it('is replaced by a file after a question, searched by key, and taken away', async () => {
    const { page } = studio
    await choose('new.csv', ['key,city', ...Array.from({ length: 60 }, (_, n) => `k${n},Town ${n}`)])
    await page.getByRole('radio', { name: 'Replace the whole table' }).check()
    await page.getByRole('button', { name: 'Start' }).click()
    await page.getByText('Replace all 2 rows?').waitFor()
    await page.getByRole('button', { name: 'Replace the rows' }).click()
    await page.getByText('60 new, 0 replaced, 0 refused').waitFor()
    await page.getByText('60 rows. Content reads one by:').waitFor()
    const { text } = await saved(page, () => page.getByRole('button', { name: 'CSV', exact: true }).click())
    expect(text.split('\r\n').slice(0, 2)).toEqual(['\uFEFFkey,city,opens:number,since,*', 'k0,Town 0,,,'])
    await page.getByRole('link', { name: 'Rows' }).click()
    await page.getByRole('button', { name: 'Load more' }).click()
    await page.getByRole('cell', { name: 'k9', exact: true }).waitFor()
    await page.getByPlaceholder('Search by the beginning of the key').fill('k59')
    await page.getByText('{"city":"Town 59"}').waitFor()
    await page.getByRole('cell', { name: 'k9', exact: true }).waitFor({ state: 'detached' })
    expect(studio.complaints).toEqual([])
  })
})
