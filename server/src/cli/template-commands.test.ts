/** `carillon render` and `carillon check` as a person and a CI job use them: files in, text and exit codes out. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { systemClock } from '../lib/clock.ts'
import { runCli } from './run.ts'

const cwd = mkdtempSync(join(tmpdir(), 'carillon-templates-'))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))
mkdirSync(join(cwd, 'parts'))
const files: Readonly<Record<string, string>> = {
  'mail.html': 'Hi {{context.name}}, {{fragment id="ajo:footer/1"}}',
  'moment.txt':
    '{%= formatDate(getCurrentZonedDateTime(), "EEEE d MMMM yyyy HH:mm", "nl_NL") %} & {{context.name}}',
  'store.html':
    '{{datasetLookup datasetId="stores" id=context.store result="s" required=true}}{{executionMetadata key="city" value=s.city}}{{s.city}}',
  'data.json': JSON.stringify({ profile: {}, context: { name: 'Ada & Co', store: '7' } }),
  'parts/footer.html': '<b>{{context.name}}</b>',
  'wrong.html': 'line one\n{{context.naem}}{{#if true}}',
  'raw.html': '{{{context.name}}}',
  'lookups.json': JSON.stringify({ stores: { 7: { city: 'Utrecht' } } }),
  'schema.json': JSON.stringify({ type: 'object', properties: { name: { type: 'string' } } }),
}
for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)

const run = async (...line: readonly string[]) => {
  const out: string[] = []
  const err: string[] = []
  const io = { out: (text: string) => out.push(text), err: (text: string) => err.push(text) }
  const code = await runCli(line, {}, { io, cwd, clock: systemClock })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

describe('render', () => {
  test('prints what a template makes of data, with fragments from a folder', async () => {
    const { code, out } = await run('render', 'mail.html', '--data', 'data.json', '--fragments', 'parts')
    expect([code, out]).toEqual([0, 'Hi Ada &amp; Co, <b>Ada &amp; Co</b>'])
  })

  test('takes the clock and the time zone, and the target from the file name', async () => {
    const at = ['--now', '2026-03-01T23:30:00Z', '--tz', 'Europe/Amsterdam', '--data', 'data.json']
    expect((await run('render', 'moment.txt', ...at)).out).toBe('maandag 2 maart 2026 00:30 & Ada & Co')
    expect((await run('render', 'moment.txt', ...at, '--target', 'html')).out).toContain('Ada &amp; Co')
  })

  test('looks up rows in a file and tells the metadata', async () => {
    const line = ['render', 'store.html', '--data', 'data.json', '--lookups', 'lookups.json', '--json']
    expect(JSON.parse((await run(...line)).out)).toEqual({ text: 'Utrecht', metadata: { city: 'Utrecht' } })
  })

  test.each([
    [['store.html', '--data', '{"context":{"store":"8"}}', '--lookups', 'lookups.json'], 1, 'lookup_missing'],
    [['store.html', '--data', 'data.json'], 1, 'lookup_failed'],
    [['wrong.html'], 1, 'wrong.html:2:17 error block_unclosed'],
    [['nowhere.html'], 2, 'nowhere.html'],
    [['mail.html', '--data', '[]'], 2, '--data'],
    [['mail.html', '--now', 'tomorrow'], 2, '--now'],
    [['mail.html', '--tz', 'Mars'], 2, '--tz'],
    [['mail.html', '--target', 'pdf'], 2, '--target'],
    [['mail.html', '--fragments', 'nowhere'], 2, '--fragments'],
    [['mail.html', 'other.html'], 2, 'too many'],
  ])('%j ends with %i and says %s', async (line, code, words) => {
    const answer = await run('render', ...line)
    expect([answer.code, answer.out]).toEqual([code, ''])
    expect(answer.err).toContain(words)
  })
})

describe('check', () => {
  test('finds what a schema does not have, with the place and what was meant', async () => {
    const { code, out, err } = await run(
      'check',
      'wrong.html',
      'mail.html',
      '--context-schema',
      'schema.json',
      '--fragments',
      'parts',
    )
    expect(code).toBe(1)
    expect(out).toContain(
      'wrong.html:2:11 error path_unknown: There is no "naem" in context. Did you mean "name"?',
    )
    expect(out).toContain('    fix: Use "name"')
    expect(err).toContain('2 checked, 2 errors')
  })

  test('ends with 0 for advice, unless it is strict', async () => {
    expect((await run('check', 'raw.html')).code).toBe(0)
    expect((await run('check', 'raw.html', '--strict')).code).toBe(1)
    expect((await run('check', 'raw.html')).out).toContain('output_unescaped')
  })

  test('refuses profile attributes in high throughput, and prints JSON', async () => {
    writeFileSync(join(cwd, 'profile.html'), '{{profile.a}}')
    const { code, out } = await run('check', 'profile.html', '--high-throughput', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject([
      { file: 'profile.html', findings: [{ code: 'profile_forbidden' }] },
    ])
  })

  test('takes a fragment on its own', async () => {
    writeFileSync(join(cwd, 'part.html'), '{{greeting}}')
    expect((await run('check', 'part.html')).code).toBe(1)
    expect((await run('check', 'part.html', '--fragment')).code).toBe(0)
  })

  test('needs a file', async () => {
    expect((await run('check')).code).toBe(2)
  })
})
