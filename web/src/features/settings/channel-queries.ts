/** Reads and changes of transports and channel configurations. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../session/session.tsx'

/** The transports of the sandbox. */
export const useTransports = () => {
  const api = useApi()
  return useQuery({ queryKey: ['transports'], queryFn: api.channels.transports })
}

/** The channel configurations of the sandbox. */
export const useConfigurations = () => {
  const api = useApi()
  return useQuery({ queryKey: ['configurations'], queryFn: api.settings.configurations })
}

/** The groups of transports of the sandbox. */
const useTransportGroups = () => {
  const api = useApi()
  return useQuery({ queryKey: ['transport-groups'], queryFn: api.sending.groups })
}

/** The seed lists of the sandbox. */
const useSeedLists = () => {
  const api = useApi()
  return useQuery({ queryKey: ['seed-lists'], queryFn: api.sending.seedLists })
}

/** All of them together: there when the last has come. */
export const useSending = () => {
  const [transports, groups, seedLists, configurations] = [
    useTransports(),
    useTransportGroups(),
    useSeedLists(),
    useConfigurations(),
  ]
  const all = [transports, groups, seedLists, configurations]
  const isWhole = transports.data && groups.data && seedLists.data && configurations.data
  return {
    data: isWhole
      ? {
          transports: transports.data.items,
          groups: groups.data.items,
          seedLists: seedLists.data.items,
          configurations: configurations.data.items,
        }
      : undefined,
    error: all.find(query => query.error !== null)?.error ?? null,
    isPending: all.some(query => query.isPending),
    refetch: () => Promise.all(all.map(query => query.refetch())),
  }
}

const READ_AGAIN = ['transports', 'configurations', 'transport-groups', 'seed-lists']

/** One deed on anything of sending; afterwards its lists are read again. */
export const useChannelDeed = <T>(deed: (given: T) => Promise<unknown>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: deed,
    onSuccess: () => Promise.all(READ_AGAIN.map(key => queries.invalidateQueries({ queryKey: [key] }))),
  })
}
