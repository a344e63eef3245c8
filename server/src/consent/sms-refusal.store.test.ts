import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { liftRefusal, refusedSince, refuseNumber } from './sms-refusal.store.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

const SANDBOX = '00000000-0000-7000-8000-000000000001'
const KEY = { sandboxId: SANDBOX, number: '+31612345678' }
const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 10, minute))

test('the latest refusal of a number counts, and only a word that is no older lifts it', async () => {
  await db.db.query('insert into sandbox values ($1, $2, false, $3)', [SANDBOX, 'own', at(0)])
  await refuseNumber(db.db, KEY, at(5))
  await refuseNumber(db.db, KEY, at(1))
  await liftRefusal(db.db, KEY, at(4))
  expect(await refusedSince(db.db, [KEY])).toEqual([at(5)])
  await liftRefusal(db.db, KEY, at(5))
  expect(await refusedSince(db.db, [KEY])).toEqual([null])
})
