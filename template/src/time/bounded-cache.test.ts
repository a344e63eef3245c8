/** The cache: makes a value once, holds few, forgets the oldest. */
import { expect, test } from 'vitest'
import { createBoundedCache } from './bounded-cache.ts'

/** A cache of two, and how often each key was made. */
const setup = () => {
  const made: string[] = []
  const cache = createBoundedCache<string | undefined>(2)
  const get = (key: string) =>
    cache.get(key, () => {
      made.push(key)
      return key === 'nothing' ? undefined : key
    })
  return { get, made }
}

test('a value is made once, also where it is undefined', () => {
  const { get, made } = setup()
  expect([get('a'), get('a'), get('nothing'), get('nothing')]).toEqual(['a', 'a', undefined, undefined])
  expect(made).toEqual(['a', 'nothing'])
})

test('the oldest goes where there is no room', () => {
  const { get, made } = setup()
  for (const key of ['a', 'b', 'c', 'b', 'c', 'a']) get(key)
  expect(made).toEqual(['a', 'b', 'c', 'a'])
})

test('a very long key is not remembered', () => {
  const { get, made } = setup()
  const key = 'x'.repeat(1_000)
  expect([get(key), get(key)]).toEqual([key, key])
  expect(made).toEqual([key, key])
})
