/** The state of one open campaign page: the copy being edited, and its saving. */
import type { Campaign, CampaignProperties } from '@carillon/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { type Saving, useSaver } from '../saving/use-saver.ts'
import { useApi } from '../session/session.tsx'
import { isEditable } from './campaign-status.tsx'

/** What the steps of the page work with. */
export interface Editor extends Saving<CampaignProperties> {
  readonly campaign: Campaign
  readonly properties: CampaignProperties
  readonly readOnly: boolean
  readonly change: (patch: Partial<CampaignProperties>) => void
  /** Starts over from what the server has; unsent changes are dropped. */
  readonly reload: () => void
}

const useSaving = (campaign: Campaign): Saving<CampaignProperties> => {
  const api = useApi()
  const queries = useQueryClient()
  return useSaver<CampaignProperties>({
    revision: campaign.revision,
    save: async (patch, revision) => {
      const saved = await api.campaigns.patch(campaign.id, { ...patch, revision })
      queries.setQueryData(['campaign', campaign.id], saved)
      void queries.invalidateQueries({ queryKey: ['curl', campaign.id] })
      void queries.invalidateQueries({ queryKey: ['validation', campaign.id] })
      return saved.revision
    },
  })
}

/** The editor of one campaign; give the component that calls it the campaign's id as key. */
export const useEditor = (campaign: Campaign, reload: () => void): Editor | null => {
  const start = campaign.draft ?? campaign.live?.properties
  const [properties, setProperties] = useState(start)
  const saving = useSaving(campaign)
  const { saver } = saving
  const change = useMemo(
    () => (patch: Partial<CampaignProperties>) => {
      setProperties(before => before && { ...before, ...patch })
      // The server refuses an empty name; it waits here, marked, until there is one.
      const { name, ...rest } = patch
      const storable = name === '' ? rest : patch
      if (Object.keys(storable).length > 0) saver.change(storable)
    },
    [saver],
  )
  if (properties === undefined) return null
  return { ...saving, campaign, properties, readOnly: !isEditable(campaign.status), change, reload }
}
