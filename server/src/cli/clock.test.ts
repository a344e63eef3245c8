/** `carillon clock` against the real API. */
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { systemClock } from '../lib/clock.ts'
import { runCli } from './run.ts'

let api: TestApi
let url: string

beforeAll(async () => {
  api = await createTestApi()
  url = await api.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => api.close())

const clock = async (...rest: string[]) => {
  const [out, err]: [string[], string[]] = [[], []]
  const { clientId, token, organization } = api.client
  const who = ['--url', url, '--token', token, '--client-id', clientId, '--organization', organization]
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) }
  const code = await runCli(['clock', ...rest, ...who], {}, { io, cwd: tmpdir(), clock: systemClock })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

test('shows the time, marks the sandbox, moves its time, and puts it back', async () => {
  expect(await clock()).toMatchObject({ code: 0, out: expect.stringContaining('dev: real time') })
  const early = await clock('--advance', '2h')
  expect(early).toMatchObject({ code: 1, out: '', err: expect.stringContaining('400 resource_state') })
  expect((await clock('--test', 'on', '--advance', '1.5h')).out).toMatch(/marked for tests, 5400 s ahead$/)
  const next = `${new Date().getUTCFullYear() + 2}-01-01T08:00`
  const there = JSON.parse((await clock('--advance', `${next}Z`, '--json')).out)
  expect(there).toMatchObject({ testClock: true, now: expect.stringMatching(`^${next}`), moved: 0 })
  expect((await clock('--test', 'off')).out).toMatch(/dev: real time$/)
})

test('refuses production with the reason, and what is neither a span nor a time before it calls', async () => {
  const production = await clock('--sandbox', 'prod', '--test', 'on')
  expect(production).toMatchObject({ code: 1, err: expect.stringContaining('sandbox_production') })
  for (const line of [
    ['--advance', 'tomorrow'],
    ['--advance', '2 h'],
    ['--test', 'yes'],
  ])
    expect(await clock(...line)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(line[0]!) })
})
