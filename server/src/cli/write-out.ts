/** What a server streams, to a file or line by line to standard output. */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Invocation, type Io, Unreachable, UsageError } from './command.ts'

/** Where it goes: `file` undefined is standard output. `mode` is the file's; `url` named it, for the words of a failure. */
export interface OutPlace {
  readonly file: string | undefined
  readonly url: string
  readonly mode?: number
}

/** Writes all of it, or leaves no file. */
export const writeOut = async (
  invocation: Invocation,
  bytes: AsyncIterable<Uint8Array>,
  { file, url, mode = 0o666 }: OutPlace,
): Promise<void> => {
  try {
    if (file === undefined) await toLines(invocation.io, bytes)
    else await toFile(bytes, resolve(invocation.cwd, file), mode)
  } catch (error) {
    throw cutOr(error, url)
  }
  if (file !== undefined) invocation.io.err(`Written to ${resolve(invocation.cwd, file)}`)
}

// Whoever finds the file under its name finds all of it.
const toFile = async (bytes: AsyncIterable<Uint8Array>, path: string, mode: number): Promise<void> => {
  const part = `${path}.part`
  // One that a kill left would keep its own mode.
  await rm(part, { force: true })
  try {
    await pipeline(bytes, createWriteStream(part, { mode }))
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
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
