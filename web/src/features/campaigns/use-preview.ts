/** The live preview: what is typed, rendered by the server after a short rest; the last good parts are kept while an error shows. */
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Preview } from '../../api.ts'
import { useApi } from '../session/session.tsx'
import { keepGood, NOTHING_YET, type Shown } from './preview-parts.ts'
import type { Editor } from './use-editor.ts'

const REST_MS = 350

/** What to show now, and the last answer's findings. */
export const usePreview = (editor: Editor) => {
  const api = useApi()
  const { content, sample } = editor.properties
  const { id } = editor.campaign
  const [asked] = useDebouncedValue({ content, sample }, REST_MS)
  const query = useQuery({
    queryKey: ['preview', id, asked],
    queryFn: ({ signal }): Promise<Preview> =>
      api.campaigns.preview(id, { ...asked.sample, content: asked.content }, signal),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    retry: false,
  })
  const [shown, setShown] = useState<Shown>(NOTHING_YET)
  useEffect(() => {
    if (query.data) setShown(before => keepGood(before, query.data))
  }, [query.data])
  return { shown, findings: query.data?.findings ?? [], error: query.error }
}
