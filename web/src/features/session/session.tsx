/** Who is logged in and where: the context that gives every room its API, session and sandbox. */
import type { Session } from '@carillon/contract'
import { type Query, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react'
import { type Api, ApiProblem } from '../../api.ts'
import type { SandboxChoice } from './sandbox.ts'

/** The cache key of the session; null means that nobody is logged in. */
export const SESSION_KEY = ['session'] as const

interface Studio {
  readonly api: Api
  readonly sandbox: SandboxChoice
}
const StudioContext = createContext<Studio | null>(null)

/** Gives the API to all rooms below. */
export const StudioProvider = (props: Studio & { children: ReactNode }) => (
  <StudioContext value={{ api: props.api, sandbox: props.sandbox }}>{props.children}</StudioContext>
)

const useStudio = (): Studio => {
  const studio = useContext(StudioContext)
  if (studio === null) throw new Error('A room was rendered outside StudioProvider')
  return studio
}

/** The API of this page. */
export const useApi = (): Api => useStudio().api
/** The sandbox of this page and the way to change it; the component follows every change. */
export const useSandbox = (): readonly [string, (name: string) => void] => {
  const { sandbox } = useStudio()
  return [useSyncExternalStore(sandbox.subscribe, sandbox.get), sandbox.set]
}

/** The session: undefined while it is being read, null when nobody is logged in. */
export const useSession = () => {
  const api = useApi()
  return useQuery({
    queryKey: SESSION_KEY,
    staleTime: 60_000,
    queryFn: (): Promise<Session | null> =>
      api.session.current().catch(error => {
        if (error instanceof ApiProblem && error.problem.status === 401) return null
        throw error
      }),
  })
}

/** Whether something was read for a room: everything but the session. */
export const isOfRooms = (query: Query): boolean => query.queryKey[0] !== SESSION_KEY[0]

/** Drops what was read for rooms and is not shown now: it is read anew when it is. */
export const forgetUnseen = (queries: QueryClient): void =>
  queries.removeQueries({ type: 'inactive', predicate: isOfRooms })

/** Takes the answer of a log-in: the session is known and every list is read again. */
export const useTakeSession = () => {
  const queries = useQueryClient()
  return (session: Session) => {
    queries.setQueryData(SESSION_KEY, session)
    void queries.invalidateQueries({ predicate: isOfRooms })
  }
}
