/** Reads dates and times in ISO 8601, as data and java.time write them. Linear in the text; never throws. */
import { type CivilTime, isCivilTime, localSecondOf } from './civil.ts'
import type { DateTime } from './date-time.ts'
import { parseOffset } from './offsets.ts'
import { atInstant, atLocal, UTC, zoneOf } from './zones.ts'

// Every part has a fixed or bounded width and its own first character, so there is nothing to try twice.
const ISO =
  /^([+-]?\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?(?:\[([A-Za-z0-9_+\-/:]{1,64})\])?)?$/
const LONGEST = 128

const civilOf = (match: RegExpExecArray): CivilTime => {
  const at = (group: number) => Number(match[group] ?? 0)
  return {
    year: at(1),
    month: at(2),
    day: at(3),
    hour: at(4),
    minute: at(5),
    second: at(6),
    nano: Number((match[7] ?? '').padEnd(9, '0')),
  }
}

/**
 * A date with or without a time, an offset and `[Region/City]`. A date alone is its midnight; without offset and
 * zone it is UTC. Undefined for any other text, and for days and times that do not exist.
 */
export const parseIso = (text: string): DateTime | undefined => {
  const trimmed = text.length > LONGEST ? '' : text.trim()
  const match = ISO.exec(trimmed)
  if (match === null) return undefined
  const civil = civilOf(match)
  return isCivilTime(civil) ? inPlace(civil, match[8], match[9]) : undefined
}

const inPlace = (
  civil: CivilTime,
  offsetPart: string | undefined,
  zonePart: string | undefined,
): DateTime | undefined => {
  const zone = zonePart === undefined ? UTC : zoneOf(zonePart)
  if (zone === undefined) return undefined
  const localSecond = localSecondOf(civil)
  if (offsetPart === undefined) return atLocal({ localSecond, nano: civil.nano }, zone)
  const offset = parseOffset(offsetPart)
  if (offset === undefined) return undefined
  // The offset fixes the instant; the zone, where there is one, only says how to tell it.
  const told = zonePart === undefined ? { id: null, offsetAt: () => offset } : zone
  return atInstant({ epochSecond: localSecond - offset, nano: civil.nano }, told)
}
