/** Reads and changes of fragments, with the cache kept true. */

import type { Fragment, FragmentCreate } from '@carillon/contract'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useApi } from '../session/session.tsx'
import type { FragmentFilters } from './filters.ts'

/** The list, page by page. */
export const useFragmentList = (filters: FragmentFilters) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['fragments', 'list', filters],
    queryFn: ({ pageParam }) =>
      api.fragments.list({ ...filters, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    placeholderData: before => before,
  })
}

/** One fragment. The page works on its own copy: a newer one here never replaces what is being typed. */
export const useFragment = (id: string) => {
  const api = useApi()
  return useQuery({ queryKey: ['fragment', id], queryFn: () => api.fragments.get(id), staleTime: 0 })
}

/** What uses a fragment: the first 200, which is more than a person reads. */
export const useReferences = (id: string) => {
  const api = useApi()
  return useQuery({
    queryKey: ['fragment-references', id],
    queryFn: () => api.fragments.references(id, { limit: 200 }),
  })
}

/** Makes a fragment and opens it. */
export const useCreateFragment = () => {
  const api = useApi()
  const navigate = useNavigate()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: FragmentCreate) => api.fragments.create(body),
    onSuccess: fragment => {
      void queries.invalidateQueries({ queryKey: ['fragments'] })
      return navigate({ to: '/content/fragments/$id', params: { id: fragment.id } })
    },
  })
}

/** One deed on one fragment; afterwards everything that shows it is read again. */
export const useFragmentDeed = <T extends Fragment | unknown>(
  id: string,
  deed: (id: string) => Promise<T>,
) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => deed(id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['fragments'] })
      await queries.invalidateQueries({ queryKey: ['fragment-versions', id] })
      await queries.invalidateQueries({ queryKey: ['fragment-findings', id] })
    },
  })
}
