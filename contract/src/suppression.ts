/** Suppression list and allowed list of the native API: who is not written to, and who alone may be while the switch is on. */
import { type Static, Type } from 'typebox'
import { choice, closed, Id, Instant, listOf, listQuery, nullable } from './shapes.ts'

/** What an entry names. */
export const SUPPRESSION_TYPES = ['email', 'domain'] as const
/** What an entry names. */
export type SuppressionType = (typeof SUPPRESSION_TYPES)[number]

/** Why an entry is there: a hard bounce or complaint, too many soft bounces, or a person. */
export const SUPPRESSION_CATEGORIES = ['HARD', 'SOFT', 'MANUAL'] as const
/** Why an entry is there. */
export type SuppressionCategory = (typeof SUPPRESSION_CATEGORIES)[number]

/** The reasons of entries, in AJO's words; `Manual` is that of people and files. */
export const SUPPRESSION_REASONS = [
  'Invalid Recipient',
  'Recipient Refused',
  'Spam Complaint',
  'Soft Bounce',
  'DNS Failure',
  'Mailbox Full',
  'Relaying Denied',
  'Challenge-Response',
  'Manual',
] as const
/** The reason of an entry. */
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number]

/** The most entries of an allowed list. */
export const MAX_ALLOWED_ENTRIES = 1_000
/** The largest file of an upload, in bytes. */
export const MAX_SUPPRESSION_UPLOAD_BYTES = 1_048_576
/** The longest comment. */
export const MAX_SUPPRESSION_COMMENT = 500
/** Soft bounces in a row that suppress an address, when the sandbox does not say otherwise. */
export const DEFAULT_SOFT_THRESHOLD = 5

/** A comment: printable ASCII. */
export const SuppressionComment = Type.String({
  maxLength: MAX_SUPPRESSION_COMMENT,
  pattern: '^[\\x20-\\x7e]*$',
})

/** `POST /api/v1/suppressions` and `POST /api/v1/allowed-list/entries`. An entry that is there already gets the comment. */
export const SuppressionWrite = closed({
  type: choice(SUPPRESSION_TYPES),
  value: Type.String({ minLength: 1, maxLength: 320 }),
  comment: Type.Optional(SuppressionComment),
})
/** The body that adds an entry. */
export type SuppressionWrite = Static<typeof SuppressionWrite>

/** An entry of either list. `value` is in lower case. */
export const Suppression = closed({
  id: Id,
  type: choice(SUPPRESSION_TYPES),
  value: Type.String(),
  category: choice(SUPPRESSION_CATEGORIES),
  reason: choice(SUPPRESSION_REASONS),
  comment: Type.String(),
  createdAt: Instant,
  createdBy: Type.String(),
})
/** An entry of either list. */
export type Suppression = Static<typeof Suppression>

const search = Type.Optional(Type.String({ maxLength: 320 }))

/** Filters of the suppression list; `search` is a part of the value. */
export const SuppressionListQuery = listQuery({
  category: Type.Optional(choice(SUPPRESSION_CATEGORIES)),
  type: Type.Optional(choice(SUPPRESSION_TYPES)),
  reason: Type.Optional(choice(SUPPRESSION_REASONS)),
  search,
})
/** Filters of the allowed list. */
export const AllowedListQuery = listQuery({ type: Type.Optional(choice(SUPPRESSION_TYPES)), search })
/** Entries, newest first. */
export const SuppressionList = listOf(Suppression)

/** `GET` and `PUT /api/v1/suppressions/settings`. */
export const SuppressionSettings = closed({ softBounceThreshold: Type.Integer({ minimum: 1, maximum: 20 }) })
/** How many soft bounces in a row suppress an address. */
export type SuppressionSettings = Static<typeof SuppressionSettings>

/** `PUT /api/v1/allowed-list`. On and empty: nothing is sent. */
export const AllowedListSwitch = closed({ on: Type.Boolean() })
/** The body that turns the list on or off. */
export type AllowedListSwitch = Static<typeof AllowedListSwitch>
/** `GET /api/v1/allowed-list`. */
export const AllowedListState = closed({
  on: Type.Boolean(),
  entryCount: Type.Integer(),
  maxEntries: Type.Integer(),
})
/** The switch, and how full the list is. */
export type AllowedListState = Static<typeof AllowedListState>

/** States of an upload: waits, works, done, ended by a person, refused as a whole. */
export const UPLOAD_STATUSES = ['ACCEPTED', 'PENDING', 'COMPLETE', 'CANCELED', 'ERROR'] as const
/** A state of an upload. */
export type UploadStatus = (typeof UPLOAD_STATUSES)[number]

/** `POST /api/v1/suppressions/uploads?filename=`: the body is the file, `text/csv` with `TYPE,VALUE,COMMENT`. */
export const SuppressionUploadQuery = closed({ filename: Type.Optional(Type.String({ maxLength: 200 })) })
/** An upload, worked off in the background. `problem` says why a whole file was refused. */
export const SuppressionUpload = closed({
  id: Id,
  filename: Type.String(),
  status: choice(UPLOAD_STATUSES),
  problem: Type.String(),
  recordCount: Type.Integer(),
  handledCount: Type.Integer(),
  failedCount: Type.Integer(),
  createdAt: Instant,
  createdBy: Type.String(),
  endedAt: nullable(Instant),
})
/** An upload. */
export type SuppressionUpload = Static<typeof SuppressionUpload>
/** Uploads, newest first. */
export const SuppressionUploadListQuery = listQuery({})
export const SuppressionUploadList = listOf(SuppressionUpload)
