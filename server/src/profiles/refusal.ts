/** Which values of a choice refuse, in XDM's words. Pure. */
import type { ConsentValue } from '@carillon/contract'

const REFUSALS: readonly unknown[] = ['n', 'dn'] satisfies ConsentValue[]

/** Whether a value refuses: `n`, and `dn` (no by default). */
export const isRefusal = (value: unknown): boolean => REFUSALS.includes(value)
