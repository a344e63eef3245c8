/** Clicks on tracked links of real messages, as fast as they are sent on; at the end the ledger has every one of them. */
import { createPool } from '../src/db/pool.ts'
import { createLinkSigner, signableLink } from '../src/tracking/link-token.ts'
import { TRACKING_PATH } from '../src/tracking/tracking.ts'
import { startInstance } from './instance.ts'
import { nextMessage, startScript } from './processes.ts'
import { load, median, rateOf, report, type Setting, unitaryCalls, withRuns } from './setting.ts'

const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36'
// More at once would look like a scanner's.
const LINKS = [1, 2].map(n =>
  signableLink({
    ...{ kind: 'click', linkId: BigInt(n) },
    target: `https://shop.example.test/items/${n}?utm_source=mail&utm_campaign=bench`,
  }),
)
const MOST_MESSAGES = 20_000
const SETTLE_MS = 60_000

const messageIds = async (databaseUrl: string): Promise<string[]> => {
  const pool = createPool({ url: databaseUrl, max: 1 })
  const { rows } = await pool.query<{ id: string }>('select id from message order by id limit $1', [
    MOST_MESSAGES,
  ])
  await pool.end()
  return rows.map(row => row.id)
}

const pathsOf = (secret: string, ids: readonly string[]): string[] => {
  const sign = createLinkSigner(secret)
  const sentAt = new Date()
  const tokens = ids.map(messageId => sign({ messageId, sentAt }, LINKS))
  return LINKS.flatMap((_, n) => tokens.map(one => TRACKING_PATH + one[n]))
}

/** Waits until the clicks are there; how many are. */
const clicksIn = async (databaseUrl: string, expected: number): Promise<number> => {
  const pool = createPool({ url: databaseUrl, max: 1 })
  const started = performance.now()
  let found = 0
  while (performance.now() - started < SETTLE_MS) {
    const { rows } = await pool.query<{ n: number }>('select coalesce(sum(n), 0)::int as n from interaction')
    found = rows[0]?.n ?? 0
    if (found >= expected) break
    await new Promise(next => setTimeout(next, 100))
  }
  await pool.end()
  return found
}

/** No worker runs. */
export const measureRedirects = async ({ seconds, runs }: Setting): Promise<void> => {
  const sink = startScript('smtp-sink.ts')
  const { port: sinkPort } = await nextMessage<{ port: number }>(sink)
  const instance = await startInstance({ roles: 'api,studio', workers: 1, sinkPort })
  await unitaryCalls(instance, { seconds: Math.min(seconds, 5) })
  const paths = pathsOf(instance.secret, await messageIds(instance.databaseUrl))
  const rates: number[] = []
  let [answered, refused] = [0, 0]
  for (let run = 0; run < runs; run++) {
    const headers = { 'user-agent': BROWSER }
    const outcome = await load({ port: instance.port, path: '', headers, paths, seconds })
    rates.push(rateOf(outcome))
    answered += outcome.answered
    refused += outcome.refused
  }
  const kept = await clicksIn(instance.databaseUrl, answered)
  report({
    name: 'clicks sent on, 64 connections',
    value: `${withRuns(rates)} refused ${refused}`,
    target: '>= 3,000/s',
    met: median(rates) >= 3_000 && refused === 0,
  })
  report({
    name: '  clicks in the ledger against those sent on',
    value: `${kept} / ${answered}`,
    target: 'equal',
    met: kept === answered,
  })
  await instance.stop()
  sink.disconnect()
}
