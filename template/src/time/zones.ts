/**
 * The offsets of places: what UTC is on their clocks, and the instant of what their clocks show. All rules come from
 * the engine's own IANA data. Never reads the zone of the machine.
 */
import { createBoundedCache } from './bounded-cache.ts'
import { daysFromCivil, isLocalSecond, SECONDS_PER_DAY } from './civil.ts'
import { DateTime } from './date-time.ts'
import { offsetText, parseOffset } from './offsets.ts'

/** A place, or a fixed distance from UTC. */
export interface Zone {
  /** As in java.time: the IANA name, `UTC+02:00`; null for a bare offset. */
  readonly id: string | null
  /** Seconds east of UTC at an instant. */
  offsetAt(epochSecond: number): number
}

/** A fixed distance from UTC. */
export const fixedZone = (offsetSeconds: number, id: string | null = null): Zone => ({
  id,
  offsetAt: () => offsetSeconds,
})

/** UTC itself, printed as `Z`. */
export const UTC: Zone = fixedZone(0)

// No clock was set by law before; the formatter's years before 1 would need their era.
const FIRST_RULE = daysFromCivil({ year: 1800, month: 1, day: 1 }) * SECONDS_PER_DAY

const NUMERIC = {
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const

const localSecondBy = (formatter: Intl.DateTimeFormat, epochSecond: number): number => {
  const fields: Record<string, number> = {}
  for (const { type, value } of formatter.formatToParts(epochSecond * 1000)) fields[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields
  return daysFromCivil({ year, month, day }) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second
}

// Since this day every clock of the world has been moved at a whole minute of UTC.
const FIRST_WHOLE_MINUTES = daysFromCivil({ year: 1973, month: 1, day: 1 }) * SECONDS_PER_DAY
const REMEMBERED_MINUTES = 100

/** Asking the formatter is slow, and a batch of messages asks for the same minute. */
const rememberMinutes = (offsetAt: Zone['offsetAt']): Zone['offsetAt'] => {
  const offsets = createBoundedCache<number>(REMEMBERED_MINUTES)
  return epochSecond =>
    epochSecond < FIRST_WHOLE_MINUTES
      ? offsetAt(epochSecond)
      : offsets.get(String(Math.floor(epochSecond / 60)), () => offsetAt(epochSecond))
}

const NAME = /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/

/** By the engine's data, which take a name in any case; it prints as the author wrote it. */
const namedZone = (name: string): Zone | undefined => {
  if (!NAME.test(name)) return undefined
  try {
    const formatter = new Intl.DateTimeFormat('en-US', { ...NUMERIC, timeZone: name })
    const offsetAt = (epochSecond: number): number => {
      const known = Math.max(epochSecond, FIRST_RULE)
      return localSecondBy(formatter, known) - known
    }
    return { id: name, offsetAt: rememberMinutes(offsetAt) }
  } catch {
    return undefined
  }
}

const PREFIXED = /^(UTC|GMT|UT)([+-].+)$/

const makeZone = (text: string): Zone | undefined => {
  const offset = parseOffset(text)
  if (offset !== undefined) return fixedZone(offset)
  if (text === 'UTC' || text === 'GMT' || text === 'UT') return fixedZone(0, text)
  const prefixed = PREFIXED.exec(text)
  if (prefixed === null) return namedZone(text)
  const distance = parseOffset(prefixed[2] ?? '')
  return distance === undefined ? undefined : fixedZone(distance, prefixedId(prefixed[1] ?? '', distance))
}

const prefixedId = (prefix: string, distance: number): string =>
  distance === 0 ? prefix : `${prefix}${offsetText(distance)}`

const ZONES = createBoundedCache<Zone | undefined>(100)

/** The zone of an IANA name, an offset (`+05:30`) or both (`UTC+02:00`); undefined where there is none. */
export const zoneOf = (text: string): Zone | undefined =>
  text.length > 64 ? undefined : ZONES.get(text, () => makeZone(text))

/** The zone that a date is told in. */
export const zoneOfDate = (date: DateTime): Zone =>
  (date.zone === null ? undefined : zoneOf(date.zone)) ?? fixedZone(date.offsetSeconds, date.zone)

/** An instant as it is told in a zone; undefined in a year that does not exist. */
export const atInstant = (
  instant: { readonly epochSecond: number; readonly nano: number },
  zone: Zone,
): DateTime | undefined => {
  const { epochSecond, nano } = instant
  if (!isLocalSecond(epochSecond)) return undefined
  const offsetSeconds = zone.offsetAt(epochSecond)
  if (!isLocalSecond(epochSecond + offsetSeconds)) return undefined
  return new DateTime({ epochSecond, nano, offsetSeconds, zone: zone.id })
}

/** What a clock shows; `offsetSeconds` decides where it shows the same twice. */
export interface LocalInstant {
  readonly localSecond: number
  readonly nano: number
  readonly offsetSeconds?: number
}

/**
 * The instant at which a clock of the zone shows this. What a clock skips is moved on by what it skips; of what it
 * shows twice the first is meant, or the one of `offsetSeconds`. Undefined in a year that does not exist.
 */
export const atLocal = (local: LocalInstant, zone: Zone): DateTime | undefined => {
  const { localSecond, nano } = local
  if (!isLocalSecond(localSecond)) return undefined
  const before = zone.offsetAt(localSecond - SECONDS_PER_DAY)
  const after = zone.offsetAt(localSecond + SECONDS_PER_DAY)
  if (before === after) return atInstant({ epochSecond: localSecond - before, nano }, zone)
  const valid = [before, after].filter(offset => zone.offsetAt(localSecond - offset) === offset)
  const wanted = local.offsetSeconds
  // A gap has no valid offset: the one before it leads to the instant after it.
  const offset = wanted !== undefined && valid.includes(wanted) ? wanted : (valid[0] ?? before)
  return atInstant({ epochSecond: localSecond - offset, nano }, zone)
}
