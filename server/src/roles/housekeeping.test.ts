import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { uuidv7 } from '../lib/ids.ts'
import { type Log, silentLog } from '../lib/log.ts'
import { housekeep } from './housekeeping.ts'

let db: TestDatabase
const warned: unknown[] = []
const log: Log = { ...silentLog, warn: facts => warned.push(facts) }
// A Wednesday long after the partitions that the database was made with.
const NOW = new Date('2080-06-05T12:00:00Z')

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

const partitionOf = async (id: string): Promise<string | undefined> => {
  const { rows } = await db.db.query<{ partition: string }>(
    'select tableoid::regclass::text as partition from message where id = $1',
    [id],
  )
  return rows[0]?.partition
}
const insert = async (at: string): Promise<string> => {
  const id = uuidv7(Date.parse(at))
  await db.db.query(
    `insert into message (id, execution_id, recipient, context) values ($1, $1, '{}', '{}')`,
    [id],
  )
  return id
}

test('rows that came before their partition are told by name, every hour, and stop nothing', async () => {
  const early = await insert('2080-06-04T00:00:00Z')
  await housekeep(db.db, log, NOW)
  await housekeep(db.db, log, NOW)
  const late = ['message, 2080-06-03T00:00:00.000Z']
  expect(warned).toEqual([{ late }, { late }])
  expect(await partitionOf(early)).toBe('message_default')
  expect(await partitionOf(await insert('2080-06-05T00:00:00Z'))).toBe('message_default')
  expect(await partitionOf(await insert('2080-06-11T00:00:00Z'))).toBe('message_20800610')
})
