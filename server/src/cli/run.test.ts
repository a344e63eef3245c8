/** The command line as a person uses it: real commands, a real database, a real HTTP server, and its exit codes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../../test/database.ts'
import type { Environment } from '../config.ts'
import { systemClock } from '../lib/clock.ts'
import { writeServerFile } from '../lib/server-file.ts'
import { COMMANDS, runCli } from './run.ts'

const cwd = mkdtempSync(join(tmpdir(), 'carillon-cli-'))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const run = async (line: readonly string[], env: Environment = {}) => {
  const out: string[] = []
  const err: string[] = []
  const io = { out: (text: string) => out.push(text), err: (text: string) => err.push(text) }
  const code = await runCli(line, env, { io, cwd, clock: systemClock })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

describe('help', () => {
  test('without arguments all commands, exit codes and settings are listed', async () => {
    const { code, out } = await run([])
    expect(code).toBe(0)
    for (const { name } of COMMANDS) expect(out).toContain(name)
    for (const word of ['Exit codes', 'CARILLON_PORT', 'DATABASE_URL']) expect(out).toContain(word)
  })

  test.each(COMMANDS.map(command => [command.name, command] as const))(
    '%s tells its options',
    async (name, command) => {
      const asked = await run(['help', ...name.split(' ')])
      expect(asked.code).toBe(0)
      for (const option of Object.keys(command.options ?? {})) expect(asked.out).toContain(`--${option}`)
      expect(await run([...name.split(' '), '--help'])).toEqual(asked)
    },
  )

  test('a family of commands is explained by its first word', async () => {
    expect((await run(['help', 'client'])).out).toMatch(/client create[\s\S]*client list[\s\S]*client revoke/)
  })

  test('works beside a wrong configuration', async () => {
    expect((await run(['help', 'start'], { CARILLON_PORT: 'x' })).code).toBe(0)
  })
})

describe('a wrong command line ends with 2 and says what is wrong', () => {
  test.each([
    [['bells'], 'no command "bells"'],
    [['help', 'bells'], 'no command "bells"'],
    [['client', 'create'], '--name is missing'],
    [['client', 'create', '--name', 'x', '--calls-per-second', '0'], '--calls-per-second takes'],
    [['client', 'create', '--name', 'x', '--calls-per-second', '2.5'], '--calls-per-second takes'],
    [['client', 'revoke'], 'CLIENT_ID is missing'],
    [['backup'], 'FILE is missing'],
    [['trigger', '--to', 'ada@example.com'], '--campaign is missing'],
    [['trigger', '--campaign', 'x'], '--to is missing'],
    [['trigger', '--campaign', 'x', '--to', 'y', '--audience', 'own'], '--to does not go with --audience'],
    [
      ['trigger', '--campaign', 'x', '--to', 'y', '--at', '2030-01-01T00:00:00Z'],
      '--at goes with --audience',
    ],
    [['trigger', '--campaign', 'x', '--to', 'y', '--context', '[]'], '--context'],
    [['trigger', '--campaign', 'x', '--to', 'y', '--context', 'nowhere.json'], '--context'],
    [['trigger', '--campaign', 'x', '--to', 'y', '--token', 't'], 'go together'],
    [['version', '--jsn'], '--jsn'],
  ])('%j', async (line, message) => {
    const { code, err, out } = await run(line)
    expect(err).toContain(message)
    expect([code, out]).toEqual([2, ''])
  })

  test('a wrong setting does as well', async () => {
    const { code, err } = await run(['client', 'list'], { CARILLON_WORKER: '3' })
    expect(code).toBe(2)
    expect(err).toContain('CARILLON_WORKER is not a setting')
  })
})

test('the version is printed, also as JSON', async () => {
  expect((await run(['--version'])).out).toMatch(/^carillon \d+\.\d+\.\d+/)
  expect(JSON.parse((await run(['version', '--json'])).out)).toMatchObject({ node: process.versions.node })
})

test('a database that cannot be reached ends with 3', async () => {
  const { code, err } = await run(['client', 'list'], {
    DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:1/none',
  })
  expect(code).toBe(3)
  expect(err).toContain('cannot be reached')
  expect(err).not.toContain('secret')
})

describe('with a database', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>
  let env: Environment
  beforeAll(async () => {
    database = await createTestDatabase()
    env = { DATABASE_URL: database.url, CARILLON_DATA_DIR: join(cwd, 'data') }
  })
  afterAll(() => database.drop())

  test('the first client is made in an empty database, which is seeded by that', async () => {
    const { code, out } = await run(['client', 'create', '--name', 'Shop', '--json'], env)
    expect(code).toBe(0)
    const client = JSON.parse(out)
    expect(Object.keys(client).sort()).toEqual([
      'clientId',
      'clientSecret',
      'organization',
      'sandboxes',
      'token',
    ])
    expect(client.organization).toMatch(/@CarillonOrg$/)
    expect([...client.sandboxes].sort()).toEqual(['dev', 'prod'])
  })

  test('a client can be limited to so many calls a second', async () => {
    await run(['client', 'create', '--name', 'Slow', '--calls-per-second', '25'], env)
    const { items } = JSON.parse((await run(['client', 'list', '--json'], env)).out)
    const limits = items.map((one: { name: string; callsPerSecond: number | null }) => [
      one.name,
      one.callsPerSecond,
    ])
    expect(limits).toContainEqual(['Slow', 25])
    expect(limits).toContainEqual(['Shop', null])
  })

  test('a client can be limited to a sandbox, but not to one that does not exist', async () => {
    const { out } = await run(['client', 'create', '--name', 'Dev only', '--sandbox', 'dev', '--json'], env)
    expect(JSON.parse(out).sandboxes).toEqual(['dev'])
    const refused = await run(['client', 'create', '--name', 'x', '--sandbox', 'stage'], env)
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.err).toContain('there are dev, prod')
  })

  test('clients are listed without secrets and can be revoked', async () => {
    const made = JSON.parse((await run(['client', 'create', '--name', 'Old', '--json'], env)).out)
    const listed = (await run(['client', 'list', '--json'], env)).out
    expect(listed).toContain(made.clientId)
    expect(listed).not.toContain(made.token)
    expect(listed).not.toContain(made.clientSecret)
    expect((await run(['client', 'revoke', made.clientId], env)).code).toBe(0)
    const { items } = JSON.parse((await run(['client', 'list', '--json'], env)).out)
    expect(
      items.find((item: { clientId: string }) => item.clientId === made.clientId).revokedAt,
    ).not.toBeNull()
    expect((await run(['client', 'revoke', 'nobody'], env)).code).toBe(1)
  })

  test('a log-in link leads to the studio of the configuration', async () => {
    const { out } = await run(['link', '--json'], {
      ...env,
      CARILLON_PUBLIC_URL: 'https://bells.example.test',
    })
    expect(JSON.parse(out).url).toMatch(/^https:\/\/bells\.example\.test\/login\?token=.{20,}$/)
  })

  test('migrating an up-to-date database applies nothing', async () => {
    expect(JSON.parse((await run(['migrate', '--json'], env)).out)).toEqual({ applied: [] })
  })

  test('a backup is restored by force only, and not beside a running server', async () => {
    expect((await run(['backup', 'all.gz'], env)).code).toBe(0)
    expect((await run(['restore', 'all.gz'], env)).code).toBe(1)
    const before = (await run(['client', 'list', '--json'], env)).out
    await run(['client', 'create', '--name', 'Later'], env)
    expect((await run(['restore', 'all.gz', '--force'], env)).code).toBe(0)
    expect((await run(['client', 'list', '--json'], env)).out).toBe(before)
    const running = { ...env, CARILLON_DATA_DIR: join(cwd, 'running') }
    writeServerFile(join(cwd, 'running'), {
      pid: process.pid,
      port: 1,
      url: 'http://127.0.0.1:1',
      databaseUrl: database.url,
    })
    const refused = await run(['restore', 'all.gz', '--force'], running)
    expect(refused.code).toBe(1)
    expect(refused.err).toContain(String(process.pid))
  })

  test('doctor finds nothing wrong here, and a wrong setting elsewhere', async () => {
    const here = await run(['doctor', '--json'], { ...env, CARILLON_PORT: '0' })
    expect(JSON.parse(here.out).checks.filter((check: { level: string }) => check.level === 'error')).toEqual(
      [],
    )
    expect(here.code).toBe(0)
    const there = await run(['doctor'], { ...env, CARILLON_PORT: 'x' })
    expect(there.code).toBe(1)
    expect(there.out).toContain('ERROR  configuration')
  })

  describe('a trigger', () => {
    const calls: { url: string; headers: IncomingHttpHeaders; body: unknown }[] = []
    let server: Server
    let dataDir: string
    const campaignId = '01890000-0000-7000-8000-000000000001'

    beforeAll(async () => {
      server = createServer(async (request, response) => {
        const chunks: Buffer[] = []
        for await (const chunk of request) chunks.push(chunk)
        const text = Buffer.concat(chunks).toString()
        const body = text === '' ? null : JSON.parse(text)
        calls.push({ url: request.url ?? '', headers: request.headers, body })
        const [status, answer] = answerTo(request.url ?? '', body?.requestId)
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
      })
      await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
      const { port } = server.address() as AddressInfo
      dataDir = join(cwd, 'with-server')
      writeServerFile(dataDir, {
        pid: process.pid,
        port,
        url: `http://127.0.0.1:${port}`,
        databaseUrl: database.url,
      })
    })
    afterAll(() => new Promise<void>(done => server.close(() => done())))

    const answerTo = (url: string, requestId: unknown): [number, object] => {
      if (url.startsWith('/api/v1/campaigns'))
        return [200, { items: [{ id: campaignId, name: 'Order' }], next: null }]
      if (requestId === 'used') {
        const errors = [{ pointer: '/requestId', message: 'was used for another call' }]
        return [409, { code: 'request_id_conflict', title: 'Conflict', detail: 'Conflict', errors }]
      }
      if (url.endsWith('?dryRun=true')) return [200, { dryRun: true, campaignId, recipients: [] }]
      return [202, { executionId: 'UMA-1', requestId }]
    }
    const trigger = (...rest: string[]) =>
      run(['trigger', '--campaign', 'Order', '--to', 'ada@example.com', ...rest], {
        CARILLON_DATA_DIR: dataDir,
      })

    test('finds the running server, finds the campaign by its name, and makes the call with the four headers', async () => {
      writeFileSync(join(cwd, 'order.json'), '{"order": {"number": "7"}}')
      const { code, out } = await trigger(
        '--context',
        'order.json',
        '--profile',
        '{"a": true}',
        '--request-id',
        'r1',
      )
      expect([code, out]).toEqual([0, 'UMA-1'])
      const call = calls.at(-1)
      expect(call?.url).toBe('/ajo/im/executions/unitary')
      expect(call?.headers).toMatchObject({
        authorization: expect.stringMatching(/^Bearer .{20,}/),
        'x-api-key': expect.any(String),
        'x-gw-ims-org-id': expect.stringMatching(/@CarillonOrg$/),
        'x-sandbox-name': 'dev',
      })
      expect(call?.body).toEqual({
        requestId: 'r1',
        campaignId,
        recipients: [
          {
            type: 'aep',
            userId: 'ada@example.com',
            namespace: 'email',
            profile: { a: true },
            context: { order: { number: '7' } },
          },
        ],
      })
    })

    test('keeps its own client for the next call, and replaces it once it is revoked', async () => {
      await trigger()
      const first = calls.at(-1)?.headers['x-api-key']
      await trigger()
      expect(calls.at(-1)?.headers['x-api-key']).toBe(first)
      await run(['client', 'revoke', String(first)], env)
      expect((await trigger()).code).toBe(0)
      expect(calls.at(-1)?.headers['x-api-key']).not.toBe(first)
    })

    test('each call has a fresh requestId, and an external person carries the address', async () => {
      await trigger('--external')
      const first = calls.at(-1)?.body as { requestId: string; recipients: unknown[] }
      await trigger('--external')
      expect((calls.at(-1)!.body as typeof first).requestId).not.toBe(first.requestId)
      expect(first.recipients).toEqual([
        {
          type: 'external',
          userId: 'ada@example.com',
          namespace: 'email',
          channelData: { emailAddress: 'ada@example.com' },
        },
      ])
    })

    test('for an audience goes to the audience route, with the shared context and the moment', async () => {
      const at = '2030-01-01T00:00:00Z'
      const call = ['trigger', '--campaign', 'Order', '--request-id', 'r2', '--context', '{"code":"A"}']
      await run([...call, '--audience', 'own'], { CARILLON_DATA_DIR: dataDir })
      expect(calls.at(-1)?.url).toBe('/ajo/im/executions/audience')
      expect(calls.at(-1)?.body).toEqual({ requestId: 'r2', campaignId, context: { code: 'A' } })
      await run([...call, '--audience', 'a1', '--at', at], { CARILLON_DATA_DIR: dataDir })
      expect(calls.at(-1)?.body).toMatchObject({ audience: { id: 'a1' }, schedule: { executeAt: at } })
    })

    test('a refusal ends with 1 and names the wrong member', async () => {
      const { code, out, err } = await trigger('--request-id', 'used')
      expect([code, out]).toEqual([1, ''])
      expect(err).toContain('409 request_id_conflict: Conflict')
      expect(err).toContain('/requestId was used for another call')
    })

    test('a dry run prints what would be sent', async () => {
      expect(JSON.parse((await trigger('--dry-run', '--json')).out)).toEqual({
        dryRun: true,
        campaignId,
        recipients: [],
      })
    })

    test('an unknown campaign ends with 1, no server with 3', async () => {
      const unknown = await run(['trigger', '--campaign', 'None', '--to', 'x'], {
        CARILLON_DATA_DIR: dataDir,
      })
      expect(unknown.code).toBe(1)
      const nowhere = await run(['trigger', '--campaign', 'x', '--to', 'y'], {
        CARILLON_DATA_DIR: join(cwd, 'none'),
      })
      expect(nowhere).toMatchObject({ code: 3, out: '' })
    })
  })
})

test('without a server and without a database of its own, a command starts the embedded one for its run', async () => {
  const env = { CARILLON_DATA_DIR: join(cwd, 'embedded') }
  const made = JSON.parse((await run(['client', 'create', '--name', 'Shop', '--json'], env)).out)
  const { code, out } = await run(['client', 'list', '--json'], env)
  expect(code).toBe(0)
  expect(out).toContain(made.clientId)
})
