/** The filters of executions and messages as the URL holds them. */
import { GROUPS, type StateGroup } from './message-state.tsx'

/** What messages can be narrowed by. */
export interface MessageFilters {
  campaignId?: string
  state?: StateGroup
}

/** Reads the campaign out of a URL. */
export const readCampaignId = (raw: Record<string, unknown>): { campaignId?: string } =>
  typeof raw['campaignId'] === 'string' && raw['campaignId'] !== '' ? { campaignId: raw['campaignId'] } : {}

/** Reads the state out of a URL; what is not one is dropped. */
export const readState = (raw: Record<string, unknown>): { state?: StateGroup } => {
  const state = GROUPS.find(group => group === raw['state'])
  return state === undefined ? {} : { state }
}
