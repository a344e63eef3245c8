/** Erasures read and begun; a running one is looked at every second. */
import type { Erasure, Identity } from '@carillon/contract'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { saveFile } from '../../ui/save-file.ts'
import { useApi } from '../session/session.tsx'

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

/** One, until it is finished. */
export const useErasure = (begun: Erasure) => {
  const api = useApi()
  return useQuery({
    queryKey: ['erasure', begun.id],
    queryFn: () => api.erasures.get(begun.id),
    initialData: begun,
    refetchInterval: query => query.state.data?.state === 'running' && LOOK_MS,
  })
}

/** Begins one. */
export const useErase = (erase: () => Promise<Erasure>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: erase,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['erasures'] }),
  })
}

/** Saves everything that is kept of a person as a file: of a profile, or of who has an identity. */
export const useExport = (of: { readonly profileId: string } | Identity) => {
  const api = useApi()
  return useMutation({
    mutationFn: async () =>
      saveFile(
        'access.json',
        await ('profileId' in of ? api.erasures.access(of.profileId) : api.erasures.accessOf(of)),
      ),
  })
}
