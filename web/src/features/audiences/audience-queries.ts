/** Reads of audiences, and the names that a rule speaks of. */
import type { AudienceRule } from '@carillon/contract'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useApi } from '../session/session.tsx'
import type { Names } from './rule-words.ts'

/** The list, page by page. */
export const useAudienceList = (filter: { search?: string }) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['audiences', 'list', filter],
    queryFn: ({ pageParam }) =>
      api.audiences.list({ ...filter, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    placeholderData: before => before,
  })
}

/** One audience. */
export const useAudience = (id: string) => {
  const api = useApi()
  return useQuery({ queryKey: ['audiences', id], queryFn: () => api.audiences.get(id) })
}

const toNames = (items: readonly { readonly id: string; readonly name: string }[] | undefined): Names =>
  new Map((items ?? []).map(one => [one.id, one.name]))

/** Campaigns and other audiences by id; without the one that is being edited. */
export const useNames = (without: string): { readonly campaigns: Names; readonly audiences: Names } => {
  const api = useApi()
  const campaigns = useQuery({
    queryKey: ['campaigns', 'names'],
    queryFn: () => api.campaigns.list({ limit: 200 }),
    staleTime: 30_000,
  })
  const audiences = useQuery({
    queryKey: ['audiences', 'names'],
    queryFn: () => api.audiences.list({ limit: 200 }),
    staleTime: 30_000,
  })
  return {
    campaigns: toNames(campaigns.data?.items),
    audiences: toNames(audiences.data?.items.filter(one => one.id !== without)),
  }
}

const CALM_MS = 600

/** How many people a rule has, asked a moment after the last change. */
export const useEstimate = (rule: AudienceRule) => {
  const api = useApi()
  const [calm] = useDebouncedValue(rule, CALM_MS)
  return useQuery({
    queryKey: ['audiences', 'estimate', calm],
    queryFn: ({ signal }) => api.audiences.estimate(calm, signal),
    placeholderData: before => before,
    retry: false,
  })
}
