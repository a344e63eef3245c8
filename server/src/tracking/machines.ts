/**
 * Tells machines from people, as far as a request shows it: scanners of mail gateways, robots, previews of messengers,
 * proxies that fetch every picture. Both are counted, apart. Knows nothing of what is counted.
 */

/** What a request shows of who makes it. */
export interface Visitor {
  readonly method: string
  readonly userAgent: string | undefined
  /** `Purpose`, `Sec-Purpose` or `X-Moz`, whichever is there: browsers that fetch ahead say so. */
  readonly purpose: string | undefined
}

// Names that programs give themselves: crawlers, previews of messengers, security gateways, libraries, headless browsers.
const ROBOT = new RegExp(
  [
    'bot\\b|crawl|spider|slurp|preview|scanner|monitor|validator|probe|fetcher|prefetch|headless|phantomjs',
    'curl/|wget/|python|aiohttp|httpx|go-http-client|java/|okhttp|apache-httpclient|libwww|axios/|node-fetch|undici',
    'facebookexternalhit|whatsapp|slack|telegram|discord|skypeuripreview|linkedin|embedly|iframely',
    'barracuda|proofpoint|mimecast|ironport|trendmicro|symantec|messagelabs|sophos|forcepoint|fireeye|safelinks|urldefense',
  ].join('|'),
  'i',
)

// Google's and Yahoo's proxies fetch pictures for a mailbox, whether anybody looks or not.
const PICTURE_PROXY = /GoogleImageProxy|ggpht\.com|YahooMailProxy|YahooCacheSystem|CloudImageProxy/i
// Apple's Mail Privacy Protection fetches every picture of every mail, and says no more than this.
const APPLE_PRIVACY = /^Mozilla\/5\.0$/

/** Whether a request is certainly no person's. */
export const isRobot = ({ method, userAgent, purpose }: Visitor): boolean =>
  method === 'HEAD' ||
  userAgent === undefined ||
  userAgent.trim() === '' ||
  ROBOT.test(userAgent) ||
  (purpose !== undefined && /prefetch|preview/i.test(purpose))

/** Whether a picture was fetched for no person's eyes. */
export const isMachineOpen = (visitor: Visitor): boolean =>
  isRobot(visitor) ||
  PICTURE_PROXY.test(visitor.userAgent ?? '') ||
  APPLE_PRIVACY.test((visitor.userAgent ?? '').trim())

/** What a burst of clicks turned out to be. */
export interface BurstVerdict<Click> {
  readonly machine: boolean
  /** Clicks on links of the message that were taken for a person's before. */
  readonly takeBack: readonly Click[]
}

/** Watches clicks of messages. */
export interface BurstWatch<Click> {
  /** A click that looks like a person's; `ms` is a monotonic time. */
  click(messageId: string, click: Click, ms: number): BurstVerdict<Click>
}

/** So many different links of one message within so long are no person's. */
const LINKS = 3
const WITHIN_MS = 2_000
const MOST_WATCHED = 20_000

const PERSON: BurstVerdict<never> = { machine: false, takeBack: [] }

/** Remembers the clicks of the last seconds, of a bounded number of messages. */
export const createBurstWatch = <Click extends { readonly linkId: bigint }>(): BurstWatch<Click> => {
  const watched = new Map<string, { readonly since: number; isBurst: boolean; readonly clicks: Click[] }>()
  const forget = (ms: number): void => {
    for (const [id, { since }] of watched) {
      if (ms - since <= WITHIN_MS && watched.size <= MOST_WATCHED) return
      watched.delete(id)
    }
  }
  return {
    click: (messageId, click, ms) => {
      forget(ms)
      const seen = watched.get(messageId)
      if (seen === undefined) {
        watched.set(messageId, { since: ms, isBurst: false, clicks: [click] })
        return PERSON
      }
      if (seen.isBurst) return { machine: true, takeBack: [] }
      seen.clicks.push(click)
      if (new Set(seen.clicks.map(one => one.linkId)).size < LINKS) {
        // Who clicks one link many times is watched no longer than needed to tell.
        if (seen.clicks.length > LINKS * 10) seen.clicks.shift()
        return PERSON
      }
      seen.isBurst = true
      return { machine: true, takeBack: seen.clicks.slice(0, -1) }
    },
  }
}
