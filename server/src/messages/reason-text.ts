/** Reasons of the ledger in words. */
import { REASONS, type ReasonCode } from '@carillon/contract'

/** A reason in words; a reason that has none is shown as it is. */
export const reasonText = (reason: string | null): string | null =>
  reason === null ? null : Object.hasOwn(REASONS, reason) ? REASONS[reason as ReasonCode].title : reason
