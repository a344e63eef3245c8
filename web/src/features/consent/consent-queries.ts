/** Reads and changes of topics and of one person's consent, with the cache kept true. */
import type { ConsentChange } from '@carillon/contract'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../session/session.tsx'

/** Topics, archived ones too, page by page. */
export const useTopics = () => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['topics'],
    queryFn: ({ pageParam }) => api.consent.topics(pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })
}

/** One deed on a topic; afterwards the list is read again. */
export const useTopicDeed = <T>(deed: (given: T) => Promise<unknown>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: deed,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['topics'] }),
  })
}

/** What a person chose, with the evidence page by page. */
export const useConsent = (profileId: string) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['consent', profileId],
    queryFn: ({ pageParam }) =>
      api.consent.ofProfile(profileId, pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.events.next,
  })
}

/** Changes one choice of a person; afterwards the choices and the profile are read again. */
export const useConsentChange = (profileId: string) => {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (change: ConsentChange) => api.consent.change(profileId, change),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['consent', profileId] })
      await queries.invalidateQueries({ queryKey: ['profile', profileId] })
    },
  })
}
