/** Between the instants of the API and the local dates, times and zones of a browser. Pure: uses the zone of the runtime. */

/** The names of all time zones. */
export const ZONES: readonly string[] = Intl.supportedValuesOf('timeZone')
/** The name of the zone here. */
export const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

const two = (n: number) => String(n).padStart(2, '0')

/** The value of a `datetime-local` field; empty for null or nonsense. Seconds are dropped. */
export const toLocalField = (instant: string | null): string => {
  if (instant === null) return ''
  const date = new Date(instant)
  if (Number.isNaN(date.getTime())) return ''
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`
}

/** The instant of such a field; null when it is empty or half typed. */
export const fromLocalField = (field: string): string | null => {
  const date = new Date(field)
  return field === '' || Number.isNaN(date.getTime()) ? null : date.toISOString()
}

/** The day of an instant as it is here, as a `date` field has it. */
export const localDay = (instant: string): string => toLocalField(instant).slice(0, 10)
