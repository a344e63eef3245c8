/** Feedback in the studio: how to set it up, a webhook with its address, and a bounce in the story of a message. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TOPIC } from './amazon-sns.ts'
import { chromiumPath, type StudioSession, startStudioSession } from './studio-session.ts'

describe.runIf(chromiumPath !== undefined)('the studio of feedback', () => {
  let studio: StudioSession
  let page: Page
  const dialog = () => page.getByRole('dialog')

  beforeAll(async () => {
    studio = await startStudioSession()
    page = studio.page
    await studio.logIn()
  })
  afterAll(() => studio?.close())

  it('says that the receiver is off and what to do, and then which record a domain needs', async () => {
    await studio.open('/settings?part=feedback')
    await page.getByText('The receiver is off. Set CARILLON_FEEDBACK_PORT').waitFor()
    await page.getByText('has a domain for bounces yet').waitFor()
    await studio.open('/settings?part=channels')
    await page.getByRole('row', { name: /@/ }).first().getByRole('button', { name: 'Change' }).click()
    await dialog().getByLabel('Domain for bounces').fill('no domain')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await dialog().getByText('is not a domain name').first().waitFor()
    await dialog().getByLabel('Domain for bounces').fill('bounce.shop.example')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await dialog().waitFor({ state: 'hidden' })
    await studio.open('/settings?part=feedback')
    await page.getByText('bounce.shop.example. 3600 IN MX 10').waitFor()
    await page.getByText('fbl@bounce.shop.example').waitFor()
  })

  it('makes a webhook, shows its address and counts, and removes it after asking', async () => {
    await page.getByText('No webhook yet').waitFor()
    await page.getByRole('button', { name: 'New webhook' }).click()
    await dialog().getByLabel('Name').fill('Mail events')
    await dialog().getByLabel('ARN of the SNS topic').fill('somewhere')
    await dialog().getByRole('button', { name: 'Create' }).click()
    await dialog().getByText('is not the ARN of an SNS topic').first().waitFor()
    await dialog().getByLabel('ARN of the SNS topic').fill(TOPIC)
    await dialog().getByRole('button', { name: 'Create' }).click()
    const webhook = page.getByRole('region', { name: 'Mail events' })
    await webhook.getByText('/api/v1/feedback/ses/').waitFor()
    await webhook.getByText('Waits for the topic to subscribe').waitFor()
    const url = (await webhook.locator('code').first().textContent()) ?? ''
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401)
    await webhook.getByRole('button', { name: /Mail events/ }).click()
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await page.getByText('No webhook yet').waitFor()
    expect(studio.complaints).toEqual([])
  })
})
