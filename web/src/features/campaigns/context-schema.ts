/** The schema of what a campaign's calls give as context, as a member of its properties. */
import type { CampaignProperties } from '@carillon/contract'
import type { Json } from '../../api.ts'

type WithSchema = Partial<CampaignProperties> & { readonly contextSchema?: Json | null }

/** The schema, or null where there is none. */
export const contextSchemaIn = (properties: WithSchema): Json | null => properties.contextSchema ?? null

/** The change that sets it. */
export const settingContextSchema = (contextSchema: Json | null): Partial<CampaignProperties> => {
  const patch: WithSchema = { contextSchema }
  return patch
}
