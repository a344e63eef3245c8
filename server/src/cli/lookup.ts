/** `carillon lookup …`: the rows of a lookup table from a file and into a file, from a shell. */
import { createReadStream, statSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import { Readable } from 'node:stream'
import type { LookupImport, LookupTable } from '@carillon/contract'
import { delay } from '../lib/delay.ts'
import { callServer, Refusal, refused, streamServer } from './call.ts'
import { CALLER_OPTIONS, type Caller, callerOf } from './caller.ts'
import {
  type Command,
  EXIT,
  type Invocation,
  JSON_OPTION,
  type Option,
  print,
  UsageError,
} from './command.ts'
import { writeOut } from './write-out.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.jsonl': 'application/x-ndjson',
  '.ndjson': 'application/x-ndjson',
}

const typeOf = (file: string): string => {
  const type = TYPES[extname(file).toLowerCase()]
  if (type === undefined) throw new UsageError(`${file} is neither .csv nor .jsonl.`)
  return type
}

const call = async <T>(caller: Caller, path: string, more: object = {}): Promise<T> => {
  const { url, headers } = caller
  const answer = await callServer({ url: `${url}/api/v1/lookup-tables${path}`, headers, ...more })
  if (answer.status >= 400) throw new Refusal(answer)
  return answer.body as T
}

const tableNamed = async (caller: Caller, name: string): Promise<LookupTable> => {
  const query = new URLSearchParams({ search: name, limit: '200' })
  const { items } = await call<{ items: readonly LookupTable[] }>(caller, `?${query}`)
  const found = items.find(table => table.name === name)
  if (found === undefined) throw new UsageError(`There is no lookup table named "${name}".`)
  return found
}

const orRefusal = async (invocation: Invocation, work: () => Promise<number>): Promise<number> => {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return refused(invocation, error.answer)
  }
}

const WAIT_MS = 500

const waitFor = async (caller: Caller, path: string): Promise<LookupImport> => {
  for (;;) {
    const one = await call<LookupImport>(caller, path)
    if (one.state !== 'running') return one
    await delay(WAIT_MS)
  }
}

const report = (invocation: Invocation, one: LookupImport): number => {
  const { created, updated, refused, state } = one
  const counts = `${created} new, ${updated} replaced, ${refused} refused`
  const kept = 'lines were refused, so the rows stay as they were'
  print(invocation, one, [`${one.name}: ${state === 'failed' ? kept : counts}`])
  return state === 'done' ? EXIT.ok : EXIT.failed
}

const importFile = async (invocation: Invocation): Promise<number> => {
  const { positionals, values, cwd } = invocation
  const [name = '', given = ''] = positionals
  const file = resolve(cwd, given)
  const type = typeOf(file)
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw new UsageError(`${given} is no file.`)
  if (values.has('stop-on-refusal') && !values.has('replace'))
    throw new UsageError('--stop-on-refusal goes with --replace.')
  const caller = await callerOf(invocation)
  const { id } = await tableNamed(caller, name)
  const query = new URLSearchParams({ name: basename(file).slice(0, 200) })
  const content = Readable.toWeb(createReadStream(file))
  const made = await call<LookupImport>(caller, `/${id}/imports?${query}`, {
    method: 'POST',
    bytes: { type, content },
  })
  const body = {
    columns: made.guess,
    mode: values.has('replace') ? 'replace' : 'merge',
    ...(values.has('stop-on-refusal') ? { stopOnRefusal: true } : {}),
  }
  const path = `/${id}/imports/${made.id}`
  const started = await call<LookupImport>(caller, `${path}/start`, { method: 'POST', body })
  if (values.has('no-wait')) {
    print(invocation, started, [started.id])
    return EXIT.ok
  }
  return report(invocation, await waitFor(caller, path))
}

const exportFile = async (invocation: Invocation): Promise<number> => {
  const [name = '', given = ''] = invocation.positionals
  const file = resolve(invocation.cwd, given)
  const format = typeOf(file) === 'text/csv' ? 'csv' : 'jsonl'
  const caller = await callerOf(invocation)
  const { id } = await tableNamed(caller, name)
  const url = `${caller.url}/api/v1/lookup-tables/${id}/export?format=${format}`
  const answer = await streamServer({ url, headers: caller.headers })
  if ('status' in answer) throw new Refusal(answer)
  await writeOut(invocation, answer, { file, url: caller.url })
  return EXIT.ok
}

/** Brings rows in. */
export const lookupImportCommand: Command = {
  name: 'lookup import',
  summary: 'bring rows of a lookup table in from a CSV or JSON Lines file, and wait for them',
  details:
    'Columns become what they seem to be: the key is the first named key, id, sku or code, else the first.',
  positionals: ['TABLE', 'FILE'],
  options: {
    replace: { meaning: 'make the table the file, seen all at once at its end (else: add and replace rows)' },
    'stop-on-refusal': { meaning: 'with --replace: change nothing when a line is refused' },
    'no-wait': { meaning: 'do not wait for the end' },
    ...CALLER_OPTIONS,
    ...JSON_OPTION,
  } satisfies Record<string, Option>,
  run: invocation => orRefusal(invocation, () => importFile(invocation)),
}

/** Takes rows away. */
export const lookupExportCommand: Command = {
  name: 'lookup export',
  summary: 'write all rows of a lookup table into a CSV or JSON Lines file',
  positionals: ['TABLE', 'FILE'],
  options: CALLER_OPTIONS,
  run: invocation => orRefusal(invocation, () => exportFile(invocation)),
}
