/** Dead letters in the URL, in numbers and in deeds that take more than one call. Pure: calls are given in. */
import type { DeadLetter, DeadLetterActed, DeadLetterFilter, DeadLetterSummary } from '@carillon/contract'
import type { Page } from '../../api.ts'
import { readText } from '../../ui/url-text.ts'

/** What the list can be narrowed by; `discarded` shows those that were put away instead. */
export interface DeadLetterView extends DeadLetterFilter {
  discarded?: true
}

const isState = (value: unknown): value is 'failed' | 'unknown' => value === 'failed' || value === 'unknown'

const readInstant = <N extends 'from' | 'to'>(raw: Record<string, unknown>, name: N) => {
  const value = raw[name]
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? { [name]: value } : {}
}

/** Reads the view out of a URL; what is not part of one is dropped. */
export const readDeadLetterView = (raw: Record<string, unknown>): DeadLetterView => ({
  ...(isState(raw['state']) ? { state: raw['state'] } : {}),
  ...readText(raw, 'reason'),
  ...readText(raw, 'campaignId'),
  ...readText(raw, 'executionId'),
  ...readText(raw, 'transportId'),
  ...readText(raw, 'code'),
  ...readInstant(raw, 'from'),
  ...readInstant(raw, 'to'),
  ...(raw['discarded'] === true ? { discarded: true } : {}),
})

/** The filter of a view, for deeds: they never concern discarded ones. */
export const filterOf = ({ discarded: _, ...filter }: DeadLetterView): DeadLetterFilter => filter

/** How many match, by the summary alone; null when the filter asks for more than the summary tells apart. */
export const countIn = (summary: DeadLetterSummary, filter: DeadLetterFilter): number | null => {
  const { state, reason, campaignId, ...rest } = filter
  if (Object.values(rest).some(value => value !== undefined)) return null
  return summary.groups
    .filter(group => state === undefined || group.state === state)
    .filter(group => reason === undefined || group.reason === reason)
    .filter(group => campaignId === undefined || group.campaignId === campaignId)
    .reduce((sum, group) => sum + group.n, 0)
}

/** Reads page after page until the end or until there are `most` rows; `more` says that there are others. */
export const readAll = async <T>(
  read: (cursor: string | null) => Promise<Page<T>>,
  options: { most: number; onProgress?: (n: number) => void },
): Promise<{ rows: readonly T[]; more: boolean }> => {
  const rows: T[] = []
  let cursor: string | null = null
  do {
    const page: Page<T> = await read(cursor)
    rows.push(...page.items)
    cursor = page.next
    options.onProgress?.(Math.min(rows.length, options.most))
  } while (cursor !== null && rows.length < options.most)
  return { rows: rows.slice(0, options.most), more: cursor !== null || rows.length > options.most }
}

/** What a deed did so far. */
export interface Acted {
  readonly acted: number
  readonly skipped: number
}

/**
 * Repeats a call until nothing remains, nothing more moves, or somebody stops it. `skipped` of a filter is that of the
 * last call: each call meets the same ones again.
 */
export const actUntilDone = async (
  act: () => Promise<DeadLetterActed>,
  watch: { onProgress: (acted: Acted) => void; stopped: () => boolean },
): Promise<Acted> => {
  let done: Acted = { acted: 0, skipped: 0 }
  for (;;) {
    const step = await act()
    done = { acted: done.acted + step.acted, skipped: step.skipped }
    watch.onProgress(done)
    if (!step.remaining || step.acted === 0 || watch.stopped()) return done
  }
}

/** The columns of the file, named as the API names them. */
export const CSV_COLUMNS = [
  'messageId',
  'namespace',
  'userId',
  'campaign',
  'executionId',
  'state',
  'reason',
  'transport',
  'code',
  'answer',
  'changedAt',
] as const

/** One row of the file. */
export const csvRow = (row: DeadLetter): readonly (string | null)[] => [
  row.messageId,
  row.namespace,
  row.userId,
  row.campaignName,
  row.executionId,
  row.state,
  row.reason,
  row.transport,
  row.code,
  row.answer,
  row.changedAt,
]
