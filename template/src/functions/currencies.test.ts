/** The table of currencies: whom it knows, and that it says one thing about each region. */
import { describe, expect, test } from 'vitest'
import { currencyOf, isCurrencyCode } from './currencies.ts'

describe('the currency of a region', () => {
  test.each([
    ['GB', 'GBP'],
    ['US', 'USD'],
    ['FR', 'EUR'],
    ['HR', 'EUR'],
    ['CH', 'CHF'],
    ['LI', 'CHF'],
    ['JP', 'JPY'],
    ['IN', 'INR'],
    ['BR', 'BRL'],
    ['GL', 'DKK'],
    ['SN', 'XOF'],
    ['ZW', 'ZWG'],
    ['XX', 'USD'],
    ['', 'USD'],
    ['__proto__', 'USD'],
  ])('%s pays in %s', (region, currency) => expect(currencyOf(region)).toBe(currency))

  test('every code of the table is one', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
    const codes = letters.flatMap(first => letters.map(second => currencyOf(first + second)))
    expect(codes.every(isCurrencyCode)).toBe(true)
    expect(new Set(codes).size).toBeGreaterThan(140)
  })
})
