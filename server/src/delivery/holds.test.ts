import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMovedClock } from '../../test/app.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { uuidv7 } from '../lib/ids.ts'
import { type NewHold, openHold } from '../messages/holds.store.ts'
import { createHolds } from './holds.ts'

let test: TestDatabase
const newId = (): string => uuidv7(Date.now())
const sandboxId = newId()
const campaignId = newId()
const executionId = newId()
const [first, messageId, last] = [newId(), newId(), newId()]
const message = { messageId, sandboxId, campaignId, executionId }

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
beforeEach(() => test.db.query('truncate hold'))

const open = (kind: NewHold['kind'], scopeId: string, beforeId: string | null = null) =>
  openHold(test.db, {
    ...{ id: newId(), sandboxId, kind, scope: 'campaign', scopeId, beforeId },
    ...{ detail: '', now: new Date(), by: 'ada' },
  })
const known = async () => {
  const holds = createHolds({ db: test.db, clock: createMovedClock() })
  await holds.refresh()
  return holds.verdict(message)
}

describe('the verdict', () => {
  it.each([
    ['stop', { state: 'held', reason: 'stopped' }],
    ['pause', { state: 'held', reason: 'paused' }],
    ['runaway', { state: 'held', reason: 'runaway' }],
    ['cancel', { state: 'cancelled', reason: 'cancelled_by_person' }],
  ] as const)('under a %s', async (kind, verdict) => {
    for (const scopeId of [sandboxId, campaignId, executionId]) {
      await test.db.query('truncate hold')
      expect(await known()).toBeUndefined()
      await open(kind, newId())
      expect(await known()).toBeUndefined()
      await open(kind, scopeId)
      expect(await known()).toEqual(verdict)
    }
  })

  it('is that of the strongest hold, whichever came first', async () => {
    const told: (string | undefined)[] = []
    for (const kind of ['runaway', 'pause', 'stop', 'cancel'] as const) {
      await open(kind, campaignId)
      told.push((await known())?.reason)
    }
    expect(told).toEqual(['runaway', 'paused', 'stopped', 'cancelled_by_person'])
  })

  it('of a cancel meets only messages that are older than it', async () => {
    await open('cancel', campaignId, first)
    await open('cancel', campaignId, messageId)
    expect(await known()).toBeUndefined()
    await open('cancel', campaignId, last)
    expect(await known()).toMatchObject({ state: 'cancelled' })
  })
})

describe('the copy', () => {
  it('is read anew after half a second, not before', async () => {
    const clock = createMovedClock()
    const stopped = { now: () => clock.now(), monotonicMs: () => ms }
    let ms = 0
    const holds = createHolds({ db: test.db, clock: stopped })
    await holds.refresh()
    await open('pause', campaignId)
    ms = 499
    await holds.refresh()
    expect(holds.verdict(message)).toBeUndefined()
    ms = 500
    await holds.refresh()
    expect(holds.verdict(message)).toMatchObject({ reason: 'paused' })
    await test.db.query('update hold set lifted_at = created_at')
    ms = 1_000
    await holds.refresh()
    expect(holds.verdict(message)).toBeUndefined()
  })

  it('that could not be read is asked for again, by all who want it', async () => {
    await open('pause', campaignId)
    const holds = createHolds({ db: test.db, clock: createMovedClock() })
    await test.db.query('alter table hold rename to hold_away')
    await expect(holds.refresh()).rejects.toThrow()
    await test.db.query('alter table hold_away rename to hold')
    await Promise.all([holds.refresh(), holds.refresh()])
    expect(holds.verdict(message)).toMatchObject({ reason: 'paused' })
  })
})
