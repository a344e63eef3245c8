/** Reads of imports, kept fresh while they move, and what the mapping offers. */
import type { Import, ImportMapping, ImportOutcome } from '@carillon/contract'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { useNamespaceCodes } from '../namespaces/namespace-queries.ts'
import { useApi } from '../session/session.tsx'
import { type Pace, paceOf, type Seen, seenAlso } from './pace.ts'
import { attributePaths } from './schema-paths.ts'
import { type UploadView, uploadsOf } from './uploads.ts'

const AGAIN_MS = 1_000
const KNOWN_MS = 30_000

/** Whether it changes without anybody doing anything here. */
const isMoving = ({ state }: Pick<Import, 'state'>): boolean => state === 'uploading' || state === 'running'

/** The list, page by page; the pages that are open are read again while one moves. */
export const useImports = () => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['imports', 'list'],
    queryFn: ({ pageParam }) => api.imports.list(pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    refetchInterval: query =>
      query.state.data?.pages.some(page => page.items.some(isMoving)) === true ? AGAIN_MS : false,
  })
}

/** One import. */
export const useImport = (id: string) => {
  const api = useApi()
  return useQuery({
    queryKey: ['imports', 'one', id],
    queryFn: () => api.imports.get(id),
    refetchInterval: query =>
      query.state.data !== undefined && isMoving(query.state.data) ? AGAIN_MS : false,
  })
}

/** A change of one import; the answer is shown at once, and the lists are read again. */
export const useImportDeed = <T>(id: string, deed: (given: T) => Promise<Import>) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: deed,
    onSuccess: one => {
      queries.setQueryData(['imports', 'one', id], one)
      void queries.invalidateQueries({ queryKey: ['imports', 'list'] })
      void queries.invalidateQueries({ queryKey: ['profiles'] })
    },
  })
}

/** The upload that this page does of an import; undefined: none. */
export const useUpload = (id: string): UploadView | undefined => {
  const uploads = uploadsOf(useApi())
  const queries = useQueryClient()
  const view = useSyncExternalStore(uploads.subscribe, () => uploads.get(id))
  const isSending = view !== undefined
  useEffect(() => {
    // What was sent is there now.
    if (!isSending) void queries.invalidateQueries({ queryKey: ['imports', 'one', id] })
  }, [isSending, queries, id])
  return view
}

/** How fast a running import goes. */
export const usePace = (one: Import): Pace => {
  const [seen, setSeen] = useState<readonly Seen[]>([])
  useEffect(() => setSeen(before => seenAlso(before, one, Date.now())), [one])
  return paceOf(seen, one.bytes)
}

/** The rows of a file as they stand in it. */
export const useSample = (id: string) => {
  const api = useApi()
  return useQuery({
    queryKey: ['imports', 'sample', id],
    queryFn: () => api.imports.sample(id),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

const CALM_MS = 400

/** The first rows as a mapping would make them, asked a moment after its last change; not while it is `off`. */
export const usePreview = (id: string, mapping: ImportMapping, off: boolean) => {
  const api = useApi()
  const [calm] = useDebouncedValue(mapping, CALM_MS)
  return useQuery({
    queryKey: ['imports', 'preview', id, calm],
    queryFn: ({ signal }) => api.imports.preview(id, calm, signal),
    enabled: !off && calm === mapping,
    placeholderData: before => before,
    retry: false,
  })
}

/** What a column can become: the paths with their types, and the namespaces. */
export const useTargets = () => {
  const api = useApi()
  const schema = useQuery({
    queryKey: ['profile-schema'],
    queryFn: () => api.schemas.profile(),
    staleTime: KNOWN_MS,
    retry: false,
  })
  const known = schema.data?.schema ?? null
  const types = useMemo(() => attributePaths(known), [known])
  return { types, namespaces: useNamespaceCodes() }
}

/** The people of one count, page by page. */
export const useImportPeople = (id: string, outcome: ImportOutcome) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['imports', 'people', id, outcome],
    queryFn: ({ pageParam }) =>
      api.imports.people(id, { outcome, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })
}

/** The refused lines, page by page. */
export const useRefusedLines = (id: string) => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['imports', 'refused', id],
    queryFn: ({ pageParam }) => api.imports.refusedLines(id, pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })
}
