/** The functions that print numbers: for a locale, as money, as a percentage. What is no number gives null, which prints blank. */
import { spend } from '../run.ts'
import { createBoundedCache } from '../time/bounded-cache.ts'
import { DEFAULT_LOCALE, type KnownLocale, localeOf } from '../time/locale.ts'
import type { Value } from '../values.ts'
import { currencyOf, isCurrencyCode } from './currencies.ts'
import {
  argument,
  type Call,
  type FunctionTable,
  numberOf,
  optional,
  param,
  textOf,
} from './function-spec.ts'

const NUMERIC_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const LONGEST_NUMBER = 400

/** Context attributes arrive as text, so a text that is a number is one here. */
const amountOf = (value: Value): number | undefined => {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.length > LONGEST_NUMBER) return undefined
  const text = value.trim()
  const amount = NUMERIC_TEXT.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(amount) ? amount : undefined
}

const FORMATTERS = createBoundedCache<Intl.NumberFormat>(200)

// Java rounds a half to the even neighbour.
const HALF_EVEN = { roundingMode: 'halfEven' } as const

const formatterOf = (locale: KnownLocale, style: string, options: Intl.NumberFormatOptions) =>
  FORMATTERS.get(
    `${style}|${locale.tag}`,
    () => new Intl.NumberFormat(locale.tag, { ...HALF_EVEN, ...options }),
  )

// Adding zero turns -0, which nobody wants to read, into 0.
const printWith = (formatter: Intl.NumberFormat, amount: number): string => formatter.format(amount + 0)

const formatNumber = (amount: number, locale: KnownLocale): string =>
  printWith(formatterOf(locale, 'number', { maximumFractionDigits: 3 }), amount)

const formatCurrency = (amount: number, locale: KnownLocale, named: string): string => {
  const code = named.trim().toUpperCase()
  const currency = isCurrencyCode(code) ? code : currencyOf(locale.region)
  return printWith(formatterOf(locale, currency, { style: 'currency', currency }), amount)
}

const MOST_DECIMALS = 20

const decimalsOf = (args: readonly Value[], position: number): number =>
  Math.max(0, Math.min(Math.trunc(numberOf(args, position, 0)), MOST_DECIMALS))

const toPercentage = (amount: number, decimals: number): string => {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  const formatter = formatterOf(DEFAULT_LOCALE, `percent${decimals}`, { style: 'percent', ...digits })
  return printWith(formatter, amount)
}

// A formatter for a new locale takes a hundred times as long as one that is remembered.
const LOCALE_WORK = 60

const onAmount =
  (print: (amount: number, args: readonly Value[]) => string): Call =>
  (args, run, offset) => {
    spend(run, LOCALE_WORK, offset)
    const amount = amountOf(argument(args, 0))
    return amount === undefined ? null : print(amount, args)
  }

/** The formats by name. */
export const FORMAT_FUNCTIONS: FunctionTable = {
  formatCurrency: {
    group: 'text',
    params: [
      param('amount', 'number'),
      optional('locale', 'text', '"en_US"'),
      optional('currency', 'text', 'the currency of the region'),
    ],
    returns: 'text',
    summary:
      'Prints an amount as money, the way it is written in a locale. An amount that is text is read as a number first.',
    examples: [
      ['formatCurrency(56L, "en_GB")', '£56.00'],
      ['formatCurrency(1234.5, "en_US")', '$1,234.50'],
      ['formatCurrency(1234.5, "en_US", "EUR")', '€1,234.50'],
      ['formatCurrency(context.price, "en_GB")', '£49.90'],
    ],
    call: onAmount((amount, args) => formatCurrency(amount, localeOf(textOf(args, 1)), textOf(args, 2))),
  },
  formatNumber: {
    group: 'math',
    params: [param('number', 'number'), optional('locale', 'text', '"en_US"')],
    returns: 'text',
    summary:
      'Prints a number the way it is written in a locale, with at most three decimals. A number that is text is read first.',
    examples: [
      ['formatNumber(123456.789, "en_US")', '123,456.789'],
      ['formatNumber(123456.789, "de_DE")', '123.456,789'],
      ['formatNumber(123456.789, "ar_EG")', '١٢٣٬٤٥٦٫٧٨٩'],
    ],
    call: onAmount((amount, args) => formatNumber(amount, localeOf(textOf(args, 1)))),
  },
  toPercentage: {
    group: 'math',
    params: [param('number', 'number'), optional('decimals', 'number', '0')],
    returns: 'text',
    summary: 'Prints a share as a percentage: 1 is 100%.',
    examples: [
      ['toPercentage(0.25)', '25%'],
      ['toPercentage(0.1234, 1)', '12.3%'],
    ],
    call: onAmount((amount, args) => toPercentage(amount, decimalsOf(args, 1))),
  },
  toPrecision: {
    group: 'math',
    params: [param('number', 'number'), param('decimals', 'number')],
    returns: 'text',
    summary: 'Prints a number with exactly so many decimals, filled up with zeros.',
    examples: [
      ['toPrecision(3.14159, 2)', '3.14'],
      ['toPrecision(5, 2)', '5.00'],
    ],
    call: onAmount((amount, args) => (amount + 0).toFixed(decimalsOf(args, 1))),
  },
}
