/** What people, and machines, did with messages: opens, clicks, unsubscribes and looks at the mirror page. */
import { type Static, Type } from 'typebox'
import { choice, closed, Id, Instant, listOf, listQuery, nullable } from './shapes.ts'

/**
 * What can be done with a message. `unsubscribe`: at the page of the mail's own link, or a click on a link that is marked
 * as an opt-out. `mirror`: a look at the mail in the browser.
 */
export const INTERACTION_KINDS = ['open', 'click', 'unsubscribe', 'mirror'] as const
/** What can be done with a message. */
export type InteractionKind = (typeof INTERACTION_KINDS)[number]

/** The id of a link: 16 hexadecimal digits, made from its address in the template and its label. */
export const LinkId = Type.String({ pattern: '^[0-9a-f]{16}$' })

/** What was done with one message. `link` null: it is of no link. `machine`: it was a scanner, a robot or a prefetcher. */
export const InteractionFacts = closed({
  kind: choice(INTERACTION_KINDS),
  machine: Type.Boolean(),
  n: Type.Integer(),
  lastAt: Instant,
  link: nullable(closed({ linkId: LinkId, url: Type.String(), label: Type.String() })),
})
/** What was done with one message. */
export type InteractionFacts = Static<typeof InteractionFacts>

/** How often: `unique` people, `total` times, and `machine` times that no person did, which are in neither. */
export const InteractionSums = closed({
  unique: Type.Integer(),
  total: Type.Integer(),
  machine: Type.Integer(),
})
/** How often. */
export type InteractionSums = Static<typeof InteractionSums>

/** A link of a campaign. `url` is its address in the template, before any person's data. */
export const LinkSums = closed({
  linkId: LinkId,
  url: Type.String(),
  label: Type.String(),
  ...InteractionSums.properties,
})
/** A link of a campaign. */
export type LinkSums = Static<typeof LinkSums>

/**
 * `GET /api/v1/campaigns/{id}/tracking` and `GET /api/v1/executions/{id}/tracking`. `sent`: messages that were handed
 * over, tests apart. Links with the most clicks first, 1,000 at most.
 */
export const TrackingSummary = closed({
  sent: Type.Integer(),
  opens: InteractionSums,
  clicks: InteractionSums,
  unsubscribes: InteractionSums,
  mirrors: InteractionSums,
  links: Type.Array(LinkSums),
})
/** What was done with the messages of a campaign. */
export type TrackingSummary = Static<typeof TrackingSummary>

/** A row of `GET /api/v1/interactions`: what one person did with one message. */
export const Interaction = closed({
  messageId: Id,
  executionId: Type.String(),
  campaignId: Id,
  userId: Type.String(),
  namespace: Type.String(),
  firstAt: Instant,
  ...InteractionFacts.properties,
})
/** What one person did with one message. */
export type Interaction = Static<typeof Interaction>

/** Filters: one of `campaignId` and `executionId` is needed. */
export const InteractionListQuery = listQuery({
  campaignId: Type.Optional(Type.String()),
  executionId: Type.Optional(Type.String()),
  kind: Type.Optional(choice(INTERACTION_KINDS)),
  linkId: Type.Optional(LinkId),
  machine: Type.Optional(Type.Boolean()),
})
/** Interactions, those of the newest messages first. */
export const InteractionList = listOf(Interaction)
