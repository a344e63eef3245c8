import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { byteaArray, intArray, jsonbArray, textArray, timestampArray, uuidArray } from './binary-array.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase({ empty: true })
})
afterAll(() => test.drop())

const roundTrip = async (type: string, array: Buffer): Promise<unknown> =>
  (await test.db.query(`select $1::${type}[] as value`, [array])).rows[0].value

const IDS = ['0198c0de-0000-7000-8000-000000000001', '0198C0DE-0000-7000-8000-ABCDEF000002']
const TIMES = ['2026-11-24T12:00:00.123Z', '1999-12-31T23:59:59.999Z', '0001-01-01T00:00:00.000Z']

describe('a binary array', () => {
  it('of texts keeps quotes, backslashes, braces, other scripts, empty texts and nulls', async () => {
    const texts = ['a"b\\c', '{x,NULL}', '', null, 'NULL', 'één 鐘 🔔']
    expect(await roundTrip('text', textArray(texts))).toEqual(texts)
  })

  it('of JSON keeps every value', async () => {
    const values = [{ a: '"\\\n é 🔔', b: [1.5, null, true] }, [], 'text', 0]
    const texts = values.map(value => JSON.stringify(value))
    expect(await roundTrip('jsonb', jsonbArray(texts))).toEqual(values)
  })

  it('of UUIDs keeps their order and repeats, in any case', async () => {
    const ids = [IDS[0]!, IDS[0]!, IDS[1]!, IDS[0]!]
    expect(await roundTrip('uuid', uuidArray(ids))).toEqual(ids.map(id => id.toLowerCase()))
  })

  it('of UUIDs or of JSON keeps nulls, also between equals', async () => {
    const ids = [null, IDS[0]!, null, IDS[0]!, IDS[0]!, null]
    expect(await roundTrip('uuid', uuidArray(ids))).toEqual(ids)
    expect(await roundTrip('jsonb', jsonbArray(['1', null, '{}']))).toEqual([1, null, {}])
  })

  it.each(['', 'x', '0198c0de', `${IDS[0]}0x`, 'zz98c0de-0000-7000-8000-000000000001'])(
    'of UUIDs refuses "%s"',
    text => {
      expect(() => uuidArray([text])).toThrow(RangeError)
    },
  )

  it('of bytes and of numbers keeps them', async () => {
    const bytes = [Buffer.from([0, 255, 92]), Buffer.alloc(0), Buffer.alloc(32, 7)]
    expect(await roundTrip('bytea', byteaArray(bytes))).toEqual(bytes)
    const numbers = [0, 1, -1, 2_147_483_647, -2_147_483_648]
    expect(await roundTrip('int', intArray(numbers))).toEqual(numbers)
  })

  it('of times keeps milliseconds, times before 2000, and nulls', async () => {
    const times = [...TIMES.map(text => new Date(text)), null]
    expect(await roundTrip('timestamptz', timestampArray(times))).toEqual(times)
  })

  it('without elements is empty', async () => {
    expect(await roundTrip('text', textArray([]))).toEqual([])
  })

  it('with a text that PostgreSQL cannot keep is refused as a bad value', async () => {
    await expect(roundTrip('text', textArray(['a\0b']))).rejects.toMatchObject({ code: '22021' })
    await expect(roundTrip('jsonb', jsonbArray(['{"a":"\\u0000"}']))).rejects.toMatchObject({ code: '22P05' })
  })
})
