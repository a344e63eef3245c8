/** The filters of executions and messages as the URL holds them. */
import { readText } from '../../ui/url-text.ts'
import { GROUPS, type StateGroup } from './message-state.tsx'

/** What messages can be narrowed by. */
export interface MessageFilters {
  campaignId?: string
  executionId?: string
  state?: StateGroup
  reason?: string
}

/** Reads the campaign out of a URL. */
export const readCampaignId = (raw: Record<string, unknown>): { campaignId?: string } =>
  readText(raw, 'campaignId')

/** Reads the filters of the message list out of a URL; what is not one is dropped. */
export const readMessageFilters = (raw: Record<string, unknown>): MessageFilters => ({
  ...readCampaignId(raw),
  ...readText(raw, 'executionId'),
  ...readState(raw),
  ...readText(raw, 'reason'),
})

/** Who is asked about, for which campaign. */
export interface WhyQuestion {
  campaign: string
  namespace: string
  value: string
}

/** Reads a question, or a part of one, out of a URL. */
export const readWhyQuestion = (raw: Record<string, unknown>): Partial<WhyQuestion> => ({
  ...readText(raw, 'campaign'),
  ...readText(raw, 'namespace'),
  ...readText(raw, 'value'),
})

/** Reads the state out of a URL; what is not one is dropped. */
export const readState = (raw: Record<string, unknown>): { state?: StateGroup } => {
  const state = GROUPS.find(group => group === raw['state'])
  return state === undefined ? {} : { state }
}
