/** Reads and changes of lookup tables and their rows, with the cache kept true. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../session/session.tsx'
import type { SearchFilter } from './filters.ts'

/** The list of tables, page by page. */
export const useTableList = (filter: SearchFilter) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['lookup-tables', filter],
    queryFn: ({ pageParam }) =>
      api.lookups.list({ ...filter, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    placeholderData: before => before,
  })
}

/** One table. */
export const useTable = (id: string) => {
  const api = useApi()
  return useQuery({ queryKey: ['lookup-table', id], queryFn: () => api.lookups.get(id) })
}

/** The rows of a table by key, page by page. */
export const useRows = (id: string, filter: SearchFilter) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['lookup-rows', id, filter],
    queryFn: ({ pageParam }) =>
      api.lookups.rows(id, { ...filter, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    placeholderData: before => before,
  })
}

/** One deed on one table; afterwards the table, its rows and the list are read again. */
export const useTableDeed = <T>(id: string, deed: (given: T) => Promise<unknown>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: deed,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['lookup-rows', id] })
      await queries.invalidateQueries({ queryKey: ['lookup-table', id] })
      await queries.invalidateQueries({ queryKey: ['lookup-tables'] })
    },
  })
}
