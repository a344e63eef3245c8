/** Whose data the preview takes: a test profile that this browser remembers for the sandbox, or the sample data. */
import { useQuery } from '@tanstack/react-query'
import { useRemembered } from '../../ui/remembered.ts'
import { useApi, useSandbox } from '../session/session.tsx'

// The one that is chosen may be far down every list, or no test profile any more.
const useChosen = (id: string | null) => {
  const api = useApi()
  return useQuery({
    queryKey: ['profile', id],
    queryFn: () => api.profiles.get(id ?? ''),
    enabled: id !== null,
    retry: false,
  })
}

/** The test profile; null: the sample data. Who is gone, or a test profile no more, is left out. */
export const usePreviewAs = () => {
  const [sandbox] = useSandbox()
  const [id, choose] = useRemembered(`carillon.previewAs.${sandbox}`)
  const chosen = useChosen(id)
  const gone = chosen.isError || (chosen.data !== undefined && chosen.data.attributes['testProfile'] !== true)
  return { person: gone || id === null ? null : (chosen.data ?? null), waits: chosen.isLoading, choose }
}
