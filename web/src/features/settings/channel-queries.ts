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

/** One deed on transports or configurations; afterwards both lists are read again. */
export const useChannelDeed = <T>(deed: (given: T) => Promise<unknown>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: deed,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['transports'] })
      await queries.invalidateQueries({ queryKey: ['configurations'] })
    },
  })
}
