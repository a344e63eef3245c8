/** Arithmetic of the proleptic Gregorian calendar: days, months, leap years. Knows no zone and no text. */

/** The first and the last year of the calendar here; what falls outside does not exist. */
export const MIN_YEAR = -9999
export const MAX_YEAR = 9999

export const SECONDS_PER_DAY = 86_400

/** A day of the calendar. Month 1 … 12; year 0 is 1 BC. */
export interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** The remainder that is never negative. */
export const floorMod = (value: number, modulus: number): number =>
  value - Math.floor(value / modulus) * modulus

/** Whether February has 29 days. */
export const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** 365 or 366. */
export const daysInYear = (year: number): number => (isLeapYear(year) ? 366 : 365)

const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** The length of a month 1 … 12; zero for any other. */
export const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeapYear(year) ? 29 : (MONTH_LENGTHS[month - 1] ?? 0)

const DAYS_PER_ERA = 146_097
const DAYS_TO_EPOCH = 719_468

/** Days since 1970-01-01. Years are counted from March, so that the leap day comes last. */
export const daysFromCivil = ({ year, month, day }: CivilDate): number => {
  const marchYear = month <= 2 ? year - 1 : year
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - era * 400
  const dayOfYear = Math.floor((153 * floorMod(month - 3, 12) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * DAYS_PER_ERA + dayOfEra - DAYS_TO_EPOCH
}

/** The inverse of `daysFromCivil`. */
export const civilFromDays = (days: number): CivilDate => {
  const shifted = days + DAYS_TO_EPOCH
  const era = Math.floor(shifted / DAYS_PER_ERA)
  const dayOfEra = shifted - era * DAYS_PER_ERA
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / (DAYS_PER_ERA - 1))) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

/** Monday 1 … Sunday 7. */
export const isoDayOfWeek = (days: number): number => floorMod(days + 3, 7) + 1

/** 1 … 366. */
export const dayOfYearOf = ({ year, month, day }: CivilDate): number =>
  daysFromCivil({ year, month, day }) - daysFromCivil({ year, month: 1, day: 1 }) + 1

const FIRST_DAY = daysFromCivil({ year: MIN_YEAR, month: 1, day: 1 })
const LAST_DAY = daysFromCivil({ year: MAX_YEAR, month: 12, day: 31 })

/** Whether seconds since 1970, counted by a local clock, fall into a year that exists. */
export const isLocalSecond = (localSecond: number): boolean =>
  Number.isSafeInteger(localSecond) &&
  localSecond >= FIRST_DAY * SECONDS_PER_DAY &&
  localSecond < (LAST_DAY + 1) * SECONDS_PER_DAY

/** A day and a time as a clock on the wall shows them, without a zone. */
export interface CivilTime extends CivilDate {
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly nano: number
}

const isWithin = (value: number, low: number, high: number): boolean =>
  Number.isInteger(value) && value >= low && value <= high

/** Whether there is such a day. */
export const isCivilDate = ({ year, month, day }: CivilDate): boolean =>
  isWithin(year, MIN_YEAR, MAX_YEAR) && isWithin(month, 1, 12) && isWithin(day, 1, daysInMonth(year, month))

/** Whether there is such a day and such a time: no 24:00, no leap second. */
export const isCivilTime = (time: CivilTime): boolean =>
  isCivilDate(time) &&
  isWithin(time.hour, 0, 23) &&
  isWithin(time.minute, 0, 59) &&
  isWithin(time.second, 0, 59) &&
  isWithin(time.nano, 0, 999_999_999)

/** Seconds since 1970-01-01T00:00 of the same clock; the nanoseconds are left out. */
export const localSecondOf = (time: Omit<CivilTime, 'nano'>): number =>
  daysFromCivil(time) * SECONDS_PER_DAY + time.hour * 3600 + time.minute * 60 + time.second

/** The inverse of `localSecondOf`. */
export const civilTimeOf = (localSecond: number, nano: number): CivilTime => {
  const days = Math.floor(localSecond / SECONDS_PER_DAY)
  const secondOfDay = localSecond - days * SECONDS_PER_DAY
  // Named one by one: spreading an object here costs more than all the arithmetic.
  const { year, month, day } = civilFromDays(days)
  const hour = Math.floor(secondOfDay / 3600)
  const minute = Math.floor(secondOfDay / 60) % 60
  return { year, month, day, hour, minute, second: secondOfDay % 60, nano }
}
