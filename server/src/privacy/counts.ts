/** What an erasure did, table by table. Pure. */
import type { ErasureCount } from '@carillon/contract'

/** The sums of both; what is nothing is left out. */
export const addCounts = (
  before: readonly ErasureCount[],
  more: readonly ErasureCount[],
): readonly ErasureCount[] => {
  const sums = new Map<string, ErasureCount>()
  for (const one of [...before, ...more]) {
    const key = `${one.table} ${one.deed}`
    sums.set(key, { ...one, rows: (sums.get(key)?.rows ?? 0) + one.rows })
  }
  return [...sums.values()].filter(one => one.rows > 0)
}
