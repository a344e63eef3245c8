/** Reads and changes of holds; whatever a hold concerns is read again after a change. */
import type { Hold } from '@carillon/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi, useSession } from '../session/session.tsx'

const AGAIN_MS = 5_000
/** What is read again after something was held, let go or cancelled. */
const CONCERNED = [
  'holds',
  'execution',
  'executions',
  'message',
  'messages',
  'campaigns',
  'traffic',
  'dead-letters',
  'why',
]

/** The open holds of the sandbox, newest first; read again every 5 s. */
export const useHolds = () => {
  const api = useApi()
  const session = useSession().data
  return useQuery({
    queryKey: ['holds'],
    queryFn: () => api.holds.list(),
    enabled: session !== null && session !== undefined,
    refetchInterval: AGAIN_MS,
    select: page => page.items,
  })
}

/** The holds that keep one campaign back and that a person can lift. */
export const holdsOfCampaign = (holds: readonly Hold[], id: string): readonly Hold[] =>
  holds.filter(hold => hold.scope === 'campaign' && hold.scopeId === id && hold.kind !== 'cancel')

/** One deed about holds or dead letters; afterwards all that shows messages is read again. */
export const useHoldDeed = <T, R>(deed: (given: T) => Promise<R>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: deed,
    onSuccess: () =>
      queries.invalidateQueries({ predicate: query => CONCERNED.includes(String(query.queryKey[0])) }),
  })
}
