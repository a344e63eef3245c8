/** The live preview: what is typed, rendered by the server after a short rest; the last good parts are kept while an error shows. */
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import type { Preview } from '../../api.ts'
import { flushOrFail } from '../saving/autosave.ts'
import { useApi } from '../session/session.tsx'
import { keepGood, NOTHING_YET, type Shown } from './preview-parts.ts'
import type { Editor } from './use-editor.ts'

const REST_MS = 350

/** Whose data: a person's, or the sample (null); nothing is asked while that is not known. */
interface PreviewAs {
  readonly profileId: string | null
  readonly waits: boolean
}

/** What to show now, and the last answer's findings. */
export const usePreview = (editor: Editor, as: PreviewAs) => {
  const api = useApi()
  const { channel, content, sample } = editor.properties
  const { id, draft, live } = editor.campaign
  const stored = (draft ?? live?.properties)?.channel
  // The same object as long as nothing is typed: another one would be another value to rest on.
  const typed = useMemo(() => ({ channel, content, sample }), [channel, content, sample])
  const [asked] = useDebouncedValue(typed, REST_MS)
  const { profileId } = as
  const query = useQuery({
    queryKey: ['preview', id, asked, profileId],
    // The person's own attributes take the place of the sample's.
    queryFn: async ({ signal }): Promise<Preview> => {
      // The server renders by the channel that is stored: another one has to be there first.
      if (asked.channel !== stored) await flushOrFail(editor.saver)
      const person = profileId === null ? {} : { profile: {}, profileId }
      return api.campaigns.preview(id, { ...asked.sample, content: asked.content, ...person }, signal)
    },
    enabled: !as.waits,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    retry: false,
  })
  const [shown, setShown] = useState<Shown>(NOTHING_YET)
  useEffect(() => {
    if (query.data) setShown(before => keepGood(before, query.data))
  }, [query.data])
  const { findings = [], person = null } = query.data ?? {}
  return { shown, findings, person, error: query.error }
}
