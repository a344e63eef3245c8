import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { transaction } from '../db/pool.ts'
import { uuidv7 } from '../lib/ids.ts'
import { campaignLimits, dayOf, type PersonAsk, personKeyOf } from './person.ts'
import { forgetOldUses, giveBackUses, judgeUses, keepUses } from './person-limits.store.ts'

let test: TestDatabase
const start = Date.UTC(2026, 10, 24, 12)
const campaignId = uuidv7(start)
const at = (ms: number): Date => new Date(start + ms)

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
beforeEach(() => test.db.query('truncate recipient_use'))

interface Limited {
  readonly personKey?: string
  readonly campaignId?: string
  readonly onceWindowSeconds?: number | null
  readonly perDay?: number | null
}
const ask = (more: Limited = {}): PersonAsk => {
  const { personKey = 'email:ada@example.test', onceWindowSeconds = null, perDay = null } = more
  const limits = campaignLimits(more.campaignId ?? campaignId, { onceWindowSeconds, perDay })
  return { messageId: uuidv7(start), personKey, limits }
}
const reserve = async (asks: readonly PersonAsk[], now = at(0)): Promise<(string | undefined)[]> => {
  const refused = await transaction(test.db, async tx => {
    const judged = await judgeUses(tx, asks, now)
    await keepUses(tx, judged.fresh, now)
    return judged.refused
  })
  return asks.map(one => refused.get(one.messageId)?.reason)
}
const uses = async (): Promise<number> => (await test.db.query('select 1 from recipient_use')).rowCount ?? 0
const once = { onceWindowSeconds: 3_600 }

describe('the once-per-person window', () => {
  it('lets a person have one message, until the window is over', async () => {
    expect(await reserve([ask(once)])).toEqual([undefined])
    expect(await reserve([ask(once)], at(3_599_999))).toEqual(['once_window'])
    expect(await reserve([ask(once)], at(3_600_000))).toEqual([undefined])
  })

  it('holds within one batch too: the first one goes', async () => {
    expect(await reserve([ask(once), ask(once)])).toEqual([undefined, 'once_window'])
    expect(await uses()).toBe(1)
  })

  it('is of one person and one campaign', async () => {
    await reserve([ask(once)])
    const others = [ask({ ...once, personKey: 'email:bob@example.test' })]
    expect(await reserve([...others, ask({ ...once, campaignId: uuidv7(start) })])).toEqual([
      undefined,
      undefined,
    ])
  })

  it('is forgotten when not even the longest one reaches it', async () => {
    await reserve([ask({ onceWindowSeconds: 31_536_000 })])
    await forgetOldUses(test.db, at(31_536_000_000))
    expect(await uses()).toBe(1)
    await forgetOldUses(test.db, at(367 * 86_400_000))
    expect(await uses()).toBe(0)
  })

  it('leaves a retry alone, however late, and other people’s retries too', async () => {
    const first = ask(once)
    await reserve([first])
    expect(await reserve([first], at(60_000))).toEqual([undefined])
    expect(await reserve([first], at(90_000_000))).toEqual([undefined])
    expect(await uses()).toBe(1)
  })
})

describe('the ceiling per person and day', () => {
  const twice = { perDay: 2 }

  it('counts the messages of the day in UTC', async () => {
    expect(await reserve([ask(twice), ask(twice), ask(twice)])).toEqual([
      undefined,
      undefined,
      'person_ceiling',
    ])
    expect(await reserve([ask(twice)], at(12 * 3_600_000 - 1))).toEqual(['person_ceiling'])
    expect(await reserve([ask(twice)], at(12 * 3_600_000))).toEqual([undefined])
  })

  it('does not ask a retry of yesterday’s message again', async () => {
    const [first, second] = [ask(twice), ask(twice)]
    await reserve([first, second])
    const tomorrow = at(86_400_000)
    expect(await reserve([ask(twice), ask(twice)], tomorrow)).toEqual([undefined, undefined])
    expect(await reserve([first, ask(twice), second], tomorrow)).toEqual([
      undefined,
      'person_ceiling',
      undefined,
    ])
  })

  it('stands beside the window: each refuses by itself', async () => {
    const both = { onceWindowSeconds: 60, perDay: 2 }
    expect(await reserve([ask(both)])).toEqual([undefined])
    expect(await reserve([ask(both)], at(59_000))).toEqual(['once_window'])
    expect(await reserve([ask(both)], at(60_000))).toEqual([undefined])
    expect(await reserve([ask(both)], at(120_000))).toEqual(['person_ceiling'])
  })
})

describe('uses', () => {
  it('are given back for what did not go, and only for that', async () => {
    const [first, other] = [ask(once), ask({ ...once, personKey: 'email:bob@example.test' })]
    await reserve([first, other])
    await giveBackUses(test.db, [first, ask(once)])
    await giveBackUses(test.db, [])
    expect(await reserve([ask(once)])).toEqual([undefined])
    expect(await reserve([ask({ ...once, personKey: other.personKey })])).toEqual(['once_window'])
  })

  it('are not reserved when the transaction is undone', async () => {
    const failing = transaction(test.db, async tx => {
      await keepUses(tx, (await judgeUses(tx, [ask(once)], at(0))).fresh, at(0))
      throw new Error('undone')
    })
    await expect(failing).rejects.toThrow('undone')
    expect(await reserve([ask(once)])).toEqual([undefined])
  })

  it('are not left by messages without a limit', async () => {
    expect(await reserve([ask(), ask()])).toEqual([undefined, undefined])
    expect(await uses()).toBe(0)
  })
})

describe('64 callers at once', () => {
  it.each([
    ['a window', { onceWindowSeconds: 60 }, 1],
    ['a ceiling', { perDay: 5 }, 5],
  ])('never pass %s', async (_title, limit, most) => {
    const answers = await Promise.all(Array.from({ length: 64 }, () => reserve([ask(limit)])))
    expect(answers.flat().filter(answer => answer === undefined)).toHaveLength(most)
    expect(await uses()).toBe(most)
  })

  it('with the same people in other orders wait for each other, and never in a circle', async () => {
    const people = Array.from({ length: 12 }, (_, n) => `email:p${n}@example.test`)
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, n) => {
        const turned = [...people.slice(n % 12), ...people.slice(0, n % 12)]
        const order = n % 2 ? turned : turned.toReversed()
        return reserve(order.map(personKey => ask({ personKey, perDay: 3 })))
      }),
    )
    expect(answers.flat().filter(answer => answer === undefined)).toHaveLength(36)
    expect(await uses()).toBe(36)
  })
})

describe('a person', () => {
  it('is the profile, else the identity, whose namespace has no case', () => {
    const recipient = { type: 'external', userId: 'Ada@example.test', namespace: 'Email' } as const
    expect(personKeyOf(recipient)).toBe('email:Ada@example.test')
    expect(personKeyOf({ ...recipient, profileId: campaignId })).toBe(`profile:${campaignId}`)
  })

  it('has days that begin at midnight in UTC', () => {
    expect(dayOf(new Date('2026-11-24T00:00:00.000Z'))).toEqual(new Date('2026-11-24T00:00:00Z'))
    expect(dayOf(new Date('2026-11-24T23:59:59.999Z'))).toEqual(new Date('2026-11-24T00:00:00Z'))
  })
})
