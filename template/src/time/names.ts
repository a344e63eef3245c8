/** The names of months, days, halves of the day, eras and quarters in a language. Knows no pattern. */
import { createBoundedCache } from './bounded-cache.ts'
import type { KnownLocale } from './locale.ts'

/** How wide a name is: `Nov`, `November`, `N`. */
export type NameWidth = 'short' | 'long' | 'narrow'

/** `format` stands within a date, `standalone` alone: many languages inflect the first. */
export type NameForm = 'format' | 'standalone'

/** Which names are asked for. */
export interface NameRequest {
  readonly width: NameWidth
  readonly form: NameForm
}

const CACHE = createBoundedCache<readonly string[]>(500)

// The formatters must not follow the calendar of the locale: Java's patterns count in ISO years everywhere.
const GREGORIAN = { calendar: 'gregory', numberingSystem: 'latn', timeZone: 'UTC' } as const

const partOf = (formatter: Intl.DateTimeFormat, ms: number, type: string): string =>
  formatter.formatToParts(ms).find(part => part.type === type)?.value ?? ''

const isNumber = (text: string): boolean => /^\d+$/.test(text)

const monthNames = (tag: string, { width, form }: NameRequest): readonly string[] => {
  const alone = new Intl.DateTimeFormat(tag, { ...GREGORIAN, month: width })
  const within = new Intl.DateTimeFormat(tag, { ...GREGORIAN, month: width, day: 'numeric' })
  return Array.from({ length: 12 }, (_, month) => {
    const day = Date.UTC(2023, month, 15)
    const name = partOf(form === 'format' ? within : alone, day, 'month')
    if (!isNumber(name)) return name
    // Where the number of the month is a part of its own, the whole text is the name.
    return width === 'narrow' ? partOf(alone, day, 'month') : alone.format(day)
  })
}

const dayNames = (tag: string, { width, form }: NameRequest): readonly string[] => {
  const around = form === 'format' ? ({ month: 'long', day: 'numeric' } as const) : {}
  const formatter = new Intl.DateTimeFormat(tag, { ...GREGORIAN, weekday: width, ...around })
  // 2024-01-01 was a Monday.
  return Array.from({ length: 7 }, (_, day) => partOf(formatter, Date.UTC(2024, 0, 1 + day), 'weekday'))
}

const halfNames = (tag: string): readonly string[] => {
  const formatter = new Intl.DateTimeFormat(tag, { ...GREGORIAN, hour: 'numeric', hour12: true })
  const names = [10, 15].map(hour => partOf(formatter, Date.UTC(2024, 0, 1, hour), 'dayPeriod'))
  return names.includes('') ? ['AM', 'PM'] : names
}

const eraNames = (tag: string, { width }: NameRequest): readonly string[] => {
  const formatter = new Intl.DateTimeFormat(tag, { ...GREGORIAN, era: width, year: 'numeric' })
  return [Date.UTC(-10, 0, 1), Date.UTC(2024, 0, 1)].map(ms => partOf(formatter, ms, 'era'))
}

const ENGLISH_ORDINALS = ['1st', '2nd', '3rd', '4th']

// No engine tells the names of quarters; these are the languages most campaigns are written in.
const QUARTERS: ReadonlyMap<string, (quarter: number, width: NameWidth) => string> = new Map([
  ['en', (quarter, width) => (width === 'long' ? `${ENGLISH_ORDINALS[quarter - 1]} quarter` : `Q${quarter}`)],
  ['de', (quarter, width) => (width === 'long' ? `${quarter}. Quartal` : `Q${quarter}`)],
  [
    'fr',
    (quarter, width) =>
      width === 'long' ? `${quarter}${quarter === 1 ? 'er' : 'e'} trimestre` : `T${quarter}`,
  ],
  ['es', (quarter, width) => (width === 'long' ? `${quarter}.º trimestre` : `T${quarter}`)],
  ['it', (quarter, width) => (width === 'long' ? `${quarter}º trimestre` : `T${quarter}`)],
  ['pt', (quarter, width) => (width === 'long' ? `${quarter}º trimestre` : `T${quarter}`)],
  ['nl', (quarter, width) => (width === 'long' ? `${quarter}e kwartaal` : `K${quarter}`)],
])

const cached = (kind: string, locale: KnownLocale, make: (tag: string) => readonly string[]) =>
  CACHE.get(`${kind}|${locale.tag}`, () => make(locale.tag))

/** January … December. */
export const monthNamesOf = (locale: KnownLocale, request: NameRequest): readonly string[] =>
  cached(`month|${request.width}|${request.form}`, locale, tag => monthNames(tag, request))

/** Monday … Sunday. */
export const dayNamesOf = (locale: KnownLocale, request: NameRequest): readonly string[] =>
  cached(`day|${request.width}|${request.form}`, locale, tag => dayNames(tag, request))

/** Before noon and after. */
export const halfNamesOf = (locale: KnownLocale): readonly string[] => cached('half', locale, halfNames)

/** Before Christ and after. */
export const eraNamesOf = (locale: KnownLocale, request: NameRequest): readonly string[] =>
  cached(`era|${request.width}`, locale, tag => eraNames(tag, request))

/** The first to the fourth; `Q1` … in languages that we have no names of. */
export const quarterNamesOf = (locale: KnownLocale, { width }: NameRequest): readonly string[] => {
  const name = QUARTERS.get(locale.language)
  return [1, 2, 3, 4].map(quarter => {
    if (width === 'narrow') return String(quarter)
    return name === undefined ? `Q${quarter}` : name(quarter, width)
  })
}
