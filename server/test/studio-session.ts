/** The real program with a real browser on its studio, for journeys. */
import { readFile } from 'node:fs/promises'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import {
  eventually,
  type RunningCarillon,
  removeDirectory,
  startCarillon,
  temporaryDirectory,
} from './carillon.ts'

/** The browser's program; undefined where there is none: `npm test` names what is left out, or fails. */
export const chromiumPath = process.env['CARILLON_TEST_CHROMIUM']

/** A studio that somebody is on. */
export interface StudioSession {
  readonly carillon: RunningCarillon
  readonly browser: Browser
  readonly page: Page
  /** What the page threw. */
  readonly complaints: readonly string[]
  open(path: string): Promise<unknown>
  /** Logs in by the printed link, without a password. */
  logIn(): Promise<void>
  close(): Promise<void>
}

/** The file that a click saves. */
export const saved = async (
  page: Page,
  click: () => Promise<void>,
): Promise<{ path: string; text: string }> => {
  const [file] = await Promise.all([page.waitForEvent('download'), click()])
  const path = await file.path()
  return { path, text: await readFile(path, 'utf8') }
}

const LOOK_MS = 3_000
const LOOKS = 5

/** Asks for something that an editor takes away again when it looks at its text anew: a hint, a list of completions. */
export const untilThere = async (wanted: Locator, ask: () => Promise<void>): Promise<void> => {
  for (let look = 1; look < LOOKS; look += 1) {
    await ask()
    const isThere = await wanted.waitFor({ timeout: LOOK_MS }).then(
      () => true,
      () => false,
    )
    if (isThere) return
  }
  await ask()
  await wanted.waitFor({ timeout: LOOK_MS })
}

const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
      ...['--disable-sync', '--no-first-run'],
    ],
  })

/** Starts both; the browser speaks English and is light. */
export const startStudioSession = async (): Promise<StudioSession> => {
  const dataDir = await temporaryDirectory()
  const carillon = await startCarillon({ dataDir })
  const browser = await launch()
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    colorScheme: 'light',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  return {
    ...{ carillon, browser, page, complaints },
    open: path => page.goto(`${carillon.url}${path}`),
    logIn: async () => {
      const link = await eventually(
        'the link',
        () => /http\S+\/login\?token=\S+/.exec(carillon.output())?.[0],
      )
      await page.goto(link)
      await page.getByRole('button', { name: 'Skip for now' }).click()
      await page.getByText('Order confirmation').first().waitFor()
    },
    close: async () => {
      await browser.close()
      await carillon.stop()
      await removeDirectory(dataDir)
    },
  }
}
