/** The calls about what people did with messages. */
import type { Interaction, InteractionKind, TrackingSummary } from '@carillon/contract'
import type { Page, Request } from './api.ts'
import { at } from './api-path.ts'

/** What interactions can be listed by. */
interface InteractionQuery {
  readonly campaignId?: string
  readonly executionId?: string
  readonly kind?: InteractionKind
  readonly linkId?: string
  readonly machine?: boolean
  readonly cursor?: string
}

/** Opens and clicks. */
export const trackingCalls = ({ json, send }: Request) => ({
  ofCampaign: (id: string) => json<TrackingSummary>(at`/campaigns/${id}/tracking`),
  ofExecution: (id: string) => json<TrackingSummary>(at`/executions/${id}/tracking`),
  links: async (campaignId: string) => (await send(at`/campaigns/${campaignId}/tracking/links`)).blob(),
  list: (query: InteractionQuery) => json<Page<Interaction>>('/interactions', { query: { ...query } }),
})
