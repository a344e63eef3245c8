/** `carillon import`: a file of people, sent in pieces, taken up with the progress on stderr, and its refused lines. */
import { type FileHandle, open, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import {
  CONFLICT_RULES,
  type ConflictRule,
  IMPORT_PIECE_BYTES,
  type Import,
  type RefusedLine,
} from '@carillon/contract'
import { delay } from '../lib/delay.ts'
import type { Problem } from '../lib/fault.ts'
import { type Answer, type Call, callServer, Refusal, refused } from './call.ts'
import { CALLER_OPTIONS, type Caller, callerOf } from './caller.ts'
import {
  type Command,
  EXIT,
  type Invocation,
  JSON_OPTION,
  type Option,
  print,
  Unreachable,
  UsageError,
} from './command.ts'
import { type Changes, mapped, readChanges } from './import-mapping.ts'

const OPTIONS = {
  name: { value: 'TEXT', meaning: 'name of the import (that of the file)' },
  format: {
    value: 'csv|jsonl',
    meaning: 'format of the file (by its name: .jsonl and .ndjson are JSON Lines)',
  },
  mapping: {
    value: 'JSON|FILE',
    meaning: 'what columns become, by name; columns that are left out become what they seem to be',
  },
  'on-conflict': {
    value: CONFLICT_RULES.join('|'),
    meaning: 'what wins when a person is known already (overwrite)',
  },
  'allow-refused': { meaning: 'end with 0 although lines were refused' },
  ...CALLER_OPTIONS,
  ...JSON_OPTION,
} as const satisfies Record<string, Option>

/** Imports people. */
export const importCommand: Command = {
  name: 'import',
  summary: 'import people from a CSV or JSON Lines file into a running server',
  details: [
    'Example: carillon import people.csv --mapping \'{"Age": "attribute:person.age:number", "Remark": "ignore"}\'',
    '',
    'A column becomes identity:NAMESPACE, attribute:PATH, attribute:PATH:TYPE (text, number, boolean, date, json),',
    'identities or attributes (JSON), or ignore.',
  ].join('\n'),
  positionals: ['FILE'],
  options: OPTIONS,
  run: async invocation => {
    const wanted = readWanted(invocation)
    const file = await openFile(wanted.path)
    try {
      const server = serverOf(await callerOf(invocation))
      return await runImport(invocation, server, { ...wanted, file })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return refused(invocation, error.answer)
    } finally {
      await file.close()
    }
  },
}

interface Wanted {
  readonly path: string
  readonly name: string
  readonly type: string
  readonly changes: Changes
  readonly onConflict: ConflictRule
}

const TYPES: Readonly<Record<string, string>> = { csv: 'text/csv', jsonl: 'application/x-ndjson' }
const LONGEST_NAME = 200

const readWanted = ({ values, positionals, cwd }: Invocation): Wanted => {
  const path = resolve(cwd, positionals[0] ?? '')
  const format = values.text('format') ?? (/\.(jsonl|ndjson)$/i.test(path) ? 'jsonl' : 'csv')
  const type = Object.hasOwn(TYPES, format) ? TYPES[format] : undefined
  if (type === undefined) throw new UsageError('--format is csv or jsonl.')
  const rule = values.text('on-conflict') ?? 'overwrite'
  const onConflict = CONFLICT_RULES.find(one => one === rule)
  if (onConflict === undefined) throw new UsageError(`--on-conflict is one of ${CONFLICT_RULES.join(', ')}.`)
  const name = (values.text('name') ?? basename(path)).slice(0, LONGEST_NAME)
  return { path, name, type, onConflict, changes: readChanges(values.text('mapping'), cwd) }
}

const openFile = async (path: string): Promise<FileHandle> => {
  try {
    // What has no size and no places, such as a folder or a pipe, cannot be sent in pieces.
    if (!(await stat(path)).isFile()) throw new Error('it is not a file')
    return await open(path)
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

type Server = (call: Omit<Call, 'url' | 'headers'> & { readonly path: string }) => Promise<Import>

const serverOf =
  ({ url, headers }: Caller): Server =>
  async ({ path, ...call }) => {
    const answer = await callServer({ url: `${url}/api/v1/imports${path}`, headers, ...call })
    if (answer.status >= 300) throw new Refusal(answer)
    return answer.body as unknown as Import
  }

const PIECE_BYTES = 16 * IMPORT_PIECE_BYTES
const TRIES = 7

// Another answer that was lost may still have its bytes on the way: then the server has another place, or is not done yet.
const isMisplaced = ({ body }: Answer): boolean =>
  body?.['code'] === 'resource_state' ||
  (Array.isArray(body?.['errors']) && body['errors'].some(one => (one as Problem).pointer === '/offset'))

const isPassing = (error: unknown): boolean =>
  error instanceof Unreachable ||
  (error instanceof Refusal &&
    (error.answer.status === 429 || error.answer.status >= 500 || isMisplaced(error.answer)))

// A lost answer may have been of bytes that were taken: the server says where the file goes on.
const again = async <T>(work: (isRepeat: boolean) => Promise<T>): Promise<T> => {
  for (let tried = 1; ; tried++) {
    try {
      return await work(tried > 1)
    } catch (error) {
      if (!isPassing(error) || tried === TRIES) throw error
      await delay(1_000 * 2 ** (tried - 1))
    }
  }
}

interface Upload {
  readonly file: FileHandle
  readonly name: string
  readonly type: string
}

const upload = async (
  server: Server,
  { file, name, type }: Upload,
  told: (one: Import) => void,
): Promise<Import> => {
  const { size } = await file.stat()
  if (size === 0) throw new UsageError('The file is empty.')
  const query = new URLSearchParams({ name, size: String(size) })
  const empty = { type, content: new Uint8Array() }
  let one = await server({ path: `?${query}`, method: 'POST', bytes: empty })
  while (one.state === 'uploading') {
    told(one)
    one = await again(async isRepeat => {
      const at = isRepeat ? await server({ path: `/${one.id}` }) : one
      if (at.state !== 'uploading') return at
      const { buffer, bytesRead } = await file.read(new Uint8Array(PIECE_BYTES), 0, PIECE_BYTES, at.bytes)
      if (bytesRead < Math.min(PIECE_BYTES, size - at.bytes))
        throw new UsageError('The file became shorter while it was sent.')
      const bytes = { type, content: buffer.subarray(0, bytesRead) }
      return server({ path: `/${one.id}/content?offset=${at.bytes}`, method: 'PUT', bytes })
    })
  }
  return one
}

const POLL_MS = 500

const waitForEnd = async (server: Server, begun: Import, told: (one: Import) => void): Promise<Import> => {
  let one = begun
  while (one.state === 'running') {
    told(one)
    await delay(POLL_MS)
    one = await again(() => server({ path: `/${one.id}` }))
  }
  return one
}

const REPORT_MS = 2_000

/** Tells how far it is, every now and then. */
const progressOf = ({ io, clock }: Invocation): ((one: Import) => void) => {
  let last = Number.NEGATIVE_INFINITY
  return one => {
    if (clock.monotonicMs() - last < REPORT_MS) return
    last = clock.monotonicMs()
    const [done, all] = one.state === 'uploading' ? [one.bytes, one.size ?? 1] : [one.position, one.bytes]
    const share = Math.floor((100 * done) / all)
    io.err(
      one.state === 'uploading' ? `sent ${share} %` : `${share} %, ${one.rows} rows, ${one.refused} refused`,
    )
  }
}

// What cannot be started is of no use to anybody.
const start = async (server: Server, one: Import, wanted: Wanted): Promise<Import> => {
  try {
    const body = { columns: mapped(one.guess, wanted.changes), onConflict: wanted.onConflict }
    return await server({ path: `/${one.id}/start`, method: 'POST', body })
  } catch (error) {
    // One that was started after all cannot be removed, and goes on.
    await server({ path: `/${one.id}`, method: 'DELETE' }).catch(() => undefined)
    throw error
  }
}

const SHOWN_LINES = 20

const tellRefused = async ({ io }: Invocation, server: Server, { id, refused }: Import): Promise<void> => {
  if (refused === 0) return
  const page = await server({ path: `/${id}/refused-lines?limit=${SHOWN_LINES}` })
  const { items } = page as unknown as { readonly items: readonly RefusedLine[] }
  for (const { line, reason } of items) io.err(`line ${line}: ${reason}`)
  if (refused > items.length) io.err(`and ${refused - items.length} more: GET /api/v1/imports/${id}/refusals`)
}

const runImport = async (
  invocation: Invocation,
  server: Server,
  wanted: Wanted & { readonly file: FileHandle },
): Promise<number> => {
  const told = progressOf(invocation)
  const uploaded = await upload(server, wanted, told)
  const done = await waitForEnd(server, await start(server, uploaded, wanted), told)
  await tellRefused(invocation, server, done)
  const { created, updated, skipped, refused } = done
  print(invocation, done, [
    `${done.rows} ${done.rows === 1 ? 'row' : 'rows'}: ${created} created, ${updated} updated, ${skipped} left alone, ${refused} refused`,
  ])
  if (done.state !== 'done') invocation.io.err(`The import was ${done.state}.`)
  const isFine = done.state === 'done' && (refused === 0 || invocation.values.has('allow-refused'))
  return isFine ? EXIT.ok : EXIT.failed
}
