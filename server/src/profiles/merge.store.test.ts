import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

// What merging does with each table that names people: it moves the rows, or leads from the old id to the new one.
const KNOWN: Readonly<Record<string, string>> = {
  audience_member: 'moved',
  consent_event: 'read by all ids of the person: evidence is never changed',
  former_identity: 'moved',
  identity: 'moved',
  interaction: 'moved',
  merged_profile: 'moved, and written',
  person_event: 'moved',
  run_member: 'read by todays id: a snapshot stays as it was made',
  sms_contact: 'moved',
  sms_inbound: 'moved',
  topic_subscription: 'moved',
}

describe('merging', () => {
  it('knows every table that has people in it', async () => {
    const { rows } = await test.db.query<{ name: string }>(
      `select distinct c.table_name as name from information_schema.columns c
       join information_schema.tables t using (table_schema, table_name)
       join pg_class own on own.oid = to_regclass(quote_ident(c.table_name))
       where c.table_schema = current_schema() and c.column_name = 'profile_id' and t.table_type = 'BASE TABLE'
         and not own.relispartition
       order by 1`,
    )
    expect(rows.map(row => row.name)).toEqual(Object.keys(KNOWN))
  })
})
