/** What `npm start` prints: where to look, the one-time link, and a call that works as it is pasted. */
import type pg from 'pg'
import { listCampaigns } from '../campaigns/campaign.store.ts'
import { triggerSample } from '../campaigns/sample.ts'
import { authorLibrary } from '../content/authoring.ts'
import { templatesOf } from '../content/content.ts'
import { createClient } from '../http/auth/client.store.ts'
import { createLoginLink, listSandboxes } from '../http/auth/session.store.ts'
import { uuidv7 } from '../lib/ids.ts'
import { isClientOpen, organizationOf } from './instance.store.ts'
import { type KeptClient, keepClient, readKeptClient } from './instance-files.ts'

/** What the greeting is made of. */
export interface WelcomeOptions {
  readonly pool: pg.Pool
  readonly dataDir: string
  readonly url: string
  readonly now: Date
}

/** The client whose token the printed curl carries: made at the first start, kept in the data directory, made anew once revoked. */
export const ownClient = async ({ pool, dataDir, now }: WelcomeOptions): Promise<KeptClient> => {
  const kept = await readKeptClient(dataDir)
  if (kept !== undefined && (await isClientOpen(pool, kept.clientId))) return kept
  const made = await createClient(pool, { name: 'First steps', sandboxes: null, now })
  const client = { clientId: made.clientId, token: made.token }
  await keepClient(dataDir, client)
  return client
}

const sampleCurl = async (options: WelcomeOptions): Promise<string | undefined> => {
  const { pool, now, url } = options
  const dev = (await listSandboxes(pool)).find(sandbox => sandbox.name === 'dev')
  if (dev === undefined) return undefined
  const [campaign] = await listCampaigns(pool, {
    sandboxId: dev.id,
    limit: 1,
    after: null,
    search: undefined,
    status: 'live',
    now,
  })
  if (campaign?.live == null) return undefined
  const client = await ownClient(options)
  const organization = (await organizationOf(pool)) ?? ''
  const sample = triggerSample(
    {
      campaignId: campaign.id,
      properties: campaign.live.properties,
      requestId: `first-steps-${uuidv7(now.getTime())}`,
      fragments: await authorLibrary(pool, dev.id, templatesOf(campaign.live.properties)),
    },
    { publicUrl: url, organization, sandboxName: dev.name, ...client },
  )
  return sample.curl
}

/** The text that is printed once everything runs. */
export const welcome = async (options: WelcomeOptions): Promise<string> => {
  const token = await createLoginLink(options.pool, { now: options.now })
  const curl = await sampleCurl(options)
  return [
    '',
    `Carillon is ready at ${options.url}`,
    '',
    'Log in to the studio by this link (once, within an hour; "carillon link" makes another):',
    `  ${options.url}/login?token=${token}`,
    '',
    ...(curl === undefined ? [] : ['Trigger a sample campaign, then look at the Inbox page:', curl, '']),
    'Ctrl-C stops everything in order.',
    '',
  ].join('\n')
}
