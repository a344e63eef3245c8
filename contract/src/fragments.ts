/** Fragments of the native API: pieces of content that campaigns and other fragments include by id or key. */
import { type Static, Type } from 'typebox'
import { CAMPAIGN_STATUSES } from './campaigns.ts'
import { choice, closed, Id, Instant, listOf, listQuery, nullable } from './shapes.ts'

/** The states of a fragment. A draft can stand beside the live version; `archived` is kept out of lists. */
export const FRAGMENT_STATUSES = ['draft', 'live', 'archived'] as const
/** A fragment's status. */
export type FragmentStatus = (typeof FRAGMENT_STATUSES)[number]

/** What a fragment is made of; chosen when it is made. */
export const FRAGMENT_SUB_TYPES = ['html', 'json', 'text'] as const
/** What a fragment is made of. */
export type FragmentSubType = (typeof FRAGMENT_SUB_TYPES)[number]

/** The largest source, in bytes of UTF-8. */
export const MAX_FRAGMENT_BYTES = 200 * 1024

const Name = Type.String({ minLength: 1, maxLength: 200 })
const Description = Type.String({ maxLength: 2_000 })
const Source = Type.String({ maxLength: MAX_FRAGMENT_BYTES })

/** What content calls a fragment by, beside its id. It never changes. */
export const FragmentKey = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
})

/** `POST /api/v1/fragments`. `key` left out: made from the name. */
export const FragmentCreate = closed({
  name: Name,
  key: Type.Optional(FragmentKey),
  description: Type.Optional(Description),
  subType: Type.Optional(choice(FRAGMENT_SUB_TYPES)),
  source: Type.Optional(Source),
})
/** The body that makes a fragment. */
export type FragmentCreate = Static<typeof FragmentCreate>

/** `PATCH /api/v1/fragments/{id}`: the members to change, and the revision they were read at (optional). */
export const FragmentPatch = closed({
  name: Type.Optional(Name),
  description: Type.Optional(Description),
  source: Type.Optional(Source),
  revision: Type.Optional(Type.Integer()),
})
/** The body that changes a fragment. */
export type FragmentPatch = Static<typeof FragmentPatch>

/** A published version; it never changes. */
export const FragmentVersion = closed({
  id: Id,
  number: Type.Integer(),
  source: Type.String(),
  createdAt: Instant,
  createdBy: Type.String(),
})
/** A published version. */
export type FragmentVersion = Static<typeof FragmentVersion>

const described = {
  id: Id,
  key: FragmentKey,
  name: Type.String(),
  description: Type.String(),
  type: choice(['expression']),
  subType: choice(FRAGMENT_SUB_TYPES),
  status: choice(FRAGMENT_STATUSES),
  hasDraft: Type.Boolean(),
  modifiedAt: Instant,
  modifiedBy: Type.String(),
}

/** A fragment as its page sees it: the source being edited, if any, beside the live version, if any. */
export const Fragment = closed({
  ...described,
  revision: Type.Integer(),
  draft: nullable(Type.String()),
  live: nullable(FragmentVersion),
  createdAt: Instant,
  createdBy: Type.String(),
})
/** A fragment. */
export type Fragment = Static<typeof Fragment>

/** A row of the list. */
export const FragmentSummary = closed({ ...described, liveVersion: nullable(Type.Integer()) })
/** A row of the list. */
export type FragmentSummary = Static<typeof FragmentSummary>

/** Filters of the list. Without `status` the archived ones are left out; `search` is a part of the name or the key. */
export const FragmentListQuery = listQuery({
  status: Type.Optional(choice(FRAGMENT_STATUSES)),
  search: Type.Optional(Type.String({ maxLength: 200 })),
})
/** Fragments, newest first. */
export const FragmentList = listOf(FragmentSummary)
/** Versions, newest first. */
export const FragmentVersionList = listOf(FragmentVersion)

/** Content that names a resource: where it stands, and whether in the draft, the live version, or both. */
export const ContentUse = closed({
  kind: choice(['campaign', 'fragment']),
  id: Id,
  name: Type.String(),
  status: choice(CAMPAIGN_STATUSES),
  inDraft: Type.Boolean(),
  inLive: Type.Boolean(),
})
/** Content that names a resource. */
export type ContentUse = Static<typeof ContentUse>
/** All content that names a resource. */
export const ContentUseList = listOf(ContentUse)
