/** The server file: found while its process lives, private, and never half-read. */
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readServerFile, removeServerFile, writeServerFile } from './server-file.ts'

const server = { pid: process.pid, port: 8080, url: 'http://127.0.0.1:8080', databaseUrl: 'postgres://x' }
const directory = () => mkdtempSync(join(tmpdir(), 'carillon-server-file-'))

test('a server that runs is found, and nothing else is left in the directory', () => {
  const dataDir = directory()
  writeServerFile(dataDir, server)
  expect(readServerFile(dataDir)).toEqual(server)
  expect(readdirSync(dataDir)).toEqual(['server.json'])
})

test.runIf(process.platform !== 'win32')('only the owner can read the file', () => {
  const dataDir = directory()
  writeServerFile(dataDir, server)
  expect(statSync(join(dataDir, 'server.json')).mode & 0o777).toBe(0o600)
})

test('a file whose process is gone, a damaged file and no file all mean that nothing runs', () => {
  const dataDir = directory()
  expect(readServerFile(dataDir)).toBeUndefined()
  writeServerFile(dataDir, { ...server, pid: 2 ** 30 })
  expect(readServerFile(dataDir)).toBeUndefined()
  for (const text of ['', '{', 'null', '[]', '{"pid":"1"}']) {
    writeFileSync(join(dataDir, 'server.json'), text)
    expect(readServerFile(dataDir)).toBeUndefined()
  }
})

test("a stopping server removes its own file, never another's", () => {
  const dataDir = directory()
  writeServerFile(dataDir, server)
  removeServerFile(dataDir, server.pid + 1)
  expect(readServerFile(dataDir)).toEqual(server)
  removeServerFile(dataDir, server.pid)
  expect(readServerFile(dataDir)).toBeUndefined()
})
