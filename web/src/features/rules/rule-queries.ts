/** Reads and changes of rule sets, with the cache kept true. */
import type { RuleSet } from '@carillon/contract'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../session/session.tsx'

/** The list, page by page. */
export const useRuleSetList = () => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['rule-sets', 'all'],
    queryFn: ({ pageParam }) => api.rules.list(pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })
}

/** The active sets: the global one and at most ten others. */
export const useActiveRuleSets = () => {
  const api = useApi()
  return useQuery({
    queryKey: ['rule-sets', 'active'],
    queryFn: () => api.rules.list({ status: 'active', limit: 200 }),
  })
}

/** One set. */
export const useRuleSet = (id: string) => {
  const api = useApi()
  return useQuery({ queryKey: ['rule-set', id], queryFn: () => api.rules.get(id) })
}

/** One deed on one set; afterwards the set and the lists are read again. */
export const useRuleSetDeed = <T>(id: string, deed: (given: T) => Promise<unknown>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: deed,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['rule-sets'] })
      await queries.invalidateQueries({ queryKey: ['rule-set', id] })
    },
  })
}

/** Changes a set as it was read: somebody else's change in between is refused, not overwritten. */
export const useRuleSetPatch = (set: RuleSet) => {
  const api = useApi()
  return useRuleSetDeed(set.id, (patch: Parameters<typeof api.rules.patch>[1]) =>
    api.rules.patch(set.id, { ...patch, revision: set.revision }),
  )
}
