/**
 * The worker process: runs one delivery engine until its supervisor asks it to drain or is gone. It gets everything
 * by one message, so it reads no environment.
 */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { pino } from 'pino'
import { CLOCKS_CHANGED } from '../campaigns/sandbox-clock.store.ts'
import { transportById } from '../campaigns/transport.store.ts'
import { createFeedbackAddresses } from '../channels/email/verp.ts'
import { createCallAddresses } from '../channels/sms/call-address.ts'
import { createAddressHash } from '../consent/address-hash.ts'
import { createConsentLinks } from '../consent/links.ts'
import { createContentSources } from '../content/content-sources.ts'
import { createPool } from '../db/pool.ts'
import { type Engine, startEngine } from '../delivery/engine.ts'
import type { SandboxPorts } from '../delivery/opener.ts'
import { createSigningKeys } from '../delivery/sign.ts'
import { createTransports } from '../delivery/transports.ts'
import { createDeviceNotes } from '../feedback/device-notes.ts'
import { systemClock } from '../lib/clock.ts'
import { delay } from '../lib/delay.ts'
import type { Log } from '../lib/log.ts'
import { LANES, READY_CHANNEL } from '../messages/ledger.ts'
import { createTracking } from '../tracking/tracking.ts'
import { obey } from './child.ts'

/** What the supervisor tells a worker. `name` is stable over restarts; `shard` is its own row of every sum. */
export interface WorkerOrder {
  readonly kind: 'work'
  readonly databaseUrl: string
  readonly name: string
  readonly shard: number
  readonly window: number
  readonly sinks: SandboxPorts
  readonly secret: string
  readonly publicUrl: string
  readonly logLevel: string
}

// With the listener nine connections: default workers of a large machine fit into a server's hundred.
const POOL = 4
const BY_INDEX = 4

// A lost listener only costs latency (the engine polls each second), so it is rebuilt quietly.
const listen = async (
  url: string,
  log: Log,
  at: { onReady: (payload: string) => void; stopped: () => boolean },
): Promise<void> => {
  while (!at.stopped()) {
    const client = new pg.Client({ connectionString: url, application_name: 'carillon listener' })
    const ended = new Promise<void>(resolve => {
      client.on('end', resolve)
      client.on('error', () => resolve())
    })
    try {
      await client.connect()
      client.on('notification', ({ payload = '' }) => at.onReady(payload))
      await client.query(`listen ${READY_CHANNEL}`)
      // What was said while nobody listened is lost: look at everything once.
      at.onReady(CLOCKS_CHANGED)
      await ended
    } catch (error) {
      log.debug({ err: error }, 'the listener could not connect')
    }
    await client.end().catch(() => undefined)
    await delay(1_000)
  }
}

const work = async (order: WorkerOrder): Promise<() => Promise<void>> => {
  const log = pino({ level: order.logLevel, base: { role: 'worker', name: order.name } })
  const pool = createPool({ url: order.databaseUrl, max: POOL, name: order.name })
  const byIndex = createPool({
    url: order.databaseUrl,
    max: BY_INDEX,
    name: `${order.name} by index`,
    byIndex: true,
  })
  const calls = createCallAddresses(order)
  const devices = createDeviceNotes({ pool, clock: systemClock, log })
  const transports = createTransports({
    callbackUrl: calls.callbackUrl,
    onDevices: devices.take,
    sinks: order.sinks,
    clock: systemClock,
    read: id => transportById(pool, id, order.secret),
  })
  const engine: Engine = await startEngine({
    pool,
    byIndex,
    clock: systemClock,
    log,
    random: Math.random,
    newId: randomUUID,
    name: order.name,
    shard: order.shard,
    window: order.window,
    channel: id => transports.channel(id),
    sources: createContentSources(pool, { clock: systemClock, secret: order.secret }),
    links: createConsentLinks(order),
    tracking: createTracking(order),
    addressHash: createAddressHash(order.secret),
    addresses: createFeedbackAddresses(order.secret),
    signingKeys: createSigningKeys({ db: pool, clock: systemClock, secret: order.secret }),
  })
  let stopped = false
  void listen(order.databaseUrl, log, {
    onReady: payload =>
      payload === CLOCKS_CHANGED ? engine.clocksChanged() : engine.wake(LANES.find(lane => lane === payload)),
    stopped: () => stopped,
  })
  return async () => {
    stopped = true
    await engine.drain()
    await transports.close()
    await devices.flush()
    await Promise.all([pool.end(), byIndex.end()])
  }
}

/** Waits for the order, works, and ends the process when asked to drain or when the supervisor is gone. */
export const runWorker = (): void => obey('worker', work)
