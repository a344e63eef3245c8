/** Reads and changes of campaigns, with the cache kept true. */
import type { Campaign } from '@carillon/contract'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useT } from '../../i18n/language.tsx'
import { useApi } from '../session/session.tsx'
import type { CampaignFilters } from './filters.ts'

/** The list, page by page; read again every 3 s while a campaign has open messages. */
export const useCampaignList = (filters: CampaignFilters) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['campaigns', filters],
    queryFn: ({ pageParam }) =>
      api.campaigns.list({ ...filters, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    placeholderData: before => before,
    refetchInterval: query =>
      query.state.data?.pages.some(page => page.items.some(row => row.open > 0)) === true ? 3_000 : false,
  })
}

/** One campaign. The editor works on its own copy: a newer one here never replaces what is being typed. */
export const useCampaign = (id: string) => {
  const api = useApi()
  return useQuery({ queryKey: ['campaign', id], queryFn: () => api.campaigns.get(id), staleTime: 0 })
}

/** Makes an empty campaign and opens it. */
export const useCreateCampaign = () => {
  const api = useApi()
  const t = useT()
  const navigate = useNavigate()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => api.campaigns.create({ name: t('campaigns.newName') }),
    onSuccess: campaign => {
      void queries.invalidateQueries({ queryKey: ['campaigns'] })
      return navigate({ to: '/campaigns/$id', params: { id: campaign.id }, search: {} })
    },
  })
}

/** Copies a campaign in any state and opens the copy. */
export const useDuplicateCampaign = () => {
  const api = useApi()
  const navigate = useNavigate()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.campaigns.duplicate(id),
    onSuccess: campaign => {
      void queries.invalidateQueries({ queryKey: ['campaigns'] })
      return navigate({ to: '/campaigns/$id', params: { id: campaign.id }, search: {} })
    },
  })
}

/** One deed on one campaign; afterwards the page and the list are read again. */
export const useCampaignDeed = (id: string, deed: (id: string) => Promise<Campaign | unknown>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => deed(id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['campaigns'] })
      await queries.invalidateQueries({ queryKey: ['campaign', id] })
    },
  })
}
