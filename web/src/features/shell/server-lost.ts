/** Watches the query cache: the server counts as lost while the newest finished read got no answer. */
import type { QueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ApiProblem } from '../../api.ts'

/** True while reads get no answer; false again with the first that does. */
export const useServerLost = (queries: QueryClient): boolean => {
  const [lost, setLost] = useState(false)
  useEffect(
    () =>
      queries.getQueryCache().subscribe(event => {
        if (event.type !== 'updated') return
        if (event.action.type === 'success' && event.action.manual !== true) setLost(false)
        const error =
          event.action.type === 'error' || event.action.type === 'failed' ? event.action.error : null
        if (error instanceof ApiProblem) setLost(error.problem.code === 'network')
      }),
    [queries],
  )
  return lost
}
