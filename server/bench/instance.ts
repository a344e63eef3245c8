/** The measured instance: the built program on a new data directory, with a campaign that sends the bench mail. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createPool } from '../src/db/pool.ts'
import { createClient } from '../src/http/auth/client.store.ts'
import { instanceSecret } from '../src/roles/instance-files.ts'
import { benchHtml, benchSubject } from './mail.ts'

/** A running instance and what the load needs to call it. */
export interface Instance {
  readonly host: string
  readonly port: number
  readonly databaseUrl: string
  /** What the instance signs with. */
  readonly secret: string
  readonly headers: Readonly<Record<string, string>>
  readonly campaignId: string
  readonly highThroughputId: string
  /** Makes one more campaign for high-throughput calls, whose mail is from another address. */
  addCampaign(fromAddress: string): Promise<string>
  /** The program's own process; the workers are its children. */
  readonly pid: number
  stop(): Promise<void>
}

const PROGRAM = resolve(import.meta.dirname, '../../dist/carillon.mjs')
const START_MS = 60_000

const serverFile = async (
  dataDir: string,
  pid: number,
): Promise<{ port: number; url: string; databaseUrl: string }> => {
  const deadline = performance.now() + START_MS
  while (performance.now() < deadline) {
    const text = await readFile(join(dataDir, 'server.json'), 'utf8').catch(() => '')
    const file =
      text === ''
        ? undefined
        : (JSON.parse(text) as { pid: number; port: number; url: string; databaseUrl: string })
    if (file?.pid === pid) return file
    await new Promise(next => setTimeout(next, 50))
  }
  throw new RangeError('the instance did not start')
}

const callerHeaders = async (databaseUrl: string): Promise<Record<string, string>> => {
  const pool = createPool({ url: databaseUrl, max: 1 })
  const client = await createClient(pool, { name: 'bench', sandboxes: null, now: new Date() })
  const { rows } = await pool.query<{ value: string }>(`select value from setting where key = 'organization'`)
  await pool.end()
  return {
    authorization: `Bearer ${client.token}`,
    'x-api-key': client.clientId,
    'x-gw-ims-org-id': rows[0]?.value ?? '',
    'x-sandbox-name': 'dev',
  }
}

const createCampaigns = async (
  url: string,
  headers: Record<string, string>,
  sinkPort: number,
): Promise<Pick<Instance, 'campaignId' | 'highThroughputId' | 'addCampaign'>> => {
  const call = async (path: string, body: object): Promise<{ id: string }> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new RangeError(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as { id: string }
  }
  const transport = await call('/transports', {
    name: 'bench',
    smtp: { host: '127.0.0.1', port: sinkPort, security: 'none', connections: 10 },
  })
  const configurationFor = (fromAddress: string): Promise<{ id: string }> =>
    call('/channel-configurations', {
      ...{
        name: `bench-${fromAddress.split('@')[1]}`,
        transportId: transport.id,
        fromName: 'Bench',
        fromAddress,
      },
      ...{ replyTo: null, retryMinutes: 60 },
    })
  const campaign = async (highThroughput: boolean, configuration: { id: string }): Promise<string> => {
    const { id } = await call('/campaigns', {
      name: highThroughput ? 'Bench, high throughput' : 'Bench',
      channelConfigurationId: configuration.id,
      createNewProfiles: true,
      highThroughput,
      content: { subject: benchSubject, html: benchHtml, text: 'Hello {{context.name}}' },
    })
    await call(`/campaigns/${id}/activate`, {})
    return id
  }
  const configuration = await configurationFor('bench@example.test')
  return {
    campaignId: await campaign(false, configuration),
    highThroughputId: await campaign(true, configuration),
    addCampaign: async fromAddress => campaign(true, await configurationFor(fromAddress)),
  }
}

/** Starts the built program with the given roles and workers and makes the campaigns. */
export const startInstance = async (options: {
  readonly roles: string
  readonly workers: number
  readonly sinkPort: number
}): Promise<Instance> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'carillon-bench-'))
  // When root starts it, the database runs as another user, who must reach it here.
  await chmod(dataDir, 0o755)
  const child = spawn(process.execPath, [PROGRAM, 'start'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      CARILLON_PORT: '0',
      CARILLON_DATA_DIR: dataDir,
      CARILLON_ROLES: options.roles,
      CARILLON_WORKERS: String(options.workers),
      CARILLON_LOG_LEVEL: 'warn',
    },
  })
  const file = await serverFile(dataDir, child.pid ?? 0)
  const headers = await callerHeaders(file.databaseUrl)
  const campaigns = await createCampaigns(file.url, headers, options.sinkPort)
  return {
    host: '127.0.0.1',
    port: file.port,
    databaseUrl: file.databaseUrl,
    secret: await instanceSecret(dataDir, undefined),
    headers,
    ...campaigns,
    pid: child.pid ?? 0,
    stop: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
