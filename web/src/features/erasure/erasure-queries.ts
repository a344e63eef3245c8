/** Erasures read and begun; a running one is looked at every second. */
import type { Erasure } from '@carillon/contract'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { forgetUnseen, useApi } from '../session/session.tsx'

/** The name of the file of everything that is kept of a person: it names nobody. */
export const ACCESS_FILE = 'access.json'

const LOOK_MS = 1_000
const isRunning = (erasure: Erasure): boolean => erasure.state === 'running'

/** All of them, newest first. */
export const useErasures = () => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['erasures'],
    queryFn: ({ pageParam }) => api.erasures.list(pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    refetchInterval: query =>
      query.state.data?.pages.some(page => page.items.some(isRunning)) === true && LOOK_MS,
  })
}

/** One, until it is finished; then what was read while it ran is forgotten too. */
export const useErasure = (begun: Erasure) => {
  const api = useApi()
  const queries = useQueryClient()
  const query = useQuery({
    queryKey: ['erasure', begun.id],
    queryFn: () => api.erasures.get(begun.id),
    initialData: begun,
    refetchInterval: ({ state }) => state.data !== undefined && isRunning(state.data) && LOOK_MS,
  })
  const finished = !isRunning(query.data)
  useEffect(() => {
    if (!finished) return
    forgetUnseen(queries)
    void queries.invalidateQueries({ queryKey: ['erasures'] })
  }, [finished, queries])
  return query
}

/** Begins one. */
export const useErase = (erase: () => Promise<Erasure>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: erase,
    onSuccess: async () => {
      // Any list that was read before may still name the person.
      forgetUnseen(queries)
      await queries.invalidateQueries({ queryKey: ['erasures'] })
    },
  })
}
