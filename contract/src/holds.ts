/** Holds: what keeps messages back on purpose, and how a person decides about them. */
import { type Static, Type } from 'typebox'
import { choice, closed, Id, Instant, listOf, listQuery, nullable } from './shapes.ts'

/**
 * `stop`: the big stop of a sandbox; `pause`: of a campaign or an execution; `runaway`: set by the guard of a campaign;
 * `cancel`: ends what is ready or held (never lifted).
 */
export const HOLD_KINDS = ['stop', 'pause', 'runaway', 'cancel'] as const
/** A kind of hold. */
export type HoldKind = (typeof HOLD_KINDS)[number]
/** What a hold covers. */
export const HOLD_SCOPES = ['sandbox', 'campaign', 'execution'] as const
/** What a hold covers. */
export type HoldScope = (typeof HOLD_SCOPES)[number]

/** One hold. `scopeId` is the sandbox's, the campaign's or the execution's id (the latter as `UMA-…`). */
export const Hold = closed({
  id: Id,
  kind: choice(HOLD_KINDS),
  scope: choice(HOLD_SCOPES),
  scopeId: Type.String(),
  scopeName: Type.String(),
  detail: Type.String(),
  createdAt: Instant,
  createdBy: Type.String(),
  liftedAt: nullable(Instant),
  liftedBy: nullable(Type.String()),
})
/** One hold. */
export type Hold = Static<typeof Hold>

/** `GET /api/v1/holds`: open ones, or all with `lifted=true`; newest first. */
export const HoldListQuery = listQuery({ lifted: Type.Optional(Type.Boolean()) })
/** Holds, newest first. */
export const HoldList = listOf(Hold)

/** `POST /api/v1/stop`, `…/campaigns/{id}/pause`, `…/executions/{id}/pause|cancel`: why, for those who look later. */
export const HoldRequest = closed({ detail: Type.Optional(Type.String({ maxLength: 500 })) })
/** Why something is held. */
export type HoldRequest = Static<typeof HoldRequest>

/** `POST /api/v1/holds/{id}/lift`: `release` lets the held messages go on, `cancel` ends them. */
export const HoldLift = closed({ decision: choice(['release', 'cancel']) })
/** How a hold ends. */
export type HoldLift = Static<typeof HoldLift>

/**
 * `POST /api/v1/held/decide`: what becomes of messages that the stale guard kept back. At least one filter; all that are
 * given apply together.
 */
export const HeldDecision = closed({
  campaignId: Type.Optional(Type.String()),
  executionId: Type.Optional(Type.String()),
  messageIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 1_000 })),
  decision: choice(['release', 'cancel']),
})
/** What becomes of messages that the stale guard kept back. */
export type HeldDecision = Static<typeof HeldDecision>
/** How many were acted on; `remaining` is true when there are more than one call takes (10,000). */
export const HeldDecided = closed({ acted: Type.Integer(), remaining: Type.Boolean() })
/** How many were acted on. */
export type HeldDecided = Static<typeof HeldDecided>
