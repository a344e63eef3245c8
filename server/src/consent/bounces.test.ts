import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { uuidv7 } from '../lib/ids.ts'
import { bounceStates, hasBounceCounts } from './bounces.store.ts'
import { type AttemptAt, type Bounce, noteBounces, noteComplaint, noteDelivered } from './bounces.ts'
import { deleteSuppression, findSuppression, upsertManual } from './suppression.store.ts'
import { writeListSetting } from './suppression-setting.store.ts'

const MONDAY = Date.UTC(2026, 5, 1, 8)
const HOUR = 3_600_000
const newId = (): string => uuidv7(Date.now())
const sandboxId = newId()
let test: TestDatabase
let address = ''
let n = 0

beforeAll(async () => {
  test = await createTestDatabase()
  await test.db.query(
    `insert into sandbox (id, name, production, created_at) values ($1, 'dev', false, '2026-01-01')`,
    [sandboxId],
  )
})
afterAll(() => test.drop())
beforeEach(() => {
  address = `p${++n}@example.test`
})

const at = (hours: number, more: Partial<AttemptAt> = {}): AttemptAt => ({
  ...{
    sandboxId,
    address,
    messageId: newId(),
    generation: 1,
    attempt: 1,
    at: new Date(MONDAY + hours * HOUR),
  },
  ...more,
})
const deps = () => ({ pool: test.db, newId, now: new Date(MONDAY) })
const soft = (attempt: AttemptAt): Bounce => ({ ...attempt, code: 20, answer: '450 busy' })
const hard = (attempt: AttemptAt): Bounce => ({ ...attempt, code: 10, answer: '550 nobody' })
const entry = () => findSuppression(test.db, { sandboxId, list: 'client' }, { type: 'email', value: address })
const countOf = async () => (await bounceStates(test.db, sandboxId, [address])).get(address)?.softCount

describe('soft bounces', () => {
  it('of three on Monday and two on Wednesday suppress the address: the fifth does', async () => {
    const monday = newId()
    for (const attempt of [1, 2, 3])
      await noteBounces(deps(), [soft(at(attempt * 8, { messageId: monday, attempt }))])
    expect([await countOf(), await entry()]).toEqual([3, undefined])
    const wednesday = newId()
    await noteBounces(deps(), [soft(at(48, { messageId: wednesday, attempt: 1 }))])
    expect([await countOf(), await entry()]).toEqual([4, undefined])
    await noteBounces(deps(), [soft(at(56, { messageId: wednesday, attempt: 2 }))])
    expect(await entry()).toMatchObject({ category: 'SOFT', reason: 'Soft Bounce', createdBy: 'carillon' })
  })

  it('count once for each message and attempt, however often and together they are told', async () => {
    const told = [1, 2, 3, 4].map(attempt => soft(at(attempt, { messageId: newId(), attempt })))
    await noteBounces(deps(), [...told, ...told])
    await Promise.all([noteBounces(deps(), told), noteBounces(deps(), [...told].reverse())])
    expect([await countOf(), await entry()]).toEqual([4, undefined])
  })

  it('are forgotten by a delivery after them, and not by one before them', async () => {
    await noteBounces(deps(), [soft(at(1)), soft(at(2))])
    expect(await hasBounceCounts(test.db)).toBe(true)
    await noteDelivered(deps(), [at(1)])
    expect(await countOf()).toBe(2)
    await noteDelivered(deps(), [at(3)])
    expect(await countOf()).toBe(0)
    const { events = [] } = (await bounceStates(test.db, sandboxId, [address])).get(address) ?? {}
    expect(events.map(event => event.class)).toEqual(['SUCCEEDED', 'SOFT', 'SOFT'])
  })

  it('go on where a message bounces after its provider had taken it: that was no delivery', async () => {
    const second = at(5)
    await noteBounces(deps(), [soft(at(1)), soft(at(2))])
    await noteDelivered(deps(), [second])
    expect(await countOf()).toBe(0)
    const late = { ...second, at: new Date(second.at.getTime() + HOUR) }
    await noteBounces(deps(), [soft(late)])
    await noteBounces(deps(), [soft(late)])
    expect(await countOf()).toBe(3)
    const { events = [] } = (await bounceStates(test.db, sandboxId, [address])).get(address) ?? {}
    expect(events.map(event => event.class)).toEqual(['SOFT', 'SOFT', 'SOFT'])
  })

  it('obey the threshold of the sandbox, and name the last reason', async () => {
    await writeListSetting(test.db, sandboxId, { softThreshold: 2 })
    await noteBounces(deps(), [soft(at(1)), { ...at(2), code: 22, answer: '452 full' }])
    expect(await entry()).toMatchObject({ category: 'SOFT', reason: 'Mailbox Full' })
    await writeListSetting(test.db, sandboxId, { softThreshold: 5 })
  })

  it('start over when a person removes the entry', async () => {
    await noteBounces(
      deps(),
      [1, 2, 3, 4, 5].map(hours => soft(at(hours))),
    )
    await deleteSuppression(test.db, { sandboxId, list: 'client' }, { type: 'email', value: address })
    await noteBounces(deps(), [soft(at(9))])
    expect([await countOf(), await entry()]).toEqual([1, undefined])
  })
})

describe('a hard bounce or a complaint', () => {
  it('suppresses at once, in the listed form of the address', async () => {
    await noteBounces(deps(), [hard(at(1, { address: address.toUpperCase() }))])
    expect(await entry()).toMatchObject({ category: 'HARD', reason: 'Invalid Recipient' })
  })

  it('weighs more than soft ones, in one batch too', async () => {
    await noteBounces(deps(), [hard(at(1)), ...[2, 3, 4, 5, 6].map(hours => soft(at(hours)))])
    expect(await entry()).toMatchObject({ category: 'HARD' })
  })

  it('as a complaint leaves a bounce as it is, and a bounce replaces a complaint, which an option lets through', async () => {
    await noteComplaint(deps(), at(1))
    expect(await entry()).toMatchObject({ category: 'HARD', reason: 'Spam Complaint' })
    await noteBounces(deps(), [hard(at(2))])
    expect(await entry()).toMatchObject({ category: 'HARD', reason: 'Invalid Recipient' })
    await noteComplaint(deps(), at(3))
    expect(await entry()).toMatchObject({ reason: 'Invalid Recipient' })
  })

  it('leaves what a person entered', async () => {
    const entries = [{ id: newId(), type: 'email' as const, value: address, comment: 'asked', by: 'ada' }]
    await upsertManual(test.db, { sandboxId, list: 'client' }, { entries, now: new Date(MONDAY) })
    await noteBounces(deps(), [hard(at(1))])
    expect(await entry()).toMatchObject({ category: 'MANUAL', comment: 'asked', createdBy: 'ada' })
  })

  it('says nothing of the address where its class does not', async () => {
    await noteBounces(
      deps(),
      ([51, 70, 25, 1] as const).map(code => ({ ...at(code), code, answer: '' })),
    )
    expect([await countOf(), await entry()]).toEqual([0, undefined])
  })
})
