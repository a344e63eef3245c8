/** Durations as people write them: a whole number and a unit. Pure. */

/** The units, smallest first, with their seconds. */
export const UNITS = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const
/** A unit. */
export type Unit = keyof typeof UNITS
/** Their names, smallest first. */
export const UNIT_NAMES = Object.keys(UNITS) as Unit[]

/** A number of units. */
interface Duration {
  readonly n: number
  readonly unit: Unit
}

/** The largest unit in which the seconds are a whole number. */
export const splitDuration = (seconds: number): Duration => {
  const unit = UNIT_NAMES.findLast(one => seconds >= UNITS[one] && seconds % UNITS[one] === 0) ?? 'seconds'
  return { n: seconds / UNITS[unit], unit }
}

/** The seconds of it, at most `max`; null when it is no positive whole number. */
export const joinDuration = ({ n, unit }: Duration, max: number): number | null =>
  Number.isInteger(n) && n >= 1 ? Math.min(n * UNITS[unit], max) : null
