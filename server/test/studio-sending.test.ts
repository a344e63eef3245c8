/** The sending part of the settings in a real browser: a key, a configuration from draft to a mail in the Inbox. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, type StudioSession, startStudioSession } from './studio-session.ts'

describe.skipIf(chromiumPath === undefined)('sending, in the studio', () => {
  let studio: StudioSession
  beforeAll(async () => {
    studio = await startStudioSession()
    await studio.logIn()
    await studio.open('/settings?part=channels')
  })
  afterAll(() => studio.close())

  test('a DKIM key shows its record, and never signs unseen', async () => {
    const { page } = studio
    await page.getByRole('button', { name: 'New key' }).click()
    const dialogue = page.getByRole('dialog')
    await dialogue.getByLabel('Domain').fill('shop.example.test')
    await dialogue.getByRole('button', { name: 'Create' }).click()
    await dialogue.getByText('._domainkey.shop.example.test').first().waitFor()
    await dialogue.getByText('v=DKIM1; k=rsa; p=').first().waitFor()
    await page.keyboard.press('Escape')
    await page
      .getByRole('row', { name: /shop\.example\.test/ })
      .getByText('Waits for its record')
      .waitFor()
  })

  test('a configuration is made as a draft, submitted, and tried', async () => {
    const { page } = studio
    await page.getByRole('button', { name: 'New configuration' }).click()
    const form = page.getByRole('dialog')
    await form.getByRole('textbox', { name: 'Name' }).first().fill('Shop')
    await form.getByLabel('Sender name', { exact: true }).fill('Shop of {{context.city}}')
    await form.getByLabel('Sender address').fill('hello@shop.example.test')
    await form.getByRole('button', { name: 'Links' }).click()
    await form.getByRole('button', { name: 'Add a parameter' }).click()
    await form.getByLabel('Parameter').fill('utm_source')
    await form.getByLabel('Value').fill('mail')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.waitFor({ state: 'detached' })
    const row = page.getByRole('row', { name: /hello@shop\.example\.test/ })
    await row.getByText('Draft').waitFor()
    await row.getByRole('button', { name: 'Open' }).click()
    const dialogue = page.getByRole('dialog')
    await dialogue.getByRole('button', { name: 'Submit' }).click()
    await dialogue.getByText('Active').waitFor()
    await dialogue.getByText('Mail into the Inbox needs no records.').waitFor()
    await page.keyboard.press('Escape')
    await row.getByText('Active').waitFor()
    expect(studio.complaints).toEqual([])
  })

  test('a test send ends in the Inbox, and shows what the provider said', async () => {
    const { page, open } = studio
    const row = page.getByRole('row', { name: /hello@dev\.example\.test/ }).first()
    await row.getByRole('button', { name: 'Open' }).click()
    const dialogue = page.getByRole('dialog')
    await dialogue.getByLabel('Send a short mail to').fill('me@example.test')
    await dialogue.getByRole('button', { name: 'Send' }).click()
    await dialogue.getByText('The provider took it').waitFor()
    await page.keyboard.press('Escape')
    await open('/inbox')
    await page.getByText('Test of a channel configuration').first().waitFor()
    expect(studio.complaints).toEqual([])
  })
})
