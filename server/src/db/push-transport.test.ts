/** What the migration of push gives to sandboxes that were made before it. */
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { uuidv7 } from '../lib/ids.ts'
import { migrate } from './migrate.ts'

const MIGRATIONS = fileURLToPath(new URL('./migrations/', import.meta.url))

let test: TestDatabase
let before = ''
beforeAll(async () => {
  test = await createTestDatabase({ empty: true })
  before = await mkdtemp(join(tmpdir(), 'carillon-migrations-'))
  for (const file of await readdir(MIGRATIONS))
    if (file < '0025') await copyFile(join(MIGRATIONS, file), join(before, file))
})
afterAll(async () => {
  await test.drop()
  await rm(before, { recursive: true, force: true })
})

const addSandbox = async (name: string): Promise<string> => {
  const id = uuidv7(Date.now())
  const values = [id, name, new Date('2025-01-01T00:00:00Z')]
  await test.db.query(
    'insert into sandbox (id, name, production, created_at) values ($1, $2, false, $3)',
    values,
  )
  return id
}
const addTransport = async (sandboxId: string, name: string, kind: string): Promise<void> => {
  await test.db.query(
    `insert into transport (id, sandbox_id, name, kind, settings, created_at, modified_at)
     values ($1, $2, $3, $4, '{}', $5, $5)`,
    [uuidv7(Date.now()), sandboxId, name, kind, new Date()],
  )
}

it('every sandbox has one transport for push into its Inbox, under a name that is free', async () => {
  await migrate(test.db, before)
  const [old, own, named] = [await addSandbox('old'), await addSandbox('own'), await addSandbox('named')]
  await addTransport(old, 'Inbox', 'sandbox_smtp')
  await addTransport(own, 'Mine', 'sandbox_push')
  await addTransport(named, 'Inbox for push', 'sandbox_smtp')
  await migrate(test.db)
  const { rows } = await test.db.query(
    `select s.name as sandbox, t.name, t.settings from transport t join sandbox s on s.id = t.sandbox_id
     where t.kind = 'sandbox_push' order by s.name`,
  )
  expect(rows).toEqual([
    { sandbox: 'named', name: 'Inbox for push (sandbox)', settings: {} },
    { sandbox: 'old', name: 'Inbox for push', settings: {} },
    { sandbox: 'own', name: 'Mine', settings: {} },
  ])
})
