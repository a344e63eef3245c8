import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { uuidv7, uuidv7Floor } from '../lib/ids.ts'
import {
  hasExecution,
  holdsOfExecution,
  liftHold,
  listHolds,
  type NewHold,
  openHold,
  openHolds,
} from './holds.store.ts'

let test: TestDatabase
const now = new Date(Date.UTC(2026, 10, 24, 12))
const newId = (): string => uuidv7(Date.now())
const sandboxId = newId()
const campaignId = newId()
const executionId = newId()

const insertExecution = (id: string, kind: string, campaign = campaignId) =>
  test.db.query(
    `insert into execution (id, sandbox_id, campaign_id, campaign_version_id, kind, recipient_count, created_at, created_by)
     values ($1, $2, $3, $3, $4, 1, $5, 'test')`,
    [id, sandboxId, campaign, kind, now],
  )

beforeAll(async () => {
  test = await createTestDatabase()
  await test.db.query(
    `insert into sandbox (id, name, production, created_at) values ($1, 'shop', false, $2)`,
    [sandboxId, now],
  )
  await test.db.query(
    `insert into campaign (id, sandbox_id, draft, created_at, created_by, modified_at, modified_by)
     values ($1, $2, '{"name":"Receipt"}', $3, 'a', $3, 'a')`,
    [campaignId, sandboxId, now],
  )
  await insertExecution(executionId, 'highthroughput')
})
afterAll(() => test.drop())
beforeEach(() => test.db.query('truncate hold, campaign_minute'))

const hold = (more: Partial<NewHold> = {}): NewHold => ({
  id: newId(),
  sandboxId,
  kind: 'pause',
  scope: 'campaign',
  scopeId: campaignId,
  beforeId: null,
  detail: 'wrong prices',
  now,
  by: 'ada',
  ...more,
})
const lift = (id: string, decision: 'release' | 'cancel', at = now) =>
  liftHold(test.db, { sandboxId, id, decision, now: at, by: 'bob', newId })
const page = { sandboxId, lifted: false, limit: 50, after: null }

describe('a hold', () => {
  it('is one of its kind on its scope: who opens it again gets the first one', async () => {
    const first = await openHold(test.db, hold())
    const again = await Promise.all(Array.from({ length: 20 }, () => openHold(test.db, hold({ by: 'bob' }))))
    expect(new Set(again.map(one => one.id))).toEqual(new Set([first.id]))
    expect((await openHold(test.db, hold({ kind: 'runaway' }))).id).not.toBe(first.id)
    expect((await openHold(test.db, hold({ scope: 'sandbox', scopeId: sandboxId }))).id).not.toBe(first.id)
  })

  it('can be opened anew after it was lifted, and cancels stand beside each other', async () => {
    const first = await openHold(test.db, hold())
    await lift(first.id, 'release')
    expect((await openHold(test.db, hold())).id).not.toBe(first.id)
    const cancels = await Promise.all([1, 2].map(() => openHold(test.db, hold({ kind: 'cancel' }))))
    expect(new Set(cancels.map(one => one.id)).size).toBe(2)
  })

  it('is told with the name of what it covers', async () => {
    await openHold(test.db, hold({ kind: 'stop', scope: 'sandbox', scopeId: sandboxId }))
    await openHold(test.db, hold())
    await openHold(test.db, hold({ scope: 'execution', scopeId: executionId }))
    const told = `HUMA-${executionId}`
    expect((await listHolds(test.db, page)).map(one => [one.scope, one.scopeId, one.scopeName])).toEqual([
      ['execution', told, told],
      ['campaign', campaignId, 'Receipt'],
      ['sandbox', sandboxId, 'shop'],
    ])
  })

  it('is listed newest first by pages, lifted ones only when asked for, and never those of another sandbox', async () => {
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.push((await openHold(test.db, hold({ scopeId: newId() }))).id)
    await openHold(test.db, hold({ sandboxId: newId(), scopeId: newId() }))
    await lift(ids[4]!, 'release')
    const list = async (more: object): Promise<string[]> =>
      (await listHolds(test.db, { ...page, ...more })).map(one => one.id)
    expect(await list({})).toEqual([ids[3], ids[2], ids[1], ids[0]])
    expect(await list({ lifted: true })).toEqual(ids.toReversed())
    expect(await list({ limit: 1 })).toEqual([ids[3], ids[2]])
    expect(await list({ after: ids[2] })).toEqual([ids[1], ids[0]])
  })
})

describe('lifting', () => {
  it('says who and when, once', async () => {
    const { id } = await openHold(test.db, hold())
    expect(await lift(id, 'release')).toMatchObject({ id, liftedAt: now.toISOString(), liftedBy: 'bob' })
    expect(await openHolds(test.db)).toEqual([])
    await expect(lift(id, 'cancel')).rejects.toMatchObject({ code: 'resource_state' })
    expect(await openHolds(test.db)).toEqual([])
  })

  it('by two people at once is done by one of them', async () => {
    const { id } = await openHold(test.db, hold())
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => lift(id, n % 2 ? 'cancel' : 'release')),
    )
    expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(1)
    expect((await openHolds(test.db)).length).toBeLessThan(2)
  })

  it('with a cancel ends what was accepted until now, and not what comes after', async () => {
    const { id } = await openHold(test.db, hold())
    await lift(id, 'cancel')
    expect(await openHolds(test.db)).toEqual([
      { kind: 'cancel', scopeId: campaignId, beforeId: uuidv7Floor(now.getTime() + 1) },
    ])
    expect((await listHolds(test.db, page))[0]).toMatchObject({ detail: 'wrong prices', createdBy: 'bob' })
  })

  it('is refused for a cancel, and knows no hold of another sandbox', async () => {
    const { id } = await openHold(test.db, hold({ kind: 'cancel' }))
    await expect(lift(id, 'release')).rejects.toMatchObject({ code: 'resource_state' })
    expect(await lift(newId(), 'release')).toBeUndefined()
    const foreign = { sandboxId: newId(), id, decision: 'release', now, by: 'bob', newId } as const
    expect(await liftHold(test.db, foreign)).toBeUndefined()
  })
})

describe('the holds of an execution', () => {
  it('are its own, its campaign’s and its sandbox’s, while they are open and reach it', async () => {
    const covering = [
      await openHold(test.db, hold({ kind: 'stop', scope: 'sandbox', scopeId: sandboxId })),
      await openHold(test.db, hold()),
      await openHold(test.db, hold({ scope: 'execution', scopeId: executionId })),
      await openHold(test.db, hold({ kind: 'cancel', beforeId: uuidv7Floor(Date.now() + 60_000) })),
    ].map(one => one.id)
    await openHold(test.db, hold({ kind: 'cancel', beforeId: executionId }))
    await openHold(test.db, hold({ scopeId: newId() }))
    const found = async (): Promise<string[]> =>
      (await holdsOfExecution(test.db, sandboxId, executionId)).map(one => one.id)
    expect(await found()).toEqual(covering.toReversed())
    await lift(covering[1]!, 'release')
    expect(await found()).not.toContain(covering[1])
    expect(await holdsOfExecution(test.db, newId(), executionId)).toEqual([])
  })

  it('are asked for by people who know that it is there', async () => {
    expect(await hasExecution(test.db, sandboxId, executionId)).toBe(true)
    expect(await hasExecution(test.db, newId(), executionId)).toBe(false)
    expect(await hasExecution(test.db, sandboxId, newId())).toBe(false)
  })
})
