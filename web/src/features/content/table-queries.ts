/** Reads and changes of lookup tables and their rows, with the cache kept true. */
import type { LookupImport } from '@carillon/contract'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Page } from '../../api.ts'
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

const AGAIN_MS = 1_000
const isAtWork = (file: LookupImport): boolean => file.state === 'running'

/** The newest files of a table; while one runs they are read again, and the table and its rows with them. */
export const useTableImports = (id: string) => {
  const api = useApi()
  const queries = useQueryClient()
  const queryKey = ['lookup-imports', id]
  return useQuery({
    queryKey,
    queryFn: async () => {
      const before = queries.getQueryData<Page<LookupImport>>(queryKey)
      const page = await api.lookups.imports(id)
      if (before?.items.some(isAtWork) === true)
        for (const name of ['lookup-table', 'lookup-rows'])
          void queries.invalidateQueries({ queryKey: [name, id] })
      return page
    },
    refetchInterval: query => (query.state.data?.items.some(isAtWork) === true ? AGAIN_MS : false),
  })
}

/** One deed on one table; afterwards the table, its rows, its files and the list are read again. */
export const useTableDeed = <T>(id: string, deed: (given: T) => Promise<unknown>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: deed,
    onSuccess: async () => {
      // The files first: while one runs, reading them again is what keeps the rows and the table fresh.
      await queries.invalidateQueries({ queryKey: ['lookup-imports', id], exact: true })
      await queries.invalidateQueries({ queryKey: ['lookup-table', id] })
      await queries.invalidateQueries({ queryKey: ['lookup-rows', id] })
      await queries.invalidateQueries({ queryKey: ['lookup-tables'] })
    },
  })
}
