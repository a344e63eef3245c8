import type pg from 'pg'
import { afterAll, beforeAll, expect, test as it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { createPool, transaction, within } from './pool.ts'

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

it('a connection that is lost between two queries of a transaction fails the next one, and nothing else', async () => {
  const pool = createPool({ url: test.url, max: 1 })
  const lost = transaction(pool, async tx => {
    const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
    const gone = new Promise(next => tx.once('end', next))
    await test.db.query('select pg_terminate_backend($1)', [rows[0]?.pid])
    await gone
    await tx.query('select 1')
  })
  await expect(lost).rejects.toThrow(/not queryable|Connection terminated/)
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})

it('a pool by index finds one row of a table by its index, however small the table was when it was planned', async () => {
  await test.db.query('create table few (id int primary key)')
  await test.db.query('analyze few')
  const plan = async (pool: pg.Pool): Promise<string> => {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
      'explain select * from few where id > 1 order by id',
    )
    return rows.map(row => row['QUERY PLAN']).join(' ')
  }
  const pool = createPool({ url: test.url, max: 1, byIndex: true })
  expect(await plan(pool)).toMatch(/^Index/)
  await pool.end()
})
