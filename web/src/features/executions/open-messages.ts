/** Reads the messages that are still open as one list, although the API lists one state at a time. */
import type { MessageState, MessageSummary } from '@carillon/contract'
import type { Page } from '../../api.ts'

/** Reads one page of one state. */
type ReadState = (state: MessageState, cursor: string | null) => Promise<Page<MessageSummary>>

/**
 * Merges one page of each state, newest change first. The cursor holds the cursor of every state
 * that has more; a state that is at its end is not asked again.
 */
export const readOpen = async (
  states: readonly MessageState[],
  cursor: string | null,
  read: ReadState,
): Promise<Page<MessageSummary>> => {
  const cursors: Partial<Record<MessageState, string | null>> =
    cursor === null ? Object.fromEntries(states.map(state => [state, null])) : JSON.parse(cursor)
  const wanted = states.filter(state => cursors[state] !== undefined)
  const pages = await Promise.all(wanted.map(state => read(state, cursors[state] ?? null)))
  const more = wanted.flatMap((state, i) => {
    const next = pages[i]?.next ?? null
    return next === null ? [] : [[state, next]]
  })
  const items = pages.flatMap(page => page.items).sort((a, b) => b.changedAt.localeCompare(a.changedAt))
  return { items, next: more.length === 0 ? null : JSON.stringify(Object.fromEntries(more)) }
}
