/** With which credentials the command line calls a server: those given, else a client kept in the data directory. */
import { createClient } from '../http/auth/client.store.ts'
import { readServerFile } from '../lib/server-file.ts'
import { isClientOpen, organizationOf } from '../roles/instance.store.ts'
import { keepClient, readKeptClient } from '../roles/instance-files.ts'
import { type Invocation, type Option, Unreachable, UsageError } from './command.ts'
import { withDatabase } from './database.ts'

/** The options by which a command names another server or other credentials. */
export const CALLER_OPTIONS = {
  url: { value: 'URL', meaning: 'the server (the one running on the data directory)' },
  token: { value: 'TOKEN', meaning: 'access token; needs --client-id and --organization' },
  'client-id': { value: 'ID', meaning: 'client id of the token' },
  organization: { value: 'ID', meaning: 'organization id' },
  sandbox: { value: 'NAME', meaning: 'sandbox (dev)' },
} as const satisfies Record<string, Option>

/** Where to call and the headers that say who calls. */
export interface Caller {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** The caller of this command; without credentials on the command line it needs the server's database. */
export const callerOf = async (invocation: Invocation): Promise<Caller> => {
  const { values } = invocation
  const given = ['token', 'client-id', 'organization'].map(name => values.text(name))
  const [token, clientId, organization] = given
  if (given.some(Boolean) && !given.every(Boolean)) {
    throw new UsageError('--token, --client-id and --organization go together.')
  }
  const url = urlOf(invocation)
  const sandbox = values.text('sandbox') ?? 'dev'
  const known =
    token && clientId && organization ? { token, clientId, organization } : await ownCredentials(invocation)
  return {
    url,
    headers: {
      authorization: `Bearer ${known.token}`,
      'x-api-key': known.clientId,
      'x-gw-ims-org-id': known.organization,
      'x-sandbox-name': sandbox,
    },
  }
}

const urlOf = ({ values, config }: Invocation): string => {
  const url = values.text('url') ?? readServerFile(config().dataDir)?.url
  if (url === undefined) {
    throw new Unreachable(
      'No Carillon runs on this data directory.',
      'Start it with npm start, or name a --url.',
    )
  }
  if (!URL.canParse(url)) throw new UsageError(`--url ${url} is not an address.`)
  return url.replace(/\/+$/, '')
}

interface Credentials {
  readonly token: string
  readonly clientId: string
  readonly organization: string
}

const ownCredentials = (invocation: Invocation): Promise<Credentials> =>
  withDatabase(invocation, 'as it is', async pool => {
    const organization = (await organizationOf(pool)) ?? ''
    const { dataDir } = invocation.config()
    const kept = await readKeptClient(dataDir)
    if (kept !== undefined && (await isClientOpen(pool, kept.clientId))) return { ...kept, organization }
    const made = await createClient(pool, {
      name: 'Command line',
      sandboxes: null,
      now: invocation.clock.now(),
    })
    const client = { clientId: made.clientId, token: made.token }
    await keepClient(dataDir, client)
    return { ...client, organization }
  })
