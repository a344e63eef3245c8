/** `carillon lookup …` against the real API and the real background task. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { lookupImport } from '../content/lookup-import.ts'
import { importTask } from '../imports/import-task.ts'
import { type Background, startBackground } from '../lib/background.ts'
import { systemClock } from '../lib/clock.ts'
import { silentLog } from '../lib/log.ts'
import { runCli } from './run.ts'

let api: TestApi
let url: string
let background: Background
const cwd = mkdtempSync(join(tmpdir(), 'carillon-lookup-'))

beforeAll(async () => {
  api = await createTestApi()
  url = await api.app.listen({ host: '127.0.0.1', port: 0 })
  background = startBackground([importTask({ pool: api.test.db, clock: api.clock }, lookupImport)], silentLog)
  await api.api('POST /lookup-tables', { name: 'stores' })
})
afterAll(async () => {
  await background.stop()
  await api.close()
})

const lookup = async (...rest: string[]) => {
  const [out, err]: [string[], string[]] = [[], []]
  const { clientId, token, organization } = api.client
  const who = ['--url', url, '--token', token, '--client-id', clientId, '--organization', organization]
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) }
  const code = await runCli(['lookup', ...rest, ...who], {}, { io, cwd, clock: systemClock })
  return { code, out: out.join('\n'), err: err.join('\n') }
}
const write = (name: string, text: string): void => writeFileSync(join(cwd, name), text)

test('brings rows in, replaces them, and writes them into a file', async () => {
  write('a.csv', 'key,city\n1,Utrecht\n2,Lagos\n,Delft\n')
  expect(await lookup('import', 'stores', 'a.csv')).toEqual({
    code: 0,
    out: 'a.csv: 2 new, 0 replaced, 1 refused',
    err: '',
  })
  expect(await lookup('import', 'stores', 'a.csv', '--replace', '--stop-on-refusal')).toMatchObject({
    code: 1,
  })
  write('b.jsonl', '{"key":"3","row":{"city":"Oslo"}}\n')
  const replaced = await lookup('import', 'stores', 'b.jsonl', '--replace', '--json')
  expect(JSON.parse(replaced.out)).toMatchObject({ state: 'done', created: 1 })
  expect((await lookup('export', 'stores', 'out.csv')).code).toBe(0)
  expect(readFileSync(join(cwd, 'out.csv'), 'utf8')).toBe('\uFEFFkey,city,*\r\n3,Oslo,\r\n')
})

test('says the id, and does not wait, when it is told not to', async () => {
  write('d.csv', `key,city\n${Array.from({ length: 2_000 }, (_, n) => `w${n},Rome`).join('\n')}\n`)
  const { code, out, err } = await lookup('import', 'stores', 'd.csv', '--no-wait')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { items } = (await api.api('GET /lookup-tables')).body
  const path = `GET /lookup-tables/${items[0].id}/imports/${out}`
  expect((await api.api(path)).body).toMatchObject({ id: out, name: 'd.csv' })
  await expect.poll(async () => (await api.api(path)).body.state, { timeout: 20_000 }).toBe('done')
})

test('says what is wrong before it sends anything', async () => {
  write('c.txt', 'key\n1')
  for (const [line, words] of [
    [['import', 'stores', 'c.txt'], 'neither .csv nor .jsonl'],
    [['import', 'stores', 'none.csv'], 'none.csv is no file'],
    [['import', 'nowhere', 'a.csv'], 'no lookup table named "nowhere"'],
    [['import', 'stores', 'a.csv', '--stop-on-refusal'], 'goes with --replace'],
  ] as const)
    expect(await lookup(...line)).toMatchObject({ code: 2, err: expect.stringContaining(words) })
  write('empty.csv', '')
  expect(await lookup('import', 'stores', 'empty.csv')).toMatchObject({
    code: 1,
    err: expect.stringContaining('400 payload_invalid'),
  })
})
