/** Audiences of the native API: sets of people, by a rule or uploaded. */
import { type Static, Type } from 'typebox'
import { AudienceRule } from './audience-rules.ts'
import { Identity, Profile } from './people.ts'
import { choice, closed, Id, Instant, JsonObject, listOf, listQuery, nullable } from './shapes.ts'

/** The most members of one call. */
export const MAX_MEMBER_BATCH = 1_000
/** The largest `extra` of a member, in bytes of its JSON. */
export const MAX_EXTRA_BYTES = 16 * 1024
/** The most columns of an uploaded audience. */
export const MAX_AUDIENCE_COLUMNS = 100
/** The largest file of members, in bytes. */
export const MAX_UPLOAD_BYTES = 500_000_000
/** How many refused lines an upload tells of by number; all are counted. */
export const MAX_UPLOAD_REFUSALS = 1_000
/** How many people a sample shows. */
export const SAMPLE_PEOPLE = 20

const Name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
const Description = Type.String({ maxLength: 2_000 })

/** `POST /api/v1/audiences`. Without a rule, one of kind `rule` is everybody. */
export const AudienceCreate = closed({
  kind: choice(['rule', 'upload']),
  name: Name,
  description: Type.Optional(Description),
  rule: Type.Optional(AudienceRule),
})
/** The body that makes an audience. */
export type AudienceCreate = Static<typeof AudienceCreate>

/** `PATCH /api/v1/audiences/{id}`: the members to change, and the revision they were read at (optional). */
export const AudiencePatch = closed({
  name: Type.Optional(Name),
  description: Type.Optional(Description),
  rule: Type.Optional(AudienceRule),
  revision: Type.Optional(Type.Integer()),
})
/** The body that changes an audience. */
export type AudiencePatch = Static<typeof AudiencePatch>

/** An audience. `rule` is null of an upload; `memberCount` is null of a rule, whose members are counted when asked. */
export const Audience = closed({
  id: Id,
  kind: choice(['rule', 'upload']),
  name: Type.String(),
  description: Type.String(),
  rule: nullable(AudienceRule),
  columns: Type.Array(Type.String()),
  memberCount: nullable(Type.Integer()),
  archived: Type.Boolean(),
  revision: Type.Integer(),
  createdAt: Instant,
  createdBy: Type.String(),
  modifiedAt: Instant,
  modifiedBy: Type.String(),
})
/** An audience. */
export type Audience = Static<typeof Audience>

/** Filters of the list; `search` is a part of the name. Archived ones are left out unless asked for. */
export const AudienceListQuery = listQuery({
  search: Type.Optional(Type.String({ maxLength: 200 })),
  archived: Type.Optional(Type.Boolean()),
})
/** Audiences, newest first. */
export const AudienceList = listOf(Audience)

/** `POST /api/v1/audiences/estimate` and `/sample`: a rule that need not be stored. */
export const AudienceQuestion = closed({ rule: AudienceRule })
/** A rule that is asked about. */
export type AudienceQuestion = Static<typeof AudienceQuestion>

/**
 * How many people. When it is not `exact`, it was reckoned from `sampled` people of about `of`, and the true number is
 * within `error` of it in 19 of 20 cases.
 */
export const AudienceEstimate = closed({
  count: Type.Integer(),
  exact: Type.Boolean(),
  error: nullable(Type.Integer()),
  sampled: nullable(Type.Integer()),
  of: nullable(Type.Integer()),
})
/** How many people. */
export type AudienceEstimate = Static<typeof AudienceEstimate>

/** Some people of a rule. */
export const AudienceSample = closed({ items: Type.Array(Profile) })
/** Some people of a rule. */
export type AudienceSample = Static<typeof AudienceSample>

/** A member: the person, and what the upload said beside the identity. */
export const AudienceMember = closed({
  profileId: Id,
  identities: Type.Array(Identity),
  extra: nullable(JsonObject),
})
/** A member. */
export type AudienceMember = Static<typeof AudienceMember>
/** Paging of the members. */
export const AudienceMemberQuery = listQuery({})
/** Members, in the order of their profiles. */
export const AudienceMemberList = listOf(AudienceMember)
/** `{ id, profileId }` in a path. */
export const AudienceMemberParams = closed({ id: Type.String(), profileId: Type.String() })

/**
 * `GET /api/v1/profiles/{id}/audiences`: one audience the person is in; `extra` is what an upload said. `problem`: why
 * nobody can say whether the person is in it; null: the person is.
 */
export const Membership = closed({
  audienceId: Id,
  name: Type.String(),
  kind: choice(['rule', 'upload']),
  extra: nullable(JsonObject),
  problem: nullable(Type.String()),
})
/** One audience the person is in. */
export type Membership = Static<typeof Membership>
/** Paging of the memberships: `limit` audiences are looked at for a page, which has those the person is in. */
export const MembershipListQuery = listQuery({})
/** Memberships, newest audience first. */
export const MembershipList = listOf(Membership)

/**
 * `POST /api/v1/audiences/{id}/members`: adds members of an uploaded audience, or replaces their `extra`.
 * `createProfiles`: an identity that nobody has becomes a person; else it is refused.
 */
export const AudienceMembersWrite = closed({
  members: Type.Array(closed({ ...Identity.properties, extra: Type.Optional(JsonObject) }), {
    minItems: 1,
    maxItems: MAX_MEMBER_BATCH,
  }),
  createProfiles: Type.Optional(Type.Boolean()),
})
/** The body that writes members. */
export type AudienceMembersWrite = Static<typeof AudienceMembersWrite>

/** Why a member was refused. */
export const MEMBER_REFUSALS = [
  'identity_blank',
  'person_unknown',
  'extra_too_large',
  'columns_too_many',
  'unstorable',
  'line_malformed',
] as const
/** Why a member was refused. */
export type MemberRefusal = (typeof MEMBER_REFUSALS)[number]

/** What a write of members did; the refused ones by their place in the call. */
export const AudienceMembersWritten = closed({
  added: Type.Integer(),
  replaced: Type.Integer(),
  refused: Type.Array(closed({ index: Type.Integer(), reason: choice(MEMBER_REFUSALS) })),
})
/** What a write of members did. */
export type AudienceMembersWritten = Static<typeof AudienceMembersWritten>

/** `POST /api/v1/audiences/{id}/uploads`: how the file that is the body is to be read. */
export const AudienceUploadQuery = closed({
  namespace: Type.String({ minLength: 1, maxLength: 100 }),
  createProfiles: Type.Optional(Type.Boolean({ default: false })),
})

/** A file of members on its way in. Lines are numbered from 1, the header's. */
export const AudienceUpload = closed({
  id: Id,
  audienceId: Id,
  namespace: Type.String(),
  createProfiles: Type.Boolean(),
  state: choice(['receiving', 'waiting', 'done']),
  rowsReceived: Type.Integer(),
  rowsDone: Type.Integer(),
  added: Type.Integer(),
  replaced: Type.Integer(),
  refused: Type.Integer(),
  refusals: Type.Array(closed({ line: Type.Integer(), reason: choice(MEMBER_REFUSALS) })),
  createdAt: Instant,
  createdBy: Type.String(),
  modifiedAt: Instant,
})
/** A file of members on its way in. */
export type AudienceUpload = Static<typeof AudienceUpload>
/** Paging of the uploads. */
export const AudienceUploadListQuery = listQuery({})
/** Uploads, newest first. */
export const AudienceUploadList = listOf(AudienceUpload)
/** `{ id, uploadId }` in a path. */
export const AudienceUploadParams = closed({ id: Type.String(), uploadId: Type.String() })
