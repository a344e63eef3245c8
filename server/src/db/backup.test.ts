import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { uuidv7 } from '../lib/ids.ts'
import { seed } from '../roles/seed.ts'
import { backup, restore } from './backup.ts'

const now = new Date('2026-11-24T12:00:00Z')
let from: TestDatabase
let to: TestDatabase
let folder = ''
let file = ''

const content = async ({ db }: TestDatabase): Promise<Record<string, unknown[]>> => {
  const { rows: tables } = await db.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  )
  const found: Record<string, unknown[]> = {}
  for (const { name } of tables)
    found[name] = (await db.query(`select t::text as row from "${name}" t order by 1`)).rows
  return found
}

beforeEach(async () => {
  from = await createTestDatabase()
  to = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'carillon-backup-'))
  file = join(folder, 'a.backup')
  await seed(from.db, { now, newId: () => uuidv7(Date.now()) })
  const message = uuidv7(Date.now())
  const odd = { 'a"b\\': 'tab\t newline\n €😀 \\. \\N', list: [null, 1.5, true] }
  await from.db.query('insert into message (id, execution_id, recipient, context) values ($1, $1, $2, $2)', [
    message,
    odd,
  ])
  await from.db.query(
    `insert into delivery (message_id, sandbox_id, execution_id, lane, state, due_at, changed_at) values ($1, $1, $1, 'transactional', 'ready', $2, $2)`,
    [message, now],
  )
  await from.db.query(
    `insert into inbox (id, channel, sender, recipient, subject, received_at, raw, size) values ($1, 'email', 'a', 'b', 's', $2, $3, 4)`,
    [uuidv7(Date.now()), now, Buffer.from([0, 255, 10, 92])],
  )
  await backup(from.db, file, { now })
})
afterEach(async () => {
  await from.drop()
  await to.drop()
  await rm(folder, { recursive: true, force: true })
})

describe('a backup', { timeout: 15_000 }, () => {
  it('brings every row of every table back, byte by byte', async () => {
    await restore(to.db, file, {})
    expect(await content(to)).toEqual(await content(from))
  })

  it('is refused by a database that holds something, unless it is told to replace it', async () => {
    await restore(to.db, file, {})
    await expect(restore(to.db, file, {})).rejects.toThrow('not empty')
    await to.db.query('delete from message')
    await restore(to.db, file, { force: true })
    expect(await content(to)).toEqual(await content(from))
  })

  it('changes nothing when it is cut off, damaged, or no backup at all', async () => {
    const whole = await readFile(file)
    const plain = gunzipSync(whole)
    const flipped = Buffer.from(whole)
    flipped[Math.floor(whole.length / 2)] = (flipped[Math.floor(whole.length / 2)] ?? 0) ^ 0xff
    const damaged = [
      whole.subarray(0, whole.length - 20),
      gzipSync(plain.subarray(0, plain.length - 5)),
      flipped,
      Buffer.from('not a backup'),
      gzipSync('not a backup either'),
    ]
    const before = await content(to)
    for (const bytes of damaged) {
      await writeFile(file, bytes)
      await expect(restore(to.db, file, {})).rejects.toThrow()
      expect(await content(to)).toEqual(before)
    }
    await expect(restore(to.db, join(folder, 'missing'), {})).rejects.toThrow('ENOENT')
  })

  it('made by a newer Carillon is refused', async () => {
    const plain = gunzipSync(await readFile(file))
    const changed = Buffer.from(
      plain
        .toString('latin1')
        .replace(/"migration":\d+/, found => `"migration":${'9'.repeat(found.length - 12)}`),
      'latin1',
    )
    await writeFile(file, gzipSync(changed))
    await expect(restore(to.db, file, {})).rejects.toThrow('newer')
  })
})
