/** Reads and changes of the two lists, with the cache kept true. */
import type { SuppressionUpload } from '@carillon/contract'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SuppressionFilter } from '../../api-suppression.ts'
import { useApi } from '../session/session.tsx'

/** The suppression list, or the allowed list. */
export type ListKind = 'suppressions' | 'allowed'

const AT_WORK_MS = 1_000
const SHOWN_UPLOADS = 5

/** The calls of a list. */
export const useListCalls = (kind: ListKind) => useApi()[kind]

/** Entries, page by page. */
export const useEntries = (kind: ListKind, filter: SuppressionFilter) => {
  const calls = useListCalls(kind)
  return useInfiniteQuery({
    queryKey: [kind, 'entries', filter],
    queryFn: ({ pageParam }) =>
      calls.list({ ...filter, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    placeholderData: before => before,
  })
}

/** One deed on a list; afterwards all that is shown of it is read again. */
export const useListDeed = <T, R>(kind: ListKind, deed: (given: T) => Promise<R>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: deed,
    onSuccess: () => queries.invalidateQueries({ queryKey: [kind] }),
  })
}

/** Whether an upload is still being worked off. */
export const isAtWork = ({ status }: Pick<SuppressionUpload, 'status'>): boolean =>
  status === 'ACCEPTED' || status === 'PENDING'

/** The newest uploads; read again each second while one is worked off, and the list with them. */
export const useUploads = () => {
  const api = useApi()
  const queries = useQueryClient()
  return useQuery({
    queryKey: ['suppressions', 'uploads'],
    queryFn: async () => {
      const before = queries.getQueryData<{ items: readonly SuppressionUpload[] }>([
        'suppressions',
        'uploads',
      ])
      const page = await api.suppressions.uploads({ limit: SHOWN_UPLOADS })
      if (before?.items.some(isAtWork))
        void queries.invalidateQueries({ queryKey: ['suppressions', 'entries'] })
      return page
    },
    refetchInterval: query => (query.state.data?.items.some(isAtWork) ? AT_WORK_MS : false),
  })
}

/** The threshold of soft bounces. */
export const useThreshold = () => {
  const api = useApi()
  return useQuery({ queryKey: ['suppressions', 'settings'], queryFn: api.suppressions.settings })
}

/** The switch of the allowed list. */
export const useAllowedState = () => {
  const api = useApi()
  return useQuery({ queryKey: ['allowed', 'state'], queryFn: api.allowed.state })
}
