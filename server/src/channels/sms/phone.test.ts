/** Phone numbers, as people write them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countryOf, parsePhone, parseSender } from './phone.ts'

describe('a phone number', () => {
  const written: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['+31 6 1234 5678', undefined, '+31612345678'],
    ['0031612345678', 'NL', '+31612345678'],
    ['06-12345678', 'NL', '+31612345678'],
    ['06-12345678', undefined, undefined],
    ['(202) 555-0123', 'US', '+12025550123'],
    ['+44 (0)20 7946 0958', undefined, '+442079460958'],
    [' +31612345678 ', undefined, '+31612345678'],
    ['+3161', undefined, undefined],
    ['+999123456789', undefined, undefined],
    ['call +31612345678', undefined, undefined],
    ['+31612345678 ext. 5', undefined, undefined],
    ['+31612345678;DROP', undefined, undefined],
    ['', 'NL', undefined],
  ]
  for (const [text, country, number] of written)
    test(`${JSON.stringify(text)} of ${country ?? 'nowhere'} is ${number ?? 'none'}`, () => {
      expect(parsePhone(text, country)).toBe(number)
    })

  test('is E.164 or none, whatever is given, and stays what it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'+0123456789 ()-.ext/٣'), maxLength: 45 }), text => {
        const number = parsePhone(text, 'NL')
        if (number === undefined) return
        expect(number).toMatch(/^\+[1-9]\d{5,14}$/)
        expect(parsePhone(number)).toBe(number)
      }),
    )
  })

  test('tells its country', () => {
    expect(countryOf('+31612345678')).toBe('NL')
    expect(countryOf('nothing')).toBeNull()
  })
})

test('a sender is a number, a short code or a name', () => {
  expect(parseSender('+31 6 12345678')).toEqual({ kind: 'number', value: '+31612345678' })
  expect(parseSender('12345')).toEqual({ kind: 'short_code', value: '12345' })
  expect(parseSender('Acme Shop')).toEqual({ kind: 'name', value: 'Acme Shop' })
  expect(parseSender('A name too long')).toBeUndefined()
  expect(parseSender('x\r\ny')).toBeUndefined()
})
