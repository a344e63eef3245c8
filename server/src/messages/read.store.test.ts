import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { uuidv7 } from '../lib/ids.ts'
import { TO_PERSON } from './read.store.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

it('finds the messages to a person through the index, whatever the ledger holds of others', async () => {
  const recipient = `jsonb_build_object('namespace', 'email', 'userId', g::text)`
  await test.db.query(
    `insert into message (id, execution_id, recipient, context)
     select gen_random_uuid(), gen_random_uuid(), ${recipient}, '{}' from generate_series(1, 5000) g`,
  )
  await test.db.query('analyze message')
  const asked = [['email', 'crm'], ['1', 'C-1'], [uuidv7(Date.now())], 50]
  const { rows } = await test.db.query<Record<string, string>>(`explain ${TO_PERSON}`, asked)
  const plan = rows.map(row => row['QUERY PLAN']).join('\n')
  expect(plan).toContain('message_default_hashtextextended_id_idx')
  expect(plan).not.toContain('Seq Scan on message_default')
})
