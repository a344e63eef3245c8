import { describe, expect, it } from 'vitest'
import { createBurstWatch, isMachineOpen, isRobot } from './machines.ts'

const visitor = (userAgent: string | undefined, more: object = {}) => ({
  ...{ method: 'GET', userAgent, purpose: undefined },
  ...more,
})
const OUTLOOK = 'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; ms-office; MSOffice 16)'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148'
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0'

describe('who makes a request', () => {
  it.each([OUTLOOK, IPHONE, CHROME, FIREFOX])('is a person with %s', agent => {
    expect([isRobot(visitor(agent)), isMachineOpen(visitor(agent))]).toEqual([false, false])
  })

  it.each([
    'Googlebot/2.1 (+http://www.google.com/bot.html)',
    'Slackbot-LinkExpanding 1.0',
    'facebookexternalhit/1.1',
    'Mozilla/5.0 (compatible; Barracuda Sentinel (EE))',
    'Mozilla/5.0 HeadlessChrome/131.0',
    'python-requests/2.32',
    'curl/8.5.0',
    'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5',
    '',
    undefined,
  ])('is a machine with %s', agent => {
    expect(isRobot(visitor(agent))).toBe(true)
  })

  it('is a machine that asks for the head alone, or fetches ahead', () => {
    expect(isRobot(visitor(CHROME, { method: 'HEAD' }))).toBe(true)
    expect(isRobot(visitor(CHROME, { purpose: 'prefetch;prerender' }))).toBe(true)
  })

  it.each([
    'Mozilla/5.0',
    'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
    'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html',
  ])('fetches pictures for nobody with %s, and may click for somebody', agent => {
    expect(isMachineOpen(visitor(agent))).toBe(true)
    expect(isRobot(visitor(agent))).toBe(false)
  })
})

describe('clicks on many links of a message at once', () => {
  const click = (linkId: number) => ({ linkId: BigInt(linkId) })

  it('are a machine, and take back those before', () => {
    const watch = createBurstWatch<{ linkId: bigint }>()
    expect(watch.click('m', click(1), 0)).toEqual({ machine: false, takeBack: [] })
    expect(watch.click('m', click(1), 100)).toEqual({ machine: false, takeBack: [] })
    expect(watch.click('m', click(2), 200)).toEqual({ machine: false, takeBack: [] })
    expect(watch.click('m', click(3), 300)).toEqual({
      machine: true,
      takeBack: [click(1), click(1), click(2)],
    })
    expect(watch.click('m', click(1), 400)).toEqual({ machine: true, takeBack: [] })
  })

  it('are a person, one after the other, on one link, or of different messages', () => {
    const watch = createBurstWatch<{ linkId: bigint }>()
    for (const [at, linkId] of [1, 2, 3, 4].entries())
      expect(watch.click('slow', click(linkId), at * 1_500).machine).toBe(false)
    for (let at = 0; at < 100; at += 1) expect(watch.click('same', click(1), 20_000 + at).machine).toBe(false)
    for (let n = 0; n < 10; n += 1) expect(watch.click(`m${n}`, click(n), 30_000).machine).toBe(false)
  })
})
