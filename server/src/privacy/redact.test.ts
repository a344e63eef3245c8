import { expect, test } from 'vitest'
import { patternOf, redactJson } from './redact.ts'

const redacted = (value: unknown, ...words: string[]): unknown => redactJson(value, patternOf(words))

test('words are taken literally, in any case, wherever they stand; the longest first', () => {
  expect(redacted('To ADA+x@example.test and adaX@example.test', 'ada+x@example.test')).toBe(
    'To [erased] and adaX@example.test',
  )
  expect(redacted('bada@b.test', 'a@b.test', 'ada@b.test')).toBe('b[erased]')
})

test('JSON stays JSON: texts, names of members, lists, numbers', () => {
  expect(redacted({ k1234567: [31612345678, 5, true, null, { a: 'x' }] }, '31612345678', 'K1234567')).toEqual(
    {
      '[erased]': ['[erased]', 5, true, null, { a: 'x' }],
    },
  )
  const hostile: unknown = JSON.parse('{"__proto__": {"a": "ada@b.test"}}')
  expect(JSON.stringify(redacted(hostile, 'ada@b.test'))).toBe('{"__proto__":{"a":"[erased]"}}')
})
