/**
 * The file by which the command line finds a running server: who runs on this data directory, and where. Knows
 * nothing of what the server does.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A running server: its process, its port, the address people use, and the database it is connected to. */
export interface ServerFile {
  readonly pid: number
  readonly port: number
  readonly url: string
  readonly databaseUrl: string
}

const fileOf = (dataDir: string): string => join(dataDir, 'server.json')

/** Writes the file, readable by its owner only (it holds the database's password); a reader never sees half of it. */
export const writeServerFile = (dataDir: string, server: ServerFile): void => {
  mkdirSync(dataDir, { recursive: true })
  const fresh = `${fileOf(dataDir)}.${server.pid}`
  writeFileSync(fresh, `${JSON.stringify(server)}\n`, { mode: 0o600 })
  renameSync(fresh, fileOf(dataDir))
}

/** Removes the file when it is the given process's own; another server's file stays. */
export const removeServerFile = (dataDir: string, pid: number): void => {
  if (parse(dataDir)?.pid === pid) rmSync(fileOf(dataDir), { force: true })
}

/** The server that runs on this data directory, or undefined: no file, an unreadable one, or a process long gone. */
export const readServerFile = (dataDir: string): ServerFile | undefined => {
  const server = parse(dataDir)
  return server && isAlive(server.pid) ? server : undefined
}

const isServerFile = (value: unknown): value is ServerFile => {
  if (typeof value !== 'object' || value === null) return false
  const { pid, port, url, databaseUrl } = value as Record<string, unknown>
  return (
    Number.isInteger(pid) &&
    Number.isInteger(port) &&
    typeof url === 'string' &&
    typeof databaseUrl === 'string'
  )
}

const parse = (dataDir: string): ServerFile | undefined => {
  try {
    const value: unknown = JSON.parse(readFileSync(fileOf(dataDir), 'utf8'))
    return isServerFile(value) ? value : undefined
  } catch {
    return undefined
  }
}

// EPERM means that the process lives and belongs to somebody else.
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
