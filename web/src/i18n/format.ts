/** Numbers and instants for people, by Intl. Pure: "now" is a parameter. */

/** The formats of one language. */
export interface Formats {
  readonly number: (value: number) => string
  /** The exact local time, for hover texts and facts. */
  readonly exact: (instant: string) => string
  /** "3 minutes ago": the largest unit that fits; within a minute "now". */
  readonly relative: (instant: string, nowMs: number) => string
  /** The same of what is to come, whose last minute is told in seconds. */
  readonly until: (instant: string, nowMs: number) => string
  readonly bytes: (size: number) => string
  /** An amount in a currency (ISO 4217); of small ones the digits that the currency itself does not have, too. */
  readonly money: (amount: number, currency: string) => string
}

const UNITS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const BYTES = [
  ['kB', 1_024],
  ['MB', 1_024 ** 2],
  ['GB', 1_024 ** 3],
] as const

/** Makes the formats of one language, in the regional form given (en-GB writes dates unlike en-US). */
export const createFormats = (language: string): Formats => {
  const numbers = new Intl.NumberFormat(language)
  const dates = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' })
  const relatives = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'narrow' })
  const relative = (instant: string, nowMs: number): string => {
    const seconds = (Date.parse(instant) - nowMs) / 1000
    const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size)
    if (unit) return relatives.format(Math.trunc(seconds / unit[1]), unit[0])
    return relatives.format(0, 'second')
  }
  return {
    number: value => numbers.format(value),
    exact: instant => dates.format(new Date(instant)),
    relative,
    until: (instant, nowMs) => {
      const seconds = Math.ceil((Date.parse(instant) - nowMs) / 1000)
      return seconds > 0 && seconds < 60 ? relatives.format(seconds, 'second') : relative(instant, nowMs)
    },
    money: (amount, currency) =>
      new Intl.NumberFormat(language, { style: 'currency', currency, maximumFractionDigits: 4 }).format(
        amount,
      ),
    bytes: size => {
      const unit = BYTES.findLast(([, least]) => size >= least)
      return unit ? `${numbers.format(Math.round((10 * size) / unit[1]) / 10)} ${unit[0]}` : `${size} B`
    },
  }
}
