/** Which interactions a list shows, as the URL holds it. */
import type { InteractionKind } from '@carillon/contract'
import { readText } from '../../ui/url-text.ts'
import { readCampaignId } from '../executions/filters.ts'

/** What interactions can be narrowed by. */
export interface InteractionFilters {
  campaignId?: string
  executionId?: string
  kind?: InteractionKind
  linkId?: string
  machine?: boolean
}

// Not the contract's own list: the routes read this before any page, and would load the contract's schemas with it.
const KINDS = ['open', 'click', 'unsubscribe', 'mirror'] as const satisfies readonly InteractionKind[]

const readKind = (raw: Record<string, unknown>): { kind?: InteractionKind } => {
  const kind = KINDS.find(one => one === raw['kind'])
  return kind === undefined ? {} : { kind }
}

/** Reads the filters out of a URL; what is not one is dropped. */
export const readInteractionFilters = (raw: Record<string, unknown>): InteractionFilters => ({
  ...readCampaignId(raw),
  ...readText(raw, 'executionId'),
  ...readText(raw, 'linkId'),
  ...readKind(raw),
  ...(typeof raw['machine'] === 'boolean' ? { machine: raw['machine'] } : {}),
})
