/** The state of one open campaign page: the copy being edited, its saver, and the guard against leaving unsaved work. */
import type { Campaign, CampaignProperties } from '@carillon/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { ApiProblem } from '../../api.ts'
import { useT } from '../../i18n/language.tsx'
import { type Autosave, createAutosave, type SaveState } from '../saving/autosave.ts'
import { useApi, useSession } from '../session/session.tsx'
import { isEditable } from './campaign-status.tsx'

/** What the steps of the page work with. */
export interface Editor {
  readonly campaign: Campaign
  readonly properties: CampaignProperties
  readonly readOnly: boolean
  readonly saveState: SaveState
  readonly saver: Autosave<CampaignProperties>
  readonly change: (patch: Partial<CampaignProperties>) => void
  /** Marks a field whose text cannot be stored (a half-typed JSON); the page then counts as unsaved. */
  readonly mark: (field: string, valid: boolean) => void
  readonly invalid: readonly string[]
  /** Starts over from what the server has; unsent changes are dropped. */
  readonly reload: () => void
}

const REST_MS = 700
const isConflict = (error: unknown) => error instanceof ApiProblem && error.problem.code === 'revision_stale'

const schedule = (run: () => void, delayMs: number) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

const useSaver = (campaign: Campaign) => {
  const api = useApi()
  const queries = useQueryClient()
  const [saveState, setSaveState] = useState<SaveState>({ kind: 'saved' })
  const [saver] = useState(() =>
    createAutosave<CampaignProperties>({
      revision: campaign.revision,
      restMs: REST_MS,
      isConflict,
      schedule,
      onState: setSaveState,
      save: async (patch, revision) => {
        const saved = await api.campaigns.patch(campaign.id, { ...patch, revision })
        queries.setQueryData(['campaign', campaign.id], saved)
        void queries.invalidateQueries({ queryKey: ['curl', campaign.id] })
        void queries.invalidateQueries({ queryKey: ['validation', campaign.id] })
        return saved.revision
      },
    }),
  )
  return { saver, saveState }
}

const RETRY_MS = 4_000
const isPassing = (error: unknown) =>
  error instanceof ApiProblem && [0, 401, 502, 503].includes(error.problem.status)

// A lost connection, an ended session and a resting database pass: what was typed is sent again by itself.
const useRetry = (saver: Autosave<CampaignProperties>, state: SaveState) => {
  const loggedIn = useSession().data !== null
  useEffect(() => {
    if (state.kind !== 'failed' || !loggedIn || !isPassing(state.error)) return
    return schedule(() => void saver.flush(), RETRY_MS)
  }, [saver, state, loggedIn])
}

const useSaveKey = (saver: Autosave<CampaignProperties>) =>
  useEffect(() => {
    const save = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      void saver.flush()
    }
    window.addEventListener('keydown', save)
    return () => window.removeEventListener('keydown', save)
  }, [saver])

const useLeaveGuard = (saver: Autosave<CampaignProperties>, isInvalid: () => boolean) => {
  const t = useT()
  useBlocker({
    enableBeforeUnload: () => saver.isDirty() || isInvalid(),
    shouldBlockFn: async ({ current, next }) => {
      if (current.pathname === next.pathname) return false
      await saver.flush()
      return (saver.isDirty() || isInvalid()) && !window.confirm(t('save.leave'))
    },
  })
}

/** The editor of one campaign; give the component that calls it the campaign's id as key. */
export const useEditor = (campaign: Campaign, reload: () => void): Editor | null => {
  const start = campaign.draft ?? campaign.live?.properties
  const [properties, setProperties] = useState(start)
  const [invalid, setInvalid] = useState<readonly string[]>([])
  const { saver, saveState } = useSaver(campaign)
  useSaveKey(saver)
  useRetry(saver, saveState)
  useLeaveGuard(saver, () => invalid.length > 0)
  const actions = useMemo(
    () => ({
      mark: (field: string, valid: boolean) =>
        setInvalid(before => {
          if (valid) return before.includes(field) ? before.filter(one => one !== field) : before
          return before.includes(field) ? before : [...before, field]
        }),
      change: (patch: Partial<CampaignProperties>) => {
        setProperties(before => before && { ...before, ...patch })
        // The server refuses an empty name; it waits here, marked, until there is one.
        const { name, ...rest } = patch
        const storable = name === '' ? rest : patch
        if (Object.keys(storable).length > 0) saver.change(storable)
      },
    }),
    [saver],
  )
  if (properties === undefined) return null
  return {
    campaign,
    properties,
    readOnly: !isEditable(campaign.status),
    saveState,
    saver,
    invalid,
    reload,
    ...actions,
  }
}
