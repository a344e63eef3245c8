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
export const useTransportGroups = () => {
  const api = useApi()
  return useQuery({ queryKey: ['transport-groups'], queryFn: api.sending.groups })
}

/** The seed lists of the sandbox. */
export const useSeedLists = () => {
  const api = useApi()
  return useQuery({ queryKey: ['seed-lists'], queryFn: api.sending.seedLists })
}

const READ_AGAIN = ['transports', 'configurations', 'transport-groups', 'seed-lists']

/** One deed on anything of sending; afterwards its lists are read again. */
export const useChannelDeed = <T>(deed: (given: T) => Promise<unknown>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: deed,
    onSuccess: async () => {
      for (const key of READ_AGAIN) await queries.invalidateQueries({ queryKey: [key] })
    },
  })
}
