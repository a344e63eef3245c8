/** What stands around the rows of every list that is read page by page: the problem, the wait, the emptiness, the next page. */
import { Center, Loader } from '@mantine/core'
import type { ReactNode } from 'react'
import { ListEnd } from './ListEnd.tsx'
import { ProblemNote } from './ProblemNote.tsx'

/** A list as TanStack's `useInfiniteQuery` answers it. */
export interface PagedQuery<T> {
  readonly data: { readonly pages: readonly { readonly items: readonly T[] }[] } | undefined
  readonly error: unknown
  readonly isPending: boolean
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly refetch: () => Promise<unknown>
  readonly fetchNextPage: () => Promise<unknown>
}

/** The list; `children` shows the rows that are there, `empty` stands where there are none. */
export const PagedList = <T,>(props: {
  list: PagedQuery<T>
  empty: ReactNode
  children: (rows: readonly T[]) => ReactNode
}) => {
  const { list, empty, children } = props
  const rows = list.data?.pages.flatMap(page => page.items) ?? []
  return (
    <>
      <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      {list.isPending && (
        <Center py={64}>
          <Loader />
        </Center>
      )}
      {rows.length > 0 && children(rows)}
      {list.data !== undefined && rows.length === 0 && empty}
      <ListEnd
        more={list.hasNextPage}
        pending={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
    </>
  )
}
