/** Reads of executions and messages; what is open is read again by itself until it is settled. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useApi } from '../session/session.tsx'
import type { MessageFilters } from './filters.ts'
import { OPEN_STATES } from './message-state.tsx'
import { readOpen } from './open-messages.ts'

const AGAIN_MS = 2_000
// A finished execution can be re-opened by another try.
const SETTLED_AGAIN_MS = 10_000
const cursorOf = (cursor: string | null) => (cursor === null ? {} : { cursor })

/** Executions, newest first. */
export const useExecutionList = (filters: { campaignId?: string }) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['executions', filters],
    queryFn: ({ pageParam }) => api.executions.list({ ...filters, ...cursorOf(pageParam) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    refetchInterval: query =>
      query.state.data?.pages.some(page => page.items.some(row => !row.finished)) === true ? AGAIN_MS : false,
  })
}

/** One execution with its messages. */
export const useExecution = (executionId: string) => {
  const api = useApi()
  return useQuery({
    queryKey: ['execution', executionId],
    queryFn: () => api.executions.get(executionId),
    refetchInterval: query => (query.state.data && !query.state.data.finished ? AGAIN_MS : SETTLED_AGAIN_MS),
  })
}

/** Messages, newest first. */
export const useMessageList = ({ state, ...rest }: MessageFilters) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['messages', { ...rest, state }],
    queryFn: ({ pageParam }) => {
      if (state !== 'open') {
        return api.executions.messages({ ...rest, ...(state && { state }), ...cursorOf(pageParam) })
      }
      return readOpen(OPEN_STATES, pageParam, (one, cursor) =>
        api.executions.messages({ ...rest, state: one, ...cursorOf(cursor) }),
      )
    },
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    refetchInterval: state === undefined || state === 'open' ? AGAIN_MS * 2 : false,
  })
}

/** One message. */
export const useMessage = (id: string) => {
  const api = useApi()
  return useQuery({
    queryKey: ['message', id],
    queryFn: () => api.executions.message(id),
    refetchInterval: query =>
      query.state.data && OPEN_STATES.includes(query.state.data.state) ? AGAIN_MS : false,
  })
}
