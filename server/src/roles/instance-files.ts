/** The small files of the data directory: the secret, the instance's name, and the client of the printed curl. */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const readText = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined)

/** Writes a file that only its owner may read; a reader never sees half of it. */
export const writePrivate = async (file: string, text: string): Promise<void> => {
  await writeFile(`${file}.new`, text, { mode: 0o600 })
  await rename(`${file}.new`, file)
}

const generated = async (dataDir: string, name: string): Promise<string> => {
  await mkdir(dataDir, { recursive: true })
  const file = join(dataDir, name)
  const text = (await readText(file))?.trim()
  if (text !== undefined && text.length >= 16) return text
  const fresh = randomBytes(32).toString('base64url')
  await writePrivate(file, `${fresh}\n`)
  return fresh
}

/** The secret that signs tokens and seals passwords: the one given, else one generated once and kept. */
export const instanceSecret = async (dataDir: string, given: string | undefined): Promise<string> =>
  given ?? generated(dataDir, 'secret')

/** A name for this data directory that stays over restarts: workers are recovered by it. */
export const instanceName = async (dataDir: string): Promise<string> =>
  (await generated(dataDir, 'instance')).slice(0, 12)

/** The client that the printed curl uses. */
export interface KeptClient {
  readonly clientId: string
  readonly token: string
}

/** The kept client, if the file is there and whole. */
export const readKeptClient = async (dataDir: string): Promise<KeptClient | undefined> => {
  try {
    const value = JSON.parse(
      (await readText(join(dataDir, 'first-client.json'))) ?? '',
    ) as Partial<KeptClient>
    if (typeof value.clientId !== 'string' || typeof value.token !== 'string') return undefined
    return { clientId: value.clientId, token: value.token }
  } catch {
    return undefined
  }
}

/** Keeps the client for the next start. */
export const keepClient = (dataDir: string, client: KeptClient): Promise<void> =>
  writePrivate(join(dataDir, 'first-client.json'), `${JSON.stringify(client)}\n`)
