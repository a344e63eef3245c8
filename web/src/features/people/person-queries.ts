/** Reads of what hangs on one person, and the one way to change its attributes. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Json } from '../../api.ts'
import { useApi } from '../session/session.tsx'

const PAGE = 20
const AUDIENCES_LOOKED_AT = 100
const AGAIN_MS = 3_000
const SETTLED = ['sent', 'excluded', 'failed', 'cancelled', 'unknown']
const cursorOf = (cursor: string | null) => (cursor === null ? {} : { cursor })

/** A person's messages, newest first; read again while one is under way. */
export const usePersonMessages = (id: string) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['profile', id, 'messages'],
    queryFn: ({ pageParam }) => api.person.messages(id, { limit: PAGE, ...cursorOf(pageParam) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    refetchInterval: query =>
      query.state.data?.pages.some(page => page.items.some(one => !SETTLED.includes(one.state))) === true
        ? AGAIN_MS
        : false,
  })
}

/** The audiences that a person is in. */
export const usePersonAudiences = (id: string) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['profile', id, 'audiences'],
    queryFn: ({ pageParam }) =>
      api.person.audiences(id, { limit: AUDIENCES_LOOKED_AT, ...cursorOf(pageParam) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })
}

/** Merges attributes into those of a person; null takes a member away. */
export const useSaveAttributes = (id: string) => {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (attributes: Json) => api.profiles.patch(id, { attributes }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['profile', id] })
      await queries.invalidateQueries({ queryKey: ['profiles'] })
    },
  })
}
