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

  test('what is typed of one channel is there again, and a missing field opens the part that it is in', async () => {
    const { page, open } = studio
    await open('/settings?part=channels')
    await page.getByRole('button', { name: 'New configuration' }).click()
    const form = page.getByRole('dialog')
    await form.getByRole('textbox', { name: 'Name' }).first().fill('Kept')
    await form.getByLabel('Sender name', { exact: true }).fill('Shop')
    await form.getByText('SMS', { exact: true }).click()
    await form.getByRole('textbox', { name: 'Sender', exact: true }).fill('Acme')
    await form.getByText('Email', { exact: true }).click()
    expect(await form.getByLabel('Sender name', { exact: true }).inputValue()).toBe('Shop')
    await page.mouse.click(5, 5)
    const part = form.getByRole('button', { name: 'Sender', exact: true })
    await part.click()
    await expect.poll(() => part.getAttribute('aria-expanded')).toBe('false')
    await form.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => part.getAttribute('aria-expanded')).toBe('true')
    await form.getByLabel('Sender address').and(page.locator(':focus')).waitFor()
    await form.getByRole('button', { name: 'Cancel' }).click()
    await form.waitFor({ state: 'detached' })
    expect(studio.complaints).toEqual([])
  })

  test('a transport says which of its secrets are stored, and keeps what cannot be stored from being saved', async () => {
    const { page } = studio
    const kept = 'Empty: the one that is stored stays'
    await page.getByRole('button', { name: 'New transport' }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel('Name', { exact: false }).first().fill('Relay')
    await form.getByLabel('Host').fill('mail.example.test')
    expect(await form.getByText(kept).count()).toBe(0)
    await form.getByLabel('Port').fill('')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.getByLabel('Port').and(page.locator(':focus')).waitFor()
    await form.getByLabel('Port').fill('2525')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.waitFor({ state: 'detached' })
    const row = page.getByRole('row', { name: /Relay/ })
    await row.getByText('mail.example.test:2525').waitFor()
    await row.getByRole('button', { name: 'Change' }).click()
    expect(await form.getByText(kept).count()).toBe(0)
    await form.getByLabel('User').fill('relay')
    await form.getByRole('textbox', { name: 'Password' }).fill('bell')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.waitFor({ state: 'detached' })
    await row.getByRole('button', { name: 'Change' }).click()
    await form.getByText(kept).waitFor()
    await form.getByRole('button', { name: 'Cancel' }).click()
    await form.waitFor({ state: 'detached' })
    // The Inbox of each channel stays.
    const inbox = page.getByRole('row', { name: /Inbox, (?:by|as)/ })
    expect(await inbox.count()).toBe(3)
    expect(await inbox.getByRole('button', { name: /Delete/ }).count()).toBe(0)
    expect(studio.complaints).toEqual([])
  })

  test('claims that are no JSON are not thrown away in silence', async () => {
    const { page } = studio
    await page.getByRole('button', { name: 'New transport' }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel('Name', { exact: false }).first().fill('Own')
    await form.getByRole('combobox', { name: 'Kind' }).click()
    await page.getByRole('option', { name: 'SMS provider of your own (HTTP)' }).click()
    await form.getByRole('combobox', { name: 'Proof of who calls' }).click()
    await page.getByRole('option', { name: 'JWT' }).click()
    const save = form.getByRole('button', { name: 'Save' })
    await form.getByLabel('Claims').fill('{"iss":')
    await expect.poll(() => save.isDisabled()).toBe(true)
    await form.getByRole('combobox', { name: 'Kind' }).click()
    await page.getByRole('option', { name: 'Mail server (SMTP)' }).click()
    await expect.poll(() => save.isDisabled()).toBe(false)
    await form.getByRole('combobox', { name: 'Kind' }).click()
    await page.getByRole('option', { name: 'SMS provider of your own (HTTP)' }).click()
    await form.getByLabel('Claims').fill('{"iss":"shop"}')
    await expect.poll(() => save.isDisabled()).toBe(false)
    await form.getByRole('combobox', { name: 'Proof of who calls' }).click()
    await page.getByRole('option', { name: 'Token', exact: true }).click()
    await form.getByRole('combobox', { name: 'Proof of who calls' }).click()
    await page.getByRole('option', { name: 'JWT' }).click()
    expect(await form.getByLabel('Claims').inputValue()).toContain('"shop"')
    await form.getByRole('button', { name: 'Cancel' }).click()
    await form.waitFor({ state: 'detached' })
    expect(studio.complaints).toEqual([])
  })

  test('a group takes transports of one channel', async () => {
    const { page } = studio
    await page.getByRole('button', { name: 'New group' }).click()
    const form = page.getByRole('dialog')
    await form.getByRole('textbox', { name: 'Name' }).fill('Pool')
    const members = form.getByRole('combobox', { name: 'Members' })
    await members.press('ArrowDown')
    expect(await page.getByRole('option').count()).toBe(4)
    await page.getByRole('option', { name: 'Relay' }).click()
    await expect.poll(() => page.getByRole('option').count()).toBe(1)
    await members.press('Tab')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.waitFor({ state: 'detached' })
    await page.getByText('Pool', { exact: true }).waitFor()
    expect(studio.complaints).toEqual([])
  })

  test('a file is attached whatever the machine calls it, and deleted after a question', async () => {
    const { page, open } = studio
    await open('/campaigns')
    await page.getByRole('link', { name: 'Order confirmation' }).first().click()
    await page.getByRole('tab', { name: 'Content' }).click()
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'prices.csv', mimeType: 'application/vnd.ms-excel', buffer: Buffer.from('a,b') })
    await page.getByText('prices.csv', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Remove prices.csv' }).click()
    await page.getByRole('button', { name: /Delete .*prices\.csv/ }).click()
    const question = page.getByRole('dialog')
    await question.getByText('The file is gone for good.', { exact: false }).waitFor()
    await question.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('prices.csv', { exact: true }).waitFor()
    // The draft without it is stored by now, and the file is nobody's.
    await page.getByText('Saved', { exact: true }).waitFor()
    await page.getByRole('button', { name: /Delete .*prices\.csv/ }).click()
    await question.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('prices.csv', { exact: true }).waitFor({ state: 'hidden' })
    expect(studio.complaints).toEqual([])
  })

  test('the preview goes along with a change of channel', async () => {
    const { page, open } = studio
    await open('/campaigns')
    await page.getByRole('button', { name: 'New campaign' }).first().click()
    await page.getByRole('radiogroup', { name: 'Channel' }).getByText('SMS').click()
    await page.getByRole('tab', { name: 'Content' }).click()
    await page.getByLabel('Text', { exact: true }).click()
    await page.keyboard.insertText('Your code is 42')
    await page.locator('[data-preview="sms"]').getByText('Your code is 42').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(studio.complaints).toEqual([])
  })

  test('what people did is a page of the messages', async () => {
    const { page, open } = studio
    await open('/interactions')
    const messages = page.getByRole('navigation').getByRole('link', { name: 'Messages' })
    await expect.poll(() => messages.getAttribute('aria-current')).toBe('page')
    expect(studio.complaints).toEqual([])
  })
})
