/** The commands about one person against the real API on a real socket. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { createErasureTask, LATE_MS, untilErased } from '../../test/privacy.ts'
import { runCli } from './run.ts'

let api: TestApi
let url = ''
const cwd = mkdtempSync(join(tmpdir(), 'carillon-person-'))
beforeAll(async () => {
  api = await createTestApi()
  url = await api.app.listen({ host: '127.0.0.1', port: 0 })
  for (const name of ['ada', 'bob']) {
    const identities = [{ namespace: 'email', value: `${name}@example.test` }]
    await api.api('POST /profiles', { identities, attributes: { name } })
  }
})
afterAll(async () => {
  await api.close()
  rmSync(cwd, { recursive: true })
})

const run = async (...line: readonly string[]) => {
  const out: string[] = []
  const err: string[] = []
  const io = { out: (text: string) => out.push(text), err: (text: string) => err.push(text) }
  const { token, clientId, organization } = api.client
  const caller = ['--url', url, '--token', token, '--client-id', clientId, '--organization', organization]
  const code = await runCli(['person', ...line, ...caller], {}, { io, cwd, clock: api.clock })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

test('export writes what is kept of a person, to the terminal or to a file of its owner alone', async () => {
  const { code, out } = await run('export', '--value', 'ada@example.test')
  expect(code).toBe(0)
  expect(JSON.parse(out).profile.attributes).toEqual({ name: 'ada' })
  expect(await run('export', '--value', 'ada@example.test', '-o', 'ada.json')).toMatchObject({
    code: 0,
    out: '',
  })
  const file = join(cwd, 'ada.json')
  expect(JSON.parse(readFileSync(file, 'utf8')).profile.attributes).toEqual({ name: 'ada' })
  expect(statSync(file).mode & 0o077).toBe(0)
})

test('erase wants a yes, and prints the id of what goes on by itself', async () => {
  expect(await run('erase', '--value', 'ada@example.test')).toMatchObject({ code: 2, out: '' })
  expect((await api.api('GET /erasures')).body.items).toEqual([])
  const { code, out } = await run('erase', '--value', 'ada@example.test', '--yes')
  expect(code).toBe(0)
  await untilErased(api, out)
  expect(await run('erased', '--value', 'ADA@example.test')).toMatchObject({
    code: 0,
    out: expect.stringContaining(out),
  })
  expect(await run('erased', '--value', 'bob@example.test')).toMatchObject({ code: 0, out: 'Not erased.' })
})

test('erase waits for the certificate when it is asked to', async () => {
  let isOver = false
  const background = (async () => {
    while (!isOver) {
      if (!(await createErasureTask(api).advance())) api.clock.move(LATE_MS)
      await new Promise(resolve => setImmediate(resolve))
    }
  })()
  const { code, out } = await run('erase', '--value', 'bob@example.test', '--yes', '--wait')
  isOver = true
  await background
  expect(code).toBe(0)
  const certificate: unknown = JSON.parse(out)
  expect((await api.api('POST /erasures/verify', { certificate })).body).toEqual({ valid: true })
})

test('refusals end with the words of the server', async () => {
  expect(await run('export')).toMatchObject({ code: 2, err: expect.stringContaining('--value is missing') })
  expect(await run('export', '--value', ' ')).toMatchObject({
    code: 1,
    err: expect.stringContaining('/value'),
  })
  expect(await run('erased', '--namespace', 'crm', '--value', '1')).toMatchObject({
    code: 1,
    err: expect.stringContaining('/identity is neither an email address nor a phone number'),
  })
  expect(await run('erase', '--value', ' ', '--yes')).toMatchObject({
    code: 1,
    err: expect.stringContaining('/identity/value'),
  })
})
