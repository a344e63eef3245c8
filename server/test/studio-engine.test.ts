/** A support person's way through the studio, in a real browser against the real program: what failed, why, and what to do about it. */
import type { Campaign, ChannelConfiguration, Execution, Hold, Message, Transport } from '@carillon/contract'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, callApi, createCaller, eventually, type RunningCarillon, trigger } from './carillon.ts'
import { type SmtpStub, startSmtpStub } from './smtp-stub.ts'
import { chromiumPath, type StudioSession, saved, startStudioSession } from './studio-session.ts'

const PEOPLE = ['ada@example.com', 'bad-1@example.com', 'bad-2@example.com', 'cut-1@example.com']

describe.runIf(chromiumPath !== undefined)('the studio of the delivery engine', () => {
  let studio: StudioSession
  let carillon: RunningCarillon
  let caller: Caller
  let stub: SmtpStub
  let page: Page
  let campaign: Campaign
  let executionId = ''

  const api = <T>(route: string, body?: unknown) => callApi<T>({ url: carillon.url, caller }, route, body)
  const open = (path: string) => studio.open(path)
  const dialog = () => page.getByRole('dialog')

  const makeCampaign = async (): Promise<Campaign> => {
    const smtp = { host: '127.0.0.1', port: stub.port, security: 'none' }
    const transport = await api<Transport>('POST /transports', { name: 'Mail out', smtp })
    const configuration = await api<ChannelConfiguration>('POST /channel-configurations', {
      name: 'Shop mail',
      transportId: transport.id,
      fromName: 'Shop',
      fromAddress: 'shop@example.com',
      replyTo: null,
    })
    const made = await api<Campaign>('POST /campaigns', {
      name: 'Order shipped',
      channelConfigurationId: configuration.id,
      content: { subject: 'Shipped', html: '<p>It is on its way</p>', text: null },
    })
    return api<Campaign>(`POST /campaigns/${made.id}/activate`)
  }

  beforeAll(async () => {
    stub = await startSmtpStub()
    studio = await startStudioSession()
    page = studio.page
    carillon = studio.carillon
    caller = await createCaller(carillon.db)
    campaign = await makeCampaign()
    const accepted = await trigger(
      { url: carillon.url, caller },
      {
        requestId: 'shipped-1',
        campaignId: campaign.id,
        recipients: PEOPLE.map(userId => ({ type: 'aep', userId, namespace: 'email' })),
      },
    )
    executionId = accepted.body.executionId
    await studio.logIn()
    await page.getByText('Order shipped').waitFor()
  })
  afterAll(async () => {
    await studio?.close()
    await stub?.stop()
  })

  it('shows how far an execution is, and every count opens the messages it counts', async () => {
    await open(`/executions/${executionId}`)
    await page.locator('[data-progress=done]', { hasText: '4 of 4 messages settled' }).waitFor()
    await page.getByRole('link', { name: '2 failed' }).click()
    await page.waitForURL(url => url.pathname === '/messages')
    expect(new URL(page.url()).searchParams.get('executionId')).toBe(executionId)
    await eventually('two rows', async () => (await page.locator('tbody tr').count()) === 2)
    await page.getByText('bad-1@example.com').waitFor()
  })

  it('counts the dead letters, and a group opens its list', async () => {
    await open('/executions')
    await page.getByRole('link', { name: 'Dead letters 3' }).click()
    const groups = page.getByRole('table', { name: 'By state, reason and campaign' })
    await groups
      .getByRole('row', { name: /Failed/ })
      .getByRole('link')
      .click()
    await page.waitForURL(/state=failed/)
    const list = page.locator('table').last()
    await list.getByText('550 5.1.1 No such user here').first().waitFor()
    await eventually('two rows', async () => (await list.locator('tbody tr').count()) === 2)
  })

  it('exports what the filters show', async () => {
    await open('/executions/dead-letters?state=unknown')
    await page.getByText('cut-1@example.com').waitFor()
    const { text } = await saved(page, () => page.getByRole('button', { name: 'Export CSV' }).click())
    const lines = text.trimEnd().split('\r\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain('cut-1@example.com')
  })

  it('settles an unknown message by what a person knows, and keeps how they know it in the story', async () => {
    await open('/executions/dead-letters?state=unknown')
    await page.getByRole('link', { name: 'cut-1@example.com' }).click()
    await page.getByText('Outcome unknown').waitFor()
    await page.getByRole('button', { name: 'It was sent…' }).click()
    expect(await dialog().getByRole('button', { name: 'Settle as sent' }).isDisabled()).toBe(true)
    await dialog().getByLabel('How do you know?').fill('The person has it')
    await dialog().getByRole('button', { name: 'Settle as sent' }).click()
    await page.getByText('Settled: it was sent').waitFor()
    await page.getByText('The person has it').waitFor()
    await page.getByText('Sent', { exact: true }).first().waitFor()
  })

  it('tries again all that match after naming how many, and the story tells both tries', async () => {
    stub.mend()
    // Addresses that do not exist were suppressed; somebody takes them off the list first.
    const { items } = await api<{ items: { id: string }[] }>('GET /suppressions')
    expect(items).toHaveLength(2)
    for (const { id } of items) await api(`DELETE /suppressions/${id}`)
    await open('/executions/dead-letters?state=failed')
    await page.getByRole('button', { name: 'Try again all that match…' }).click()
    await page.getByText('Send 2 messages again?').waitFor()
    await dialog().getByRole('button', { name: 'Try again' }).click()
    await page.getByText('2 messages done.').waitFor()
    await dialog().getByRole('button', { name: 'Close' }).last().click()
    await page.getByText('No dead letter matches').waitFor()
    await open(`/executions/why?campaign=${campaign.id}&namespace=email&value=bad-1%40example.com`)
    await page.locator('[data-why=sent]', { hasText: 'Yes: the last one was handed over' }).waitFor()
    await page.getByText('1st try').waitFor()
    await page.getByText(/^2nd try, asked for by /).waitFor()
    await page.getByText('550 5.1.1 No such user here').waitFor()
    expect((await api<{ items: unknown[] }>('GET /dead-letters')).items).toEqual([])
  })

  it('says why a person got nothing when no call named them', async () => {
    await open('/executions/why')
    await page.getByLabel('Campaign', { exact: false }).first().fill('shipped')
    await page.getByRole('option', { name: 'Order shipped' }).click()
    await page.getByLabel('Person').fill('nobody@example.com')
    await page.getByRole('button', { name: 'Ask' }).click()
    await page.locator('[data-why=no_call_for_person]').waitFor()
  })

  const shipTo = async (userId: string): Promise<string> => {
    const recipients = [{ type: 'aep', userId, namespace: 'email' }]
    const call = { requestId: `shipped-to-${userId}`, campaignId: campaign.id, recipients }
    return (await trigger({ url: carillon.url, caller }, call)).body.executionId
  }
  // No message of the execution was handed over before the newest hold was lifted.
  const leftAfterTheHold = async (id: string) => {
    const execution = await eventually('the message to be sent', async () => {
      const read = await api<Execution>(`GET /executions/${id}`)
      return read.counts.sent === 1 && read
    })
    const { attempts } = await api<Message>(`GET /messages/${execution.messages[0]?.messageId}`)
    const [hold] = (await api<{ items: Hold[] }>('GET /holds?lifted=true')).items
    expect(Date.parse(attempts[0]?.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(hold?.liftedAt ?? ''))
  }

  it('stops all sending from the header, says so in every room, and resumes', async () => {
    await open('/campaigns')
    await page.getByRole('button', { name: /Sandbox/ }).click()
    await page.getByRole('menuitem', { name: 'Stop all sending…' }).click()
    await dialog().getByLabel('Why (optional)').fill('Wrong prices')
    await dialog().getByRole('button', { name: 'Stop all sending' }).click()
    const id = await shipTo('grace@example.com')
    for (const room of ['/campaigns', '/messages', '/inbox', '/settings', `/executions/${id}`]) {
      await open(room)
      await page.getByRole('alert', { name: 'All sending in this sandbox is stopped' }).waitFor()
    }
    await page.getByText('“Wrong prices”').waitFor()
    await page.getByText('0 of 1 message settled').waitFor()
    await page.getByRole('button', { name: 'Resume sending' }).click()
    await dialog().getByRole('button', { name: 'Resume sending' }).click()
    await page.locator('[data-progress=done]').waitFor({ timeout: 45_000 })
    expect(await page.getByRole('alert').count()).toBe(0)
    await leftAfterTheHold(id)
  })

  it('pauses a campaign beside its stop, shows it in the list, and resumes it by its banner', async () => {
    await open(`/campaigns/${campaign.id}?tab=review`)
    await page.getByRole('button', { name: 'Pause…' }).click()
    await dialog().getByRole('button', { name: 'Pause', exact: true }).click()
    await page.locator('[data-hold=pause]', { hasText: 'The campaign is paused' }).waitFor()
    const id = await shipTo('linus@example.com')
    await open('/campaigns')
    await page
      .getByRole('row', { name: /Order shipped/ })
      .getByText('Paused')
      .waitFor()
    await open(`/executions/${id}`)
    await page.locator('[data-hold=pause]').getByRole('button', { name: 'Resume' }).click()
    await dialog().getByRole('button', { name: 'Resume' }).click()
    await page.locator('[data-progress=done]').waitFor({ timeout: 45_000 })
    await leftAfterTheHold(id)
  })

  it('keeps how a campaign is delivered, and shows the call of the high-throughput route', async () => {
    const { id } = await api<Campaign>('POST /campaigns', { name: 'One-time codes' })
    await open(`/campaigns/${id}?tab=delivery`)
    await page.getByRole('switch', { name: /^High throughput/ }).press('Space')
    await page.getByLabel('Hold for a decision when late by', { exact: true }).fill('2')
    await page.locator('[data-save=saved]').waitFor()
    await page.locator('[data-curl]', { hasText: '/ajo/im/executions/highthroughput' }).waitFor()
    const saved = await eventually('the draft', async () => {
      const { draft } = await api<Campaign>(`GET /campaigns/${id}`)
      return draft?.staleAfterSeconds === 7_200 && draft
    })
    expect(saved.highThroughput).toBe(true)
  })

  it('marks a sandbox for tests, and moves its time', async () => {
    await open('/settings?part=clock')
    await page.getByLabel('This sandbox is for tests').press('Space')
    await dialog().getByRole('button', { name: 'Mark for tests' }).click()
    await page.getByLabel('Move forward by', { exact: true }).fill('3')
    await page.getByRole('button', { name: 'Move time' }).click()
    await page.getByText('3 hours').waitFor()
    expect((await api<{ offsetSeconds: number }>('GET /clock')).offsetSeconds).toBeGreaterThanOrEqual(10_800)
  })

  it('gives a configuration its fallback transports in their order', async () => {
    const smtp = { host: '127.0.0.1', port: stub.port, security: 'none', ratePerSecond: 7 }
    await api<Transport>('POST /transports', { name: 'Spare', smtp })
    await open('/settings?part=channels')
    await page
      .getByRole('row', { name: /Shop mail/ })
      .getByRole('button', { name: 'Change…' })
      .click()
    const fallbacks = dialog().getByRole('combobox', { name: 'Fallback transports, in this order' })
    await fallbacks.press('ArrowDown')
    await page.getByRole('option', { name: 'Spare' }).click()
    await dialog().getByRole('button', { name: 'Save' }).click()
    await page.getByText('Mail out → Spare').waitFor()
  })

  it('raised no error in the browser', () => {
    expect(studio.complaints).toEqual([])
  })
})
