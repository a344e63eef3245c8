/** How fast an import goes and how long it still takes, from what was seen of it in the last moments. Pure. */
import type { Import } from '@carillon/contract'

/** An import as it was at a moment. */
export interface Seen {
  readonly atMs: number
  readonly rows: number
  readonly position: number
}

/** Rows in a second, and seconds to the end; null while too little was seen. */
export interface Pace {
  readonly rowsPerSecond: number | null
  readonly secondsLeft: number | null
}

const REMEMBERED_MS = 20_000
const SHORTEST_MS = 1_500

/** What was seen, with one look more; what is long ago is forgotten, and so is all when the import began anew. */
export const seenAlso = (before: readonly Seen[], one: Import, atMs: number): Seen[] => {
  const last = before.at(-1)
  const kept = last !== undefined && last.position > one.position ? [] : before
  return [
    ...kept.filter(seen => atMs - seen.atMs <= REMEMBERED_MS),
    { atMs, rows: one.rows, position: one.position },
  ]
}

/** The pace of the time that was seen. */
export const paceOf = (seen: readonly Seen[], bytes: number): Pace => {
  const [first, last] = [seen[0], seen.at(-1)]
  if (first === undefined || last === undefined || last.atMs - first.atMs < SHORTEST_MS)
    return { rowsPerSecond: null, secondsLeft: null }
  const seconds = (last.atMs - first.atMs) / 1_000
  const speed = (last.position - first.position) / seconds
  return {
    rowsPerSecond: Math.round((last.rows - first.rows) / seconds),
    secondsLeft: speed > 0 ? Math.ceil((bytes - last.position) / speed) : null,
  }
}

/** A time that is still to come, as exactly as one wants to know it: whole minutes above one and a half, whole hours above. */
export const roughly = (seconds: number): number => {
  const unit = seconds > 5_400 ? 3_600 : seconds > 90 ? 60 : 1
  return Math.max(1, Math.ceil(seconds / unit)) * unit
}
