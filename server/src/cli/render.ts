/** `carillon render`: what a template makes of given data, by the same language as a send. Needs no server. */
import { randomBytes } from 'node:crypto'
import { compileTemplate, type Outside, type RenderEnvironment, RenderError } from '@carillon/template'
import { isTimeZone } from '../lib/time-zone.ts'
import {
  type Command,
  EXIT,
  type Invocation,
  JSON_OPTION,
  type Option,
  print,
  UsageError,
} from './command.ts'
import {
  findingLines,
  readFragments,
  readObject,
  readText,
  TEMPLATE_OPTIONS,
  targetOf,
} from './template-files.ts'

const OPTIONS = {
  data: { value: 'JSON|FILE', meaning: 'the data: an object with the members profile and context' },
  now: { value: 'INSTANT', meaning: 'the time of the render, such as 2026-03-01T09:00:00Z (now)' },
  tz: { value: 'ZONE', meaning: 'time zone of the date functions, such as Europe/Amsterdam (UTC)' },
  lookups: { value: 'JSON|FILE', meaning: 'lookup tables: {"table": {"key": {"column": "value"}}}' },
  ...TEMPLATE_OPTIONS,
  ...JSON_OPTION,
} as const satisfies Record<string, Option>

/** Renders a file. */
export const renderCommand: Command = {
  name: 'render',
  summary: 'render a template file with data from a file',
  details:
    'Example: carillon render mail.html --data data.json --now 2026-03-01T09:00:00Z --tz Europe/Amsterdam\n' +
    'FILE - reads standard input. Encryption keys live in the server: encrypt stops this render.',
  positionals: ['FILE'],
  options: OPTIONS,
  run: async invocation => {
    const [file = '-'] = invocation.positionals
    const source = readText(invocation, file)
    const fragments = readFragments(invocation)
    const compiled = compileTemplate(source, { target: targetOf(invocation, file), fragments })
    for (const line of compiled.diagnostics.flatMap(found => findingLines(file, found)))
      invocation.io.err(line)
    if (!compiled.ok) return EXIT.failed
    const metadata: Record<string, string> = {}
    const outside = outsideOf(invocation, metadata)
    try {
      const data = readObject(invocation, 'data') ?? {}
      const text = compiled.template.render(data, environmentOf(invocation, outside))
      print(invocation, { text, metadata }, [text])
      if (!invocation.values.has('json'))
        for (const [key, value] of Object.entries(metadata)) invocation.io.err(`metadata ${key} = ${value}`)
      return EXIT.ok
    } catch (error) {
      if (!(error instanceof RenderError)) throw error
      invocation.io.err(`${file}: ${error.code}: ${error.message}`)
      for (const line of error.excerpt.split('\n')) invocation.io.err(`    ${line}`)
      return EXIT.failed
    }
  },
}

const environmentOf = ({ values, clock }: Invocation, outside: Outside): RenderEnvironment => {
  const now = values.text('now')
  const nowMs = now === undefined ? clock.now().getTime() : Date.parse(now)
  if (Number.isNaN(nowMs)) throw new UsageError(`--now: "${now}" is not a time.`)
  const timeZone = values.text('tz') ?? 'UTC'
  if (!isTimeZone(timeZone)) throw new UsageError(`--tz: "${timeZone}" is not the name of a time zone.`)
  const random = (): number => randomBytes(4).readUInt32BE() / 2 ** 32
  return { nowMs, timeZone, random, monotonicMs: clock.monotonicMs, outside }
}

const outsideOf = (invocation: Invocation, metadata: Record<string, string>): Outside => {
  const tables = readObject(invocation, 'lookups') ?? {}
  const fragments = readFragments(invocation)
  const own = (object: unknown, name: string): unknown =>
    typeof object === 'object' && object !== null && Object.hasOwn(object, name)
      ? (object as Record<string, unknown>)[name]
      : undefined
  return {
    fragment: id => fragments.get(id) ?? null,
    lookup: (dataset, key) => {
      const table = own(tables, dataset)
      return table === undefined
        ? undefined
        : ((own(table, key) ?? null) as ReturnType<NonNullable<Outside['lookup']>>)
    },
    metadata: (key, value) => {
      metadata[key] = value
    },
    link: url => url,
  }
}
