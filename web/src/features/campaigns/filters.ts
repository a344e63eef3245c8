/** The filters of the campaign list as the URL holds them. */
import type { CampaignStatus } from '@carillon/contract'
import { readText } from '../../ui/url-text.ts'
import { isStatus } from './campaign-status.tsx'

/** What the list can be narrowed by. */
export interface CampaignFilters {
  search?: string
  status?: CampaignStatus
}

/** The steps of a campaign's page. */
export const STEPS = ['properties', 'content', 'delivery', 'review', 'tracking'] as const
/** A step of a campaign's page. */
export type Step = (typeof STEPS)[number]

/** Reads the filters out of a URL; what is not one is dropped. */
export const readCampaignFilters = (raw: Record<string, unknown>): CampaignFilters => ({
  ...readText(raw, 'search'),
  ...(isStatus(raw['status']) ? { status: raw['status'] } : {}),
})

/** Reads the open step out of a URL. */
export const readStep = (raw: Record<string, unknown>): { tab?: Step } => {
  const tab = STEPS.find(step => step === raw['tab'])
  return tab === undefined ? {} : { tab }
}
