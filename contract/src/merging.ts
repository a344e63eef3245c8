/** People who become one: the rule of a sandbox, and the explicit deed. */
import { type Static, Type } from 'typebox'
import { Profile } from './people.ts'
import { choice, closed, Id, nullable } from './shapes.ts'

/** What becomes of a write whose identities belong to different people: it is refused, or they become one. */
export const IDENTITY_CONFLICTS = ['refuse', 'merge'] as const
/** Whose values win: the more recently modified person's, or of who has the identity of the namespace that comes first. */
export const ATTRIBUTE_POLICIES = ['newest', 'priority'] as const
/** Whose values win. */
export type AttributePolicy = (typeof ATTRIBUTE_POLICIES)[number]

/** `GET` and `PUT /api/v1/merge-rule`: what a sandbox does when it learns that two people are one. */
export const MergeRule = closed({
  onConflict: choice(IDENTITY_CONFLICTS),
  attributes: choice(ATTRIBUTE_POLICIES),
})
/** The rule of a sandbox. */
export type MergeRule = Static<typeof MergeRule>

/** `POST /api/v1/profiles/{id}/merge`: the person `from` becomes the person of the path. */
export const ProfileMerge = closed({ from: Id })
/** The body that merges two people. */
export type ProfileMerge = Static<typeof ProfileMerge>
/** `?dryRun=true`: says what would become, and changes nothing. */
export const ProfileMergeQuery = closed({ dryRun: Type.Optional(Type.Boolean()) })

/** A value on which the two differ, and what becomes of it; null: there is none. */
export const MergeDifference = closed({
  path: Type.Array(Type.String()),
  into: Type.Unknown(),
  from: Type.Unknown(),
  result: Type.Unknown(),
})
/** A value on which the two differ. */
export type MergeDifference = Static<typeof MergeDifference>

/**
 * What became, or would become, of two people. `preferredId`: whose values won; a refusal of marketing wins whoever
 * made it. `mergedId` is null when the two were one already.
 */
export const MergeResult = closed({
  profile: Profile,
  mergedId: nullable(Id),
  preferredId: Id,
  differences: Type.Array(MergeDifference),
})
/** What became of two people. */
export type MergeResult = Static<typeof MergeResult>

/** `{ id, namespace, value }` in a path. */
export const IdentityParams = closed({ id: Type.String(), namespace: Type.String(), value: Type.String() })
