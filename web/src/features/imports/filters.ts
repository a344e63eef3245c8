/** Which of its counts an import's page shows the rows of, as the URL holds it. */
import { IMPORT_OUTCOMES, type ImportOutcome } from '@carillon/contract'

/** The counts, in their order. */
export const COUNTS = [...IMPORT_OUTCOMES, 'refused'] as const
/** One count. */
export type CountKind = ImportOutcome | 'refused'

/** Reads it out of a URL. */
export const readImportView = (raw: Record<string, unknown>): { show?: CountKind } => {
  const show = COUNTS.find(one => one === raw['show'])
  return show === undefined ? {} : { show }
}
