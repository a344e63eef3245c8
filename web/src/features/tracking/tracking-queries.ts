/** Reads of opens and clicks; they come in by themselves, so sums are read again. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useApi } from '../session/session.tsx'
import type { InteractionFilters } from './filters.ts'

/** Whose sums: a campaign's, or an execution's. */
export type TrackingOf = { readonly campaignId: string } | { readonly executionId: string }

const AGAIN_MS = 10_000
const SELDOM_MS = 120_000

/** The sums and the links, asked for again and again; of what is over, seldom. */
export const useTracking = (of: TrackingOf, isOver: boolean) => {
  const api = useApi()
  return useQuery({
    queryKey: ['tracking', of],
    queryFn: () =>
      'campaignId' in of ? api.tracking.ofCampaign(of.campaignId) : api.tracking.ofExecution(of.executionId),
    refetchInterval: isOver ? SELDOM_MS : AGAIN_MS,
  })
}

/** What each person did. */
export const useInteractions = (filters: InteractionFilters) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['interactions', filters],
    queryFn: ({ pageParam }) =>
      api.tracking.list({ ...filters, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })
}
