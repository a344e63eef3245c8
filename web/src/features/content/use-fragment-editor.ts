/** The state of one open fragment page: the copy being edited, and its saving. */

import type { Fragment } from '@carillon/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { type Saving, useSaver } from '../saving/use-saver.ts'
import { useApi } from '../session/session.tsx'

/** What a person edits of a fragment. */
export interface FragmentText {
  readonly name: string
  readonly description: string
  readonly source: string
}

/** What the parts of the page work with. */
export interface FragmentEditor extends Saving<FragmentText> {
  readonly fragment: Fragment
  readonly text: FragmentText
  readonly readOnly: boolean
  readonly change: (patch: Partial<FragmentText>) => void
  /** Starts over from what the server has; unsent changes are dropped. */
  readonly reload: () => void
}

/** The editor of one fragment; give the component that calls it the fragment's id as key. */
export const useFragmentEditor = (fragment: Fragment, reload: () => void): FragmentEditor => {
  const api = useApi()
  const queries = useQueryClient()
  const { name, description } = fragment
  const [text, setText] = useState<FragmentText>({
    name,
    description,
    source: fragment.draft ?? fragment.live?.source ?? '',
  })
  const saving = useSaver<FragmentText>({
    revision: fragment.revision,
    save: async (patch, revision) => {
      const saved = await api.fragments.patch(fragment.id, { ...patch, revision })
      queries.setQueryData(['fragment', fragment.id], saved)
      void queries.invalidateQueries({ queryKey: ['fragments'] })
      return saved.revision
    },
  })
  const { saver } = saving
  const change = useMemo(
    () => (patch: Partial<FragmentText>) => {
      setText(before => ({ ...before, ...patch }))
      // The server refuses a blank name; it waits here, marked, until there is one.
      const { name: typed, ...rest } = patch
      const storable = typed?.trim() === '' ? rest : patch
      if (Object.keys(storable).length > 0) saver.change(storable)
    },
    [saver],
  )
  return { ...saving, fragment, text, readOnly: fragment.status === 'archived', change, reload }
}
