/** Values that are read once and kept for a while. Knows nothing of what they are. */
import type { Clock } from './clock.ts'

const MOST = 500

/** A reader by id: a value is read again when it is older than `ms`; readers of one moment share one read. */
export const createKeep = <T>(
  { clock, ms }: { readonly clock: Clock; readonly ms: number },
  read: (id: string) => Promise<T>,
): ((id: string) => Promise<T>) => {
  const kept = new Map<string, { readonly at: number; readonly value: Promise<T> }>()
  return id => {
    const entry = kept.get(id)
    if (entry !== undefined && clock.monotonicMs() - entry.at < ms) return entry.value
    if (kept.size >= MOST) kept.clear()
    const value = read(id)
    kept.set(id, { at: clock.monotonicMs(), value })
    value.catch(() => kept.delete(id))
    return value
  }
}
