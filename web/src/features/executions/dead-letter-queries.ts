/** Reads of dead letters, and the deeds on many of them. */
import type { DeadLetterAction, DeadLetterFilter } from '@carillon/contract'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useHoldDeed } from '../holds/hold-queries.ts'
import { useApi } from '../session/session.tsx'
import { type Acted, actUntilDone, countIn, type DeadLetterView, readAll } from './dead-letters.ts'
import { useDeadLetterSummary } from './ExecutionsHead.tsx'

const AGAIN_MS = 5_000
/** Beyond this the number is not counted but named as "more than". */
export const COUNTED = 1_000

/** The list, newest first. */
export const useDeadLetters = (view: DeadLetterView) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['dead-letters', 'list', view],
    queryFn: ({ pageParam }) =>
      api.deadLetters.list({ ...view, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    placeholderData: before => before,
    refetchInterval: AGAIN_MS,
  })
}

/** How many match a filter; `more` when there are more than were counted. Undefined while it is being counted. */
export const useMatching = (filter: DeadLetterFilter, wanted: boolean) => {
  const api = useApi()
  const summary = useDeadLetterSummary().data
  const told = summary === undefined ? null : countIn(summary, filter)
  const counted = useQuery({
    queryKey: ['dead-letters', 'count', filter],
    enabled: wanted && summary !== undefined && told === null,
    staleTime: 0,
    queryFn: async () => {
      const page = (cursor: string | null) =>
        api.deadLetters.list({ ...filter, limit: 200, ...(cursor === null ? {} : { cursor }) })
      const { rows, more } = await readAll(page, { most: COUNTED })
      return { count: rows.length, more }
    },
  })
  return told === null ? counted.data : { count: told, more: false }
}

/** A deed on many: what was done so far, and the way to stop after the call that is under way. */
export const useManyDeed = (deed: 'redrive' | 'discard') => {
  const api = useApi()
  const [progress, setProgress] = useState<Acted | null>(null)
  const stopped = useRef(false)
  const run = useHoldDeed((target: DeadLetterAction) => {
    stopped.current = false
    setProgress({ acted: 0, skipped: 0 })
    return actUntilDone(() => api.deadLetters[deed](target), {
      onProgress: setProgress,
      stopped: () => stopped.current,
    })
  })
  return {
    run,
    progress,
    stop: () => {
      stopped.current = true
    },
  }
}
