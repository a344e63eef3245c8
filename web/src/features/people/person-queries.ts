/** Reads of what hangs on one person and of the rule they merge by, the one way to change its attributes, and to forget who is gone. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Json } from '../../api.ts'
import { groupOf } from '../executions/message-state.tsx'
import { forgetUnseen, isOfRooms, useApi } from '../session/session.tsx'

const PAGE = 20
const AUDIENCES_LOOKED_AT = 100
const AGAIN_MS = 3_000
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
      query.state.data?.pages.some(page => page.items.some(one => groupOf(one.state) === 'open')) === true
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

/** The cache key of the sandbox's rule for people who are one. */
export const MERGE_RULE_KEY = ['merge-rule'] as const

/** What the sandbox does when two people are one. */
export const useMergeRule = () => {
  const api = useApi()
  return useQuery({ queryKey: MERGE_RULE_KEY, queryFn: () => api.person.mergeRule() })
}

/** Reads a person again after something was done to it. */
const useReread = (id: string) => {
  const queries = useQueryClient()
  return async () => {
    await queries.invalidateQueries({ queryKey: ['profile', id] })
    await queries.invalidateQueries({ queryKey: ['profiles'] })
  }
}

/** Something done to a person; what is shown of it is read again. */
export const usePersonDeed = <T>(id: string, deed: (given: T) => Promise<unknown>) => {
  const onSuccess = useReread(id)
  return useMutation({ mutationFn: deed, onSuccess })
}

/** Merges attributes into those of a person; null takes a member away. */
export const useSaveAttributes = (id: string) => {
  const api = useApi()
  return usePersonDeed(id, (attributes: Json) => api.profiles.patch(id, { attributes }))
}

/**
 * Forgets a person who is no more: what was read before and may name them (their page, lists of people, messages,
 * members) is not shown again. `leave` goes from the page of the person, where one is on it.
 */
export const useForgetPerson = () => {
  const queries = useQueryClient()
  return async (id: string, leave?: () => Promise<void>) => {
    forgetUnseen(queries)
    await leave?.()
    queries.removeQueries({ queryKey: ['profile', id] })
    queries.removeQueries({ queryKey: ['consent', id] })
    await queries.invalidateQueries({ predicate: isOfRooms })
  }
}
