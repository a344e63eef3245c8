/** The names of zones in a language: `CET`, `Central European Standard Time`. Knows no pattern. */
import { createBoundedCache } from './bounded-cache.ts'
import type { DateTime } from './date-time.ts'
import type { KnownLocale } from './locale.ts'
import { offsetText } from './offsets.ts'

const FORMATTERS = createBoundedCache<Intl.DateTimeFormat | undefined>(100)

const makeFormatter = (tag: string, timeZone: string, style: 'short' | 'long') => {
  try {
    return new Intl.DateTimeFormat(tag, { timeZone, timeZoneName: style })
  } catch {
    return undefined
  }
}

const intlName = (date: DateTime, tag: string, style: 'short' | 'long'): string | undefined => {
  const zone = date.zone ?? 'UTC'
  const formatter = FORMATTERS.get(`${style}|${tag}|${zone}`, () => makeFormatter(tag, zone, style))
  return formatter?.formatToParts(date.epochSecond * 1000).find(part => part.type === 'timeZoneName')?.value
}

// Engines abbreviate a zone only where it is at home; Java does it everywhere, by these letters.
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ['Central European Standard Time', 'CET'],
  ['Central European Summer Time', 'CEST'],
  ['Eastern European Standard Time', 'EET'],
  ['Eastern European Summer Time', 'EEST'],
  ['Western European Standard Time', 'WET'],
  ['Western European Summer Time', 'WEST'],
  ['Greenwich Mean Time', 'GMT'],
  ['British Summer Time', 'BST'],
  ['Irish Standard Time', 'IST'],
  ['Moscow Standard Time', 'MSK'],
  ['Israel Standard Time', 'IST'],
  ['Israel Daylight Time', 'IDT'],
  ['India Standard Time', 'IST'],
  ['Pakistan Standard Time', 'PKT'],
  ['China Standard Time', 'CST'],
  ['Hong Kong Standard Time', 'HKT'],
  ['Japan Standard Time', 'JST'],
  ['Korean Standard Time', 'KST'],
  ['Australian Western Standard Time', 'AWST'],
  ['Australian Central Standard Time', 'ACST'],
  ['Australian Central Daylight Time', 'ACDT'],
  ['Australian Eastern Standard Time', 'AEST'],
  ['Australian Eastern Daylight Time', 'AEDT'],
  ['New Zealand Standard Time', 'NZST'],
  ['New Zealand Daylight Time', 'NZDT'],
  ['South Africa Standard Time', 'SAST'],
  ['East Africa Time', 'EAT'],
  ['West Africa Standard Time', 'WAT'],
  ['Central Africa Time', 'CAT'],
  ['Brasilia Standard Time', 'BRT'],
  ['Argentina Standard Time', 'ART'],
  ['Newfoundland Standard Time', 'NST'],
  ['Newfoundland Daylight Time', 'NDT'],
  ['Iran Standard Time', 'IRST'],
])

const hasIntlName = (zone: string): boolean => !/^(?:UTC|GMT|UT)[+-]/.test(zone)

const shortName = (date: DateTime, tag: string): string | undefined => {
  const name = intlName(date, tag, 'short')
  if (name !== undefined && !/\p{Nd}/u.test(name)) return name
  return ABBREVIATIONS.get(intlName(date, 'en-US', 'long') ?? '') ?? name
}

/** What the zone is called at that moment; a bare offset is its own name, as in Java. */
export const zoneNameOf = (date: DateTime, locale: KnownLocale, style: 'short' | 'long'): string => {
  if (date.zone === null) return offsetText(date.offsetSeconds)
  if (!hasIntlName(date.zone)) return date.zone
  const name = style === 'short' ? shortName(date, locale.tag) : intlName(date, locale.tag, 'long')
  return name ?? date.zone
}
