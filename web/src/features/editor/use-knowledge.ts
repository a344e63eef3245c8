/** Gathers what the editors of a page know: the profile schema, the lookup tables, the fragments, and the sources of those that are named. */

import type { Fragment, FragmentSummary } from '@carillon/contract'
import { useDebouncedValue } from '@mantine/hooks'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Json } from '../../api.ts'
import { useApi } from '../session/session.tsx'
import type { EditorKnowledge, KnownFragment } from './knowledge.ts'
import { namedFragments } from './named-fragments.ts'

const FRESH_MS = 30_000
const REST_MS = 500
type Fragments = Required<Pick<EditorKnowledge, 'fragments' | 'knowsAllFragments'>>
const NONE: readonly FragmentSummary[] = []

const useFragments = (texts: readonly string[]): Fragments => {
  const api = useApi()
  const list = useQuery({
    queryKey: ['fragments', 'known'],
    queryFn: () => api.fragments.list({ limit: 200 }),
    staleTime: FRESH_MS,
    retry: false,
  })
  const all = list.data?.items ?? NONE
  const [joined] = useDebouncedValue(texts.join('\n'), REST_MS)
  const named = useMemo(() => namedFragments([joined], all), [joined, all])
  const sources = useQueries({
    queries: named.map(({ id }) => ({
      queryKey: ['fragment', id],
      queryFn: () => api.fragments.get(id),
      staleTime: FRESH_MS,
      retry: false,
    })),
    combine: results => results.flatMap(({ data }) => (data === undefined ? [] : [data])),
  })
  // The list leaves archived ones out, which an old content may still name; more than a page is not read.
  const knowsAllFragments = list.data?.next === null
  return useMemo(
    () => ({ fragments: all.map(one => withSource(one, sources)), knowsAllFragments }),
    [all, sources, knowsAllFragments],
  )
}

type Tables = Pick<EditorKnowledge, 'tables' | 'knowsAllTables'>

const useTables = (): Tables => {
  const api = useApi()
  const list = useQuery({
    queryKey: ['lookup-tables', 'known'],
    queryFn: () => api.lookups.list({ limit: 200 }),
    staleTime: FRESH_MS,
    retry: false,
  })
  const { data } = list
  return useMemo(() => ({ tables: data?.items ?? [], knowsAllTables: data?.next === null }), [data])
}

const withSource = ({ id, key, name }: FragmentSummary, read: readonly Fragment[]): KnownFragment => {
  const found = read.find(one => one.id === id)
  return { id, key, name, source: found === undefined ? null : (found.live?.source ?? found.draft) }
}

/** The knowledge of a page. Without an answer, or without a schema, the editors know less and ask no more. */
export const useKnowledge = (page: {
  readonly texts: readonly string[]
  readonly contextSchema: Json | null
  readonly forbidProfile?: boolean
  readonly isFragment?: boolean
}): EditorKnowledge => {
  const api = useApi()
  const profile = useQuery({
    queryKey: ['profile-schema'],
    queryFn: () => api.schemas.profile(),
    staleTime: FRESH_MS,
    retry: false,
  })
  const fragments = useFragments(page.texts)
  const tables = useTables()
  const schema = profile.data?.schema ?? null
  const { contextSchema, forbidProfile = false, isFragment = false } = page
  return useMemo(
    () => ({
      schemas: {
        ...(schema === null ? {} : { profile: schema }),
        ...(contextSchema === null ? {} : { context: contextSchema }),
      },
      ...fragments,
      ...tables,
      forbidProfile,
      isFragment,
    }),
    [schema, contextSchema, fragments, tables, forbidProfile, isFragment],
  )
}
