import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { uuidv7 } from '../lib/ids.ts'
import { OF_PERSON } from './person-messages.store.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

it('a page of a person reads the index of persons and nothing else of a filled ledger', async () => {
  const recipient = `jsonb_build_object('namespace', 'email', 'userId', (g % 2000)::text)`
  await test.db.query(
    `with m as (
       insert into message (id, execution_id, recipient, context)
       select gen_random_uuid(), gen_random_uuid(), ${recipient}, '{}' from generate_series(1, 20000) g
       returning id, execution_id
     )
     insert into delivery (message_id, sandbox_id, execution_id, lane, state, due_at, changed_at)
     select id, gen_random_uuid(), execution_id, 'transactional', 'sent', $1, $1 from m`,
    [new Date(0)],
  )
  await test.db.query('analyze message, delivery')
  const sandboxId = uuidv7(0)
  const asked = [['email', 'crm'], ['1', 'C-1'], [false, true], [uuidv7(1)], sandboxId, null, null, 51]
  const { rows } = await test.db.query<Record<string, string>>(`explain ${OF_PERSON}`, asked)
  const plan = rows.map(row => row['QUERY PLAN']).join('\n')
  expect(plan).toContain('message_default_hashtextextended_id_idx')
  expect(plan).not.toMatch(/Seq Scan on (message|delivery)_default/)
})
