import { afterAll, beforeAll, expect, test as it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { createPool, within } from './pool.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase({ empty: true })
})
afterAll(() => test.drop())

it('a query that does not answer in time is given up, and its connection is closed', async () => {
  const pool = createPool({ url: test.url, max: 1 })
  await expect(pool.query(within(50, { text: 'select pg_sleep(600)' }))).rejects.toThrow('Query read timeout')
  const { rows } = await pool.query('select 1 as one')
  expect(rows).toEqual([{ one: 1 }])
  await pool.end()
})
