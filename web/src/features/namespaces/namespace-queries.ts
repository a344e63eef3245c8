/** Reads and changes of namespaces, with the cache kept true. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../session/session.tsx'

const KEY = ['namespaces'] as const

/** All of the sandbox, by priority. */
export const useNamespaces = () => {
  const api = useApi()
  return useQuery({ queryKey: KEY, queryFn: () => api.namespaces.list() })
}

/** The codes of all of them, to choose from; none until they are read. */
export const useNamespaceCodes = (): readonly string[] =>
  useNamespaces().data?.items.map(one => one.code) ?? []

/** A change; namespaces are read again before it counts as done, people beside it. */
export const useNamespaceDeed = <T>(deed: (given: T) => Promise<unknown>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: deed,
    onSuccess: async () => {
      void queries.invalidateQueries({ queryKey: ['profiles'] })
      await queries.invalidateQueries({ queryKey: KEY })
    },
  })
}
