/** `carillon client …`: the API clients, whose secrets are shown once, at their making. */
import { createClient, listClients, revokeClient } from '../http/auth/client.store.ts'
import { sandboxNames } from '../roles/instance.store.ts'
import { type Command, EXIT, JSON_OPTION, print, UsageError } from './command.ts'
import { withDatabase } from './database.ts'

const MOST_PER_SECOND = 100_000

const readRate = (text: string | undefined): number | null => {
  if (text === undefined) return null
  const rate = Number(text)
  if (!/^\d+$/.test(text) || rate < 1 || rate > MOST_PER_SECOND)
    throw new UsageError(`--calls-per-second takes a whole number from 1 to ${MOST_PER_SECOND}.`)
  return rate
}

/** Makes a client and prints its secrets. */
export const clientCreateCommand: Command = {
  name: 'client create',
  summary: 'make an API client and print its secrets, once',
  options: {
    name: { value: 'NAME', meaning: 'what the client is called' },
    sandbox: { value: 'NAME', multiple: true, meaning: 'a sandbox that it may use (every sandbox)' },
    'calls-per-second': { value: 'N', meaning: 'how many calls a second it may make (no limit)' },
    ...JSON_OPTION,
  },
  run: async invocation => {
    const name = invocation.values.text('name')?.trim()
    if (!name) throw new UsageError('--name is missing.')
    const callsPerSecond = readRate(invocation.values.text('calls-per-second'))
    return withDatabase(invocation, 'ready', async pool => {
      const wanted = invocation.values.list('sandbox')
      const known = await sandboxNames(pool)
      const foreign = wanted.filter(sandbox => !known.includes(sandbox))
      if (foreign.length > 0)
        throw new UsageError(`There is no sandbox ${foreign.join(', ')}; there are ${known.join(', ')}.`)
      const sandboxes = wanted.length > 0 ? [...new Set(wanted)] : null
      const client = await createClient(pool, {
        name,
        sandboxes,
        callsPerSecond,
        now: invocation.clock.now(),
      })
      const shown = Object.entries(client).map(([key, value]) => `${key.padEnd(13)} ${String(value)}`)
      print(invocation, client, [...shown, 'Keep them: they are not shown again.'])
      return EXIT.ok
    })
  },
}

/** Lists the clients, without secrets. */
export const clientListCommand: Command = {
  name: 'client list',
  summary: 'list the API clients',
  options: JSON_OPTION,
  run: invocation =>
    withDatabase(invocation, 'ready', async pool => {
      const clients = await listClients(pool)
      const lines = clients.map(({ clientId, name, sandboxes, callsPerSecond, revokedAt }) =>
        [
          clientId,
          name,
          sandboxes?.join(',') ?? 'every sandbox',
          callsPerSecond === null ? 'no limit' : `${callsPerSecond} calls/s`,
          revokedAt === null ? 'open' : 'revoked',
        ].join('  '),
      )
      print(invocation, { items: clients }, lines.length > 0 ? lines : ['There is no client yet.'])
      return EXIT.ok
    }),
}

/** Revokes a client: its tokens are refused within a second. */
export const clientRevokeCommand: Command = {
  name: 'client revoke',
  summary: 'revoke an API client; its tokens are refused within a second',
  positionals: ['CLIENT_ID'],
  options: JSON_OPTION,
  run: invocation =>
    withDatabase(invocation, 'ready', async pool => {
      const [clientId = ''] = invocation.positionals
      await revokeClient(pool, { clientId, now: invocation.clock.now() })
      print(invocation, { clientId, revoked: true }, [`${clientId} is revoked.`])
      return EXIT.ok
    }),
}
