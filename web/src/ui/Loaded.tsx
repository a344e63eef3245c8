/** What stands around something that is read whole: the problem, the wait, and then what was read. */
import { Center, Loader } from '@mantine/core'
import type { ReactNode } from 'react'
import { ProblemNote } from './ProblemNote.tsx'

/** A reading as TanStack's `useQuery` answers it. */
interface Reading<T> {
  readonly data: T | undefined
  readonly error: unknown
  readonly isPending: boolean
  readonly refetch: () => Promise<unknown>
}

/** The place; `part` where it is a part of a page, and waits in less room. What was read stays beside a problem. */
export const Loaded = <T,>(props: {
  query: Reading<T>
  part?: boolean
  children: (data: T) => ReactNode
}) => {
  const { query } = props
  const wait =
    props.part === true ? (
      <Loader size="sm" />
    ) : (
      <Center py={64}>
        <Loader />
      </Center>
    )
  return (
    <>
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && wait}
      {query.data !== undefined && props.children(query.data)}
    </>
  )
}
