import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { uuidv7 } from '../lib/ids.ts'
import { migrate } from './migrate.ts'
import { ensurePartitions } from './partitions.ts'

let test: TestDatabase
let folder = ''
beforeEach(async () => {
  test = await createTestDatabase({ empty: true })
  folder = await mkdtemp(join(tmpdir(), 'carillon-migrations-'))
  await writeFile(join(folder, '0001-one.sql'), 'create table one (a int)')
  await writeFile(join(folder, '0002-two.sql'), 'insert into one values (1); create table two (b int)')
})
afterEach(async () => {
  await test.drop()
  await rm(folder, { recursive: true, force: true })
})

describe('migrations', () => {
  it('run once each, in order, however many start at once', async () => {
    const runs = await Promise.all(Array.from({ length: 5 }, () => migrate(test.db, folder)))
    expect(runs.flat().sort()).toEqual(['0001-one.sql', '0002-two.sql'])
    expect(await migrate(test.db, folder)).toEqual([])
    expect((await test.db.query('select * from one')).rowCount).toBe(1)
  })

  it('leave nothing of a set that fails', async () => {
    await writeFile(join(folder, '0003-bad.sql'), 'create table three (c int); select nonsense')
    await expect(migrate(test.db, folder)).rejects.toThrow()
    expect((await test.db.query(`select to_regclass('one') as one`)).rows[0].one).toBeNull()
  })

  it('refuse a file that was changed after it ran, and a database that is newer', async () => {
    await migrate(test.db, folder)
    await writeFile(join(folder, '0001-one.sql'), 'create table one (a text)')
    await expect(migrate(test.db, folder)).rejects.toThrow('changed after it ran')
    await writeFile(join(folder, '0001-one.sql'), 'create table one (a int)')
    await rm(join(folder, '0002-two.sql'))
    await expect(migrate(test.db, folder)).rejects.toThrow('newer')
  })
})

describe('the weekly partitions', () => {
  it('are made once, by however many at once, and take the ids of now', async () => {
    await migrate(test.db)
    await Promise.all(Array.from({ length: 4 }, () => ensurePartitions(test.db, Date.now())))
    const id = uuidv7(Date.now())
    await test.db.query(
      `insert into message (id, execution_id, recipient, context) values ($1, $1, '{}', '{}')`,
      [id],
    )
    const { rows } = await test.db.query<{ partition: string }>(
      'select tableoid::regclass::text as partition from message where id = $1',
      [id],
    )
    expect(rows[0]?.partition).toMatch(/^message_\d{8}$/)
    const plan = await test.db.query<{ 'QUERY PLAN': string }>(
      `explain select * from message where id = '${id}'`,
    )
    expect(plan.rows.filter(row => /Scan/.test(row['QUERY PLAN']))).toHaveLength(1)
  })

  it('keep rows of any other time in the default partition', async () => {
    await migrate(test.db)
    await ensurePartitions(test.db, Date.now())
    const id = uuidv7(Date.UTC(2001, 0, 1))
    await test.db.query(
      `insert into message (id, execution_id, recipient, context) values ($1, $1, '{}', '{}')`,
      [id],
    )
    const { rows } = await test.db.query<{ partition: string }>(
      'select tableoid::regclass::text as partition from message',
    )
    expect(rows[0]?.partition).toBe('message_default')
  })
})
