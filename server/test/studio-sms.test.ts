/** A campaign by SMS in a real browser: from a new campaign to a message on the Inbox's phone, and a word that comes back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { STAND_IN_SMS } from '../src/channels/sandbox/sms-accounts.ts'
import { signTwilio } from '../src/channels/sms/twilio/calls.ts'
import { chromiumPath, type StudioSession, startStudioSession } from './studio-session.ts'

describe.skipIf(chromiumPath === undefined)('short messages, in the studio', () => {
  let studio: StudioSession
  beforeAll(async () => {
    studio = await startStudioSession()
    await studio.logIn()
  })
  afterAll(() => studio.close())

  test('a campaign becomes one by SMS, and its text is counted while it is typed', async () => {
    const { page } = studio
    await page.getByRole('button', { name: 'New campaign' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Parcel')
    await page.getByRole('radiogroup', { name: 'Channel' }).getByText('SMS').click()
    const configuration = page.getByRole('combobox', { name: 'Channel configuration' })
    await expect.poll(() => configuration.inputValue()).toContain('SMS into the Inbox')
    await page.getByRole('tab', { name: 'Content' }).click()
    const text = page.getByLabel('Text', { exact: true })
    await text.click()
    await page.keyboard.insertText('Your parcel is here “today”')
    await page.locator('[data-sms="counter"]').getByText('Unicode (70 a segment)').waitFor()
    await page.getByRole('button', { name: 'Make plain' }).click()
    await page.locator('[data-sms="counter"]').getByText('GSM alphabet').waitFor()
    await page.locator('[data-preview="sms"]').getByText('Your parcel is here "today"').waitFor()
    expect(studio.complaints).toEqual([])
  })

  test('a test of it is on the phone of the Inbox, and was delivered as its provider reports', async () => {
    const { page, open } = studio
    await page.getByLabel('Send the test to').fill('+31612345678')
    await page.getByRole('button', { name: 'Send test' }).click()
    await page.getByRole('link', { name: 'Execution of the test' }).waitFor()
    await open('/inbox')
    await page
      .getByRole('link', { name: /\+31612345678/ })
      .first()
      .click()
    await page.getByRole('tab', { name: 'Phone' }).waitFor()
    await page.locator('[data-preview="sms"]').getByText('Your parcel is here "today"').waitFor()
    await page.getByRole('link', { name: 'Message', exact: true }).click()
    await page.getByText('reported by Twilio').first().waitFor()
    expect(studio.complaints).toEqual([])
  })

  test('what somebody writes back is listed, as what it was taken for', async () => {
    const { page, open } = studio
    await open('/settings?part=channels')
    await page
      .getByRole('row', { name: /Inbox for SMS/ })
      .first()
      .getByRole('button', { name: 'Open' })
      .click()
    const address = (await page.locator('[data-calls]').textContent()) ?? ''
    await page.keyboard.press('Escape')
    const write = async (sid: string, text: string): Promise<number> => {
      const form = { MessageSid: sid, SmsStatus: 'received', From: '+31612345678', To: '+3197010203040' }
      const body = new URLSearchParams({ ...form, Body: text }).toString()
      const signature = signTwilio(new URL(address), body, STAND_IN_SMS.twilio.authToken)
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signature,
      }
      return (await fetch(address, { method: 'POST', body, headers })).status
    }
    expect(await write('SM0', 'The first of many')).toBe(204)
    for (let n = 1; n <= 50; n += 1) expect(await write(`SM${n}`, `hello ${n}`)).toBe(204)
    expect(await write('SM51', 'Stop!')).toBe(204)
    await open('/settings?part=channels')
    const row = page.getByRole('row', { name: /Stop!/ })
    await row.getByText('Opt-out', { exact: true }).waitFor()
    const first = page.getByText('The first of many')
    expect(await first.count()).toBe(0)
    await page.getByRole('button', { name: 'Load more' }).last().click()
    await first.waitFor()
    expect(studio.complaints).toEqual([])
  })

  test('words of one’s own begin with those that are understood, and a price is shown beside the text', async () => {
    const { page, open } = studio
    const row = page.getByRole('row', { name: /SMS into the Inbox/ }).first()
    await row.getByRole('button', { name: 'Change…' }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel('Price of a segment').fill('0.08')
    expect(await form.getByLabel('Currency').inputValue()).toBe('EUR')
    await form.getByRole('button', { name: 'What people write back' }).click()
    await form.getByLabel('Words of your own').press('Space')
    await form.getByText('STOP', { exact: true }).waitFor()
    await form.getByRole('button', { name: 'Save' }).click()
    await form.waitFor({ state: 'detached' })
    await open('/campaigns')
    await page.getByRole('link', { name: 'Parcel' }).first().click()
    await page.getByRole('tab', { name: 'Content' }).click()
    await page
      .getByText(/€0\.08 for each person/)
      .first()
      .waitFor()
    expect(studio.complaints).toEqual([])
  })
})
