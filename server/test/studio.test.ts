/** A person's way through the studio, in a real browser against the real program. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCaller, type RunningCarillon } from './carillon.ts'
import { chromiumPath, type StudioSession, startStudioSession, untilThere } from './studio-session.ts'

const FIRST_LOAD_BYTES = 250 * 1024
const run = promisify(execFile)

describe.runIf(chromiumPath !== undefined)('the studio', () => {
  let studio: StudioSession
  let carillon: RunningCarillon
  let page: Page

  beforeAll(async () => {
    studio = await startStudioSession()
    page = studio.page
    carillon = studio.carillon
  })
  afterAll(() => studio?.close())

  const open = (path: string) => studio.open(path)
  const tab = (name: string) => page.getByRole('tab', { name }).click()

  it('opens by the printed link, and loads the campaign list with at most 250 KB of JavaScript', async () => {
    await studio.logIn()
    const loaded = await page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    const files = (loaded as string[]).filter(name => name.endsWith('.js'))
    expect(files.length).toBeGreaterThan(0)
    const bodies = await Promise.all(
      files.map(async file => gzipSync(Buffer.from(await (await fetch(file)).arrayBuffer())).length),
    )
    expect(bodies.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(FIRST_LOAD_BYTES)
  })

  it('takes a campaign from nothing to a mail: write, preview, activate, call, look', async () => {
    await open('/campaigns')
    await page.getByRole('button', { name: 'New campaign' }).first().click()
    await tab('Content')
    await page.getByLabel('Subject', { exact: true }).fill('Hello {{context.name}}')
    await page.getByLabel('HTML', { exact: true }).click()
    await page.keyboard.insertText(
      '<p>Dear {{context.name}}</p><script>document.body.textContent = "hacked"</script>',
    )
    await page.getByLabel('Context', { exact: true }).fill('{"name": "Ada"}')
    await page.locator('[data-preview=subject]', { hasText: 'Hello Ada' }).waitFor()
    await page.locator('[data-save=saved]').waitFor()
    await tab('Review')
    await page.getByRole('button', { name: 'Activate' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click()
    await page.getByText('Live', { exact: true }).first().waitFor()
    const caller = await createCaller(carillon.db)
    const shown = (await page.locator('[data-curl]').first().textContent()) ?? ''
    const { stdout } = await run('bash', [
      '-c',
      shown.replace('ACCESS_TOKEN', caller.token).replace('CLIENT_ID', caller.clientId),
    ])
    expect(JSON.parse(stdout).executionId).toMatch(/^UMA-/)
    await open('/inbox')
    await page.getByText('Hello Ada').first().click()
    await page.locator('[data-mail=subject]', { hasText: 'Hello Ada' }).waitFor()
    const frame = page.frameLocator('.mail-frame').first()
    await frame.getByText('Dear Ada').waitFor()
    // Shown, and its script not run.
    // biome-ignore lint/performance/useDomNodeTextContent: what is seen, which the text of a script is not.
    expect((await frame.locator('body').innerText()).trim()).toBe('Dear Ada')
    await open('/messages')
    await page.getByText('ada@example.com').first().waitFor()
    await page.getByText('Sent', { exact: true }).first().waitFor()
  })

  it('makes a fragment, and uses it where a wrong path is found and mended while typing', async () => {
    await open('/content')
    await page.getByRole('button', { name: 'New fragment' }).first().click()
    await page.getByRole('dialog').getByLabel('Name').fill('Signature')
    await page.getByRole('dialog').getByRole('button', { name: 'Make fragment' }).click()
    await page.locator('.cm-content').first().click()
    await page.keyboard.insertText('Kind regards, {{context.shop}}')
    await page.locator('[data-save=saved]').waitFor()
    await page.getByRole('button', { name: 'Publish…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click()
    await page.getByText('Live', { exact: true }).first().waitFor()
    await open('/campaigns')
    await page.getByRole('button', { name: 'New campaign', exact: true }).click()
    await tab('Content')
    const html = page.getByLabel('HTML', { exact: true })
    await html.click()
    await page.keyboard.insertText('{{profile.person.name.firstNam}}')
    await untilThere(page.getByRole('button', { name: 'Use "firstName"' }), async () => {
      await page.mouse.move(0, 0)
      await page.locator('.cm-lintRange-error').hover()
    })
    await page.getByRole('button', { name: 'Use "firstName"' }).click()
    await html.getByText('firstName').waitFor()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(' {{fragment id=')
    await untilThere(page.getByRole('option', { name: /Signature/ }), () =>
      page.keyboard.press('Control+Space'),
    )
    await page.getByRole('option', { name: /Signature/ }).click()
    await page.getByLabel('Context', { exact: true }).fill('{"shop": "Bells"}')
    await page.frameLocator('.mail-frame').first().getByText('Kind regards, Bells').waitFor()
  })

  it('shows the material of a new encryption key once', async () => {
    await open('/settings?part=keys')
    await page.getByRole('button', { name: 'New encryption key' }).first().click()
    await page.getByRole('dialog').getByLabel('Name').fill('partner')
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
    await page
      .getByText(/^[\w-]{43}$/)
      .first()
      .waitFor()
    await page.getByRole('button', { name: 'I kept them' }).click()
    await page
      .getByRole('row', { name: /partner/ })
      .getByText('Active')
      .waitFor()
    await page.reload()
    await page.getByRole('row', { name: /partner/ }).waitFor()
    expect(await page.getByText(/^[\w-]{43}$/).count()).toBe(0)
  })

  it('speaks Dutch and turns dark when asked', async () => {
    const dutch = await studio.browser.newContext({
      locale: 'nl-NL',
      colorScheme: 'dark',
      viewport: { width: 390, height: 800 },
    })
    const other = await dutch.newPage()
    await other.goto(carillon.url)
    await other.getByText('Inloggen').first().waitFor()
    expect(await other.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark')
    expect(await other.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true)
    await dutch.close()
  })

  it('raised no error in the browser', () => {
    expect(studio.complaints).toEqual([])
  })
})
