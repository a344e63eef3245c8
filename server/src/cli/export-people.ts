/** `carillon export people`: everybody, or those of some filters, as CSV or JSON Lines, streamed. */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { refusalLines, streamServer } from './call.ts'
import { CALLER_OPTIONS, callerOf } from './caller.ts'
import {
  type Command,
  EXIT,
  type Invocation,
  type Io,
  type Option,
  Unreachable,
  UsageError,
  type Values,
} from './command.ts'

const OPTIONS = {
  format: { value: 'csv|jsonl', meaning: 'format (csv)' },
  search: { value: 'TEXT', meaning: 'only people with an identity that begins with this' },
  namespace: { value: 'NAME', meaning: 'only people with an identity in this namespace' },
  test: { value: 'yes|no', meaning: 'only test profiles, or none of them' },
  out: { value: 'FILE', meaning: 'write to a file instead of to stdout' },
  ...CALLER_OPTIONS,
} as const satisfies Record<string, Option>

/** Exports people. */
export const exportPeopleCommand: Command = {
  name: 'export people',
  summary: 'export people from a running server as CSV or JSON Lines',
  details: 'An import reads either back without a loss. Example: carillon export people --out people.csv',
  options: OPTIONS,
  run: async invocation => {
    const query = queryOf(invocation.values)
    const { url, headers } = await callerOf(invocation)
    const answer = await streamServer({ url: `${url}/api/v1/profiles/export?${query}`, headers })
    if ('status' in answer) {
      for (const line of refusalLines(answer)) invocation.io.err(line)
      return EXIT.failed
    }
    try {
      await write(invocation, answer)
    } catch (error) {
      throw cutOr(error, url)
    }
    return EXIT.ok
  },
}

const TESTS: Readonly<Record<string, string>> = { yes: 'true', no: 'false' }

const queryOf = (values: Values): URLSearchParams => {
  const format = values.text('format') ?? 'csv'
  if (format !== 'csv' && format !== 'jsonl') throw new UsageError('--format is csv or jsonl.')
  const query = new URLSearchParams({ format })
  for (const name of ['search', 'namespace']) {
    const value = values.text(name)
    if (value !== undefined) query.set(name, value)
  }
  const asked = values.text('test')
  const test = asked !== undefined && Object.hasOwn(TESTS, asked) ? TESTS[asked] : undefined
  if (asked !== undefined && test === undefined) throw new UsageError('--test is yes or no.')
  if (test !== undefined) query.set('test', test)
  return query
}

const write = async ({ values, cwd, io }: Invocation, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
  const out = values.text('out')
  if (out === undefined) return toLines(io, bytes)
  const path = resolve(cwd, out)
  // Whoever finds the file under its name finds all of it.
  const part = `${path}.part`
  try {
    await pipeline(bytes, createWriteStream(part))
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
  io.err(`Written to ${path}`)
}

const toLines = async (io: Io, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let kept = ''
  for await (const piece of bytes) {
    const lines = (kept + decoder.decode(piece, { stream: true })).split('\n')
    kept = lines.pop() ?? ''
    for (const line of lines) io.out(line)
  }
  if (kept !== '') io.out(kept)
}

// A file that cannot be written says so by a code of the system; what is left is the connection.
const cutOr = (error: unknown, url: string): unknown => {
  const { code, path } = error as { readonly code?: unknown; readonly path?: unknown }
  if (typeof path === 'string') return new UsageError(`${path} cannot be written: ${String(code)}`)
  return new Unreachable(`The answer of ${url} was cut.`, 'Try again.', error)
}
