/** The import and the export of people from a shell, against the real API on a real socket, with the work done beside it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { importTask } from '../imports/import-task.ts'
import { type Background, startBackground } from '../lib/background.ts'
import { uuidv7 } from '../lib/ids.ts'
import { silentLog } from '../lib/log.ts'
import { peopleImport } from '../profiles/people-import.ts'
import { runCli } from './run.ts'

const cwd = mkdtempSync(join(tmpdir(), 'carillon-import-'))
let api: TestApi
let background: Background
let url = ''
beforeAll(async () => {
  api = await createTestApi()
  url = await api.app.listen({ host: '127.0.0.1', port: 0 })
  const task = importTask(
    { pool: api.test.db, clock: api.clock },
    peopleImport(() => uuidv7(Date.now())),
  )
  background = startBackground([task], silentLog)
})
afterAll(async () => {
  await background.stop()
  await api.close()
  rmSync(cwd, { recursive: true, force: true })
})

const run = async (...line: readonly string[]) => {
  const out: string[] = []
  const err: string[] = []
  const io = { out: (text: string) => out.push(text), err: (text: string) => err.push(text) }
  const { token, clientId, organization } = api.client
  const caller = ['--url', url, '--token', token, '--client-id', clientId, '--organization', organization]
  const code = await runCli([...line, ...caller], {}, { io, cwd, clock: api.clock })
  return { code, out: out.join('\n'), err: err.join('\n') }
}
const file = (name: string, content: string): string => {
  writeFileSync(join(cwd, name), content)
  return name
}
const imports = async () => (await api.api('GET /imports')).body.items

describe('carillon import', () => {
  test('sends a file of several pieces, waits for its end and tells what became of it', async () => {
    const rows = Array.from({ length: 3_000 }, (_, n) => `s${n}@c1.test,${'x'.repeat(1_500)}`)
    const { code, out } = await run('import', file('many.csv', `email,note\n${rows.join('\n')}`))
    expect([code, out]).toEqual([0, '3000 rows: 3000 created, 0 updated, 0 left alone, 0 refused'])
    expect((await imports())[0]).toMatchObject({ name: 'many.csv', state: 'done' })
  })

  test('ends with 1 when lines were refused, names them, and with 0 where that is allowed', async () => {
    const name = file('some.csv', 'email,age\na@c2.test,x\n,5\nb@c2.test,7\n')
    const mapping = file('mapping.json', '{"age": "attribute:person.age:number"}')
    const { code, out, err } = await run('import', name, '--mapping', mapping)
    expect([code, out]).toEqual([1, '3 rows: 1 created, 0 updated, 0 left alone, 2 refused'])
    expect(err).toContain('line 2: age: is not a number')
    expect(err).toContain('line 3: has no identity')
    const line = [
      '--mapping',
      mapping,
      '--allow-refused',
      '--on-conflict',
      'skip',
      '--json',
      '--name',
      'Fair',
    ]
    const again = await run('import', name, ...line)
    expect(again.code).toBe(0)
    expect(JSON.parse(again.out)).toMatchObject({ name: 'Fair', state: 'done', skipped: 1, refused: 2 })
    const { items } = (await api.api('GET /profiles?search=b@c2')).body
    expect(items[0].attributes).toEqual({ person: { age: 7 } })
  })

  test('takes JSON Lines by their name', async () => {
    const person = { identities: [{ namespace: 'email', value: 'j@c3.test' }], attributes: { a: 1 } }
    const { code, out } = await run('import', file('people.jsonl', `${JSON.stringify(person)}\n`))
    expect([code, out]).toEqual([0, '1 row: 1 created, 0 updated, 0 left alone, 0 refused'])
  })

  test('leaves no import behind that cannot be started', async () => {
    const before = (await imports()).length
    const lost = await run('import', file('lost.csv', 'city\nUtrecht\n'))
    expect([lost.code, lost.out]).toEqual([1, ''])
    expect(lost.err).toContain('must have an identity')
    const foreign = await run(
      'import',
      file('lost.csv', 'email\na@c4.test\n'),
      '--mapping',
      '{"x": "ignore"}',
    )
    expect(foreign.code).toBe(2)
    expect(foreign.err).toContain('no column "x"; it has email')
    expect(await imports()).toHaveLength(before)
  })

  test.each([
    [['import', 'nowhere.csv'], 'nowhere.csv cannot be read'],
    [['import', '.'], 'it is not a file'],
    [['import', 'empty.csv'], 'The file is empty'],
    [['import', 'lost.csv', '--format', 'xml'], '--format is csv or jsonl'],
    [['import', 'lost.csv', '--on-conflict', 'win'], '--on-conflict is one of'],
    [['import', 'lost.csv', '--mapping', '[]'], '--mapping'],
    [['import', 'lost.csv', '--mapping', '{"a": "identity"}'], '--mapping: a becomes'],
    [['import', 'lost.csv', '--mapping', '{"a": "ignore:x"}'], '--mapping: a becomes'],
    [['export', 'people', '--test', 'maybe'], '--test is yes or no'],
    [['export', 'people', '--format', 'xml'], '--format is csv or jsonl'],
    [['export', 'people', '--out', 'no/such/folder/x.csv'], 'cannot be written'],
  ])('%j is a wrong command line', async (line, message) => {
    file('empty.csv', '')
    const { code, err } = await run(...line)
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })
})

describe('carillon export people', () => {
  test('writes the same to stdout and to a file, by the filters of the list', async () => {
    for (const n of [1, 2])
      await api.api('POST /profiles', {
        identities: [{ namespace: 'email', value: `e${n}@c5.test` }],
        attributes: { note: 'two\nlines, "é"', ...(n === 1 ? { testProfile: true } : {}) },
      })
    const choice = ['--namespace', 'email', '--search', 'e']
    const printed = await run('export', 'people', ...choice, '--test', 'yes')
    expect(printed.code).toBe(0)
    expect(printed.out).toMatch(/^\uFEFFid,/)
    expect(printed.out).toContain('e1@c5.test')
    expect(printed.out).not.toContain('e2@c5.test')
    const written = await run('export', 'people', ...choice, '--test', 'yes', '--out', 'people.csv')
    expect([written.code, written.out]).toEqual([0, ''])
    expect(readFileSync(join(cwd, 'people.csv'), 'utf8')).toBe(`${printed.out}\n`)
    const lines = await run('export', 'people', '--format', 'jsonl', '--search', 'e2@c5')
    expect(JSON.parse(lines.out)).toMatchObject({ attributes: { note: 'two\nlines, "é"' } })
  })

  test('of a sandbox that is closed to the caller ends with 1', async () => {
    const { code, err } = await run('export', 'people', '--sandbox', 'nowhere')
    expect([code, err]).toEqual([1, expect.stringContaining('sandbox_forbidden')])
  })
})
