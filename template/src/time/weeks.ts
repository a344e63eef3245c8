/** Weeks of a year and of a month: the ISO ones, and those of a region. Knows no text. */
import { type CivilDate, dayOfYearOf, daysFromCivil, daysInYear, floorMod, isoDayOfWeek } from './civil.ts'

/** How a region counts weeks. */
export interface WeekRules {
  /** Monday 1 … Sunday 7. */
  readonly firstDay: number
  /** How many days of a year, or month, its first week has at least. */
  readonly minimalDays: number
}

/** Weeks from Monday; the first one holds the year's first Thursday. */
export const ISO_WEEKS: WeekRules = { firstDay: 1, minimalDays: 4 }

const SUNDAY_FIRST =
  'AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN IS JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA PE PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW'
const SATURDAY_FIRST = 'AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY'
const FOUR_DAYS =
  'AD AN AT AX BE BG CH CZ DE DK EE ES FI FJ FO FR GB GF GG GI GP GR HU IE IM IS IT JE LI LT LU MC MQ NL NO PL PT RE RU SE SJ SK SM VA'

const FIRST_DAYS: ReadonlyMap<string, number> = new Map([
  ...SUNDAY_FIRST.split(' ').map(region => [region, 7] as const),
  ...SATURDAY_FIRST.split(' ').map(region => [region, 6] as const),
  ['MV', 5],
])
const FOUR_DAY_REGIONS: ReadonlySet<string> = new Set(FOUR_DAYS.split(' '))

/** The rules of a region by its two letters. A table of our own: engines differ in what they tell, and some tell nothing. */
export const weekRulesOf = (region: string): WeekRules => ({
  firstDay: FIRST_DAYS.get(region) ?? 1,
  minimalDays: FOUR_DAY_REGIONS.has(region) ? 4 : 1,
})

/** The day of the week counted from the region's first: 1 … 7. */
export const localDayOfWeek = (days: number, rules: WeekRules): number =>
  floorMod(isoDayOfWeek(days) - rules.firstDay, 7) + 1

/** How many days the first week begins before the year or month does; negative where it begins after. */
const firstWeekLead = (dayInPeriod: number, dayOfWeek: number, rules: WeekRules): number => {
  const weekStart = floorMod(dayInPeriod - dayOfWeek, 7)
  return weekStart + 1 > rules.minimalDays ? 7 - weekStart : -weekStart
}

const weekNumber = (offset: number, dayInPeriod: number): number =>
  Math.floor((7 + offset + (dayInPeriod - 1)) / 7)

/** A week of a week-based year, which begins and ends with whole weeks. */
export interface WeekOfYear {
  readonly year: number
  readonly week: number
}

/** The week of a day and the year that the week belongs to. */
export const weekOfYearOf = (date: CivilDate, rules: WeekRules): WeekOfYear => {
  const dayOfYear = dayOfYearOf(date)
  const offset = firstWeekLead(dayOfYear, localDayOfWeek(daysFromCivil(date), rules), rules)
  const week = weekNumber(offset, dayOfYear)
  if (week === 0) return weekOfYearOf({ year: date.year - 1, month: 12, day: 31 }, rules)
  const nextYearsFirst = weekNumber(offset, daysInYear(date.year) + rules.minimalDays)
  return week >= nextYearsFirst
    ? { year: date.year + 1, week: week - nextYearsFirst + 1 }
    : { year: date.year, week }
}

/** The week of the month; 0 for days before its first week. */
export const weekOfMonthOf = (date: CivilDate, rules: WeekRules): number => {
  const dayOfWeek = localDayOfWeek(daysFromCivil(date), rules)
  return weekNumber(firstWeekLead(date.day, dayOfWeek, rules), date.day)
}

/** The day, since 1970-01-01, on which a week of a week-based year begins. */
export const weekStartOf = ({ year, week }: WeekOfYear, rules: WeekRules): number => {
  const newYear = daysFromCivil({ year, month: 1, day: 1 })
  return newYear - firstWeekLead(1, localDayOfWeek(newYear, rules), rules) + (week - 1) * 7
}
