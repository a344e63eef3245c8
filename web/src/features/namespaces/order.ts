/** The order of namespaces: moving one by a place. Pure. */
import type { Namespace } from '@carillon/contract'

/** Those that have a place of their own; what is only in use stands behind them. */
export const placed = (all: readonly Namespace[]): Namespace[] =>
  all.filter(one => one.standard || one.written)

/** The codes with one moved up (-1) or down (1); as they were when there is no such place. */
export const moved = (codes: readonly string[], code: string, by: -1 | 1): string[] => {
  const from = codes.indexOf(code)
  const to = from + by
  if (from === -1 || to < 0 || to >= codes.length) return [...codes]
  return codes.with(from, codes[to] ?? code).with(to, code)
}
