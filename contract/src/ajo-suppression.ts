/** AJO's suppression API (execution-api, section 6): shapes as AJO declares them; unknown members are accepted. */
import { type Static, type TSchema, Type } from 'typebox'
import { choice } from './shapes.ts'
import { SUPPRESSION_CATEGORIES, SuppressionComment, UPLOAD_STATUSES } from './suppression.ts'

/** The most entries of one call. */
export const MAX_AJO_SUPPRESSIONS = 1_000

/** Which list a call is about: `client` is the suppression list. */
export const AJO_LIST_TYPES = ['client', 'allowed'] as const
/** Which list a call is about. */
export type AjoListType = (typeof AJO_LIST_TYPES)[number]

/** What a list can be ordered by; a `-` in front turns it round. */
export const AJO_ORDERS = [
  'creationdate',
  'lastmodifieddate',
  'suppresseddate',
  'entityvalue',
  'entitytype',
  'suppresseduser',
  'suppressedcomment',
] as const
/** What a list can be ordered by. */
export type AjoOrder = (typeof AJO_ORDERS)[number]

const Text = Type.String()
const Entity = Type.Object({ type: Text, entityValue: Text })
/** A moment as a number: milliseconds since 1970. */
const EpochMs = Type.Integer()

/** `?type=`, of every call about entries. */
export const AjoSuppressionQuery = Type.Object({ type: Type.Optional(choice(AJO_LIST_TYPES)) })
/** The query of a list. `start` is what `_page.next` of the page before said. */
export const AjoSuppressionListQuery = Type.Object({
  type: Type.Optional(choice(AJO_LIST_TYPES)),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 20 })),
  start: Type.Optional(Type.String({ maxLength: 1_000 })),
  orderby: Type.Optional(Type.String({ maxLength: 50, default: '-creationdate' })),
  property: Type.Optional(
    Type.Union([
      Type.String({ maxLength: 200 }),
      Type.Array(Type.String({ maxLength: 200 }), { maxItems: 10 }),
    ]),
  ),
})
/** The query of a list. */
export interface AjoSuppressionListQuery {
  readonly type?: AjoListType
  readonly limit: number
  readonly start?: string
  readonly orderby: string
  readonly property?: string | readonly string[]
}

/** `POST /ajo/config/suppression/addresses` and `…/domains`. */
export const AjoSuppressionCreate = Type.Array(
  Type.Object({
    entity: Type.Object({ type: Text, entityValue: Type.String({ minLength: 1, maxLength: 320 }) }),
    comment: Type.Optional(SuppressionComment),
    user: Type.Optional(Type.String({ maxLength: 200 })),
  }),
  { minItems: 1, maxItems: MAX_AJO_SUPPRESSIONS },
)
/** The body that adds entries. */
export type AjoSuppressionCreate = Static<typeof AjoSuppressionCreate>

const BounceState = Type.Object({
  softCount: Type.Integer(),
  bounceEvents: Type.Array(
    Type.Object({
      messageId: Text,
      date: EpochMs,
      message: Text,
      bounceType: choice(['HARD', 'SOFT', 'SUCCEEDED', 'IGNORED']),
    }),
  ),
})

/** An entry. `bounceState` is told of addresses, and not when they are added. */
export const AjoSuppression = Type.Object({
  id: Text,
  entity: Entity,
  suppressed: Type.Object({
    type: choice(SUPPRESSION_CATEGORIES),
    user: Text,
    comment: Text,
    date: EpochMs,
  }),
  creationDate: EpochMs,
  lastModifiedDate: EpochMs,
  status: choice(['active', 'deleted']),
  listType: choice(AJO_LIST_TYPES),
  client: Type.Object({ imsOrgId: Text, sandboxId: Text }),
  bounceState: Type.Optional(BounceState),
})
/** An entry. */
export type AjoSuppression = Static<typeof AjoSuppression>
/** The answer of a call that adds. */
export const AjoSuppressionAdded = Type.Array(AjoSuppression)

const Link = Type.Object({ href: Text })
/** A page in AJO's shape; `next` is left out at the end. */
export const ajoPageOf = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    _page: Type.Object({ orderby: Text, next: Type.Optional(Text), count: Type.Integer() }),
    _links: Type.Object({ self: Link, next: Type.Optional(Link) }),
  })
/** A page of entries. */
export const AjoSuppressionPage = ajoPageOf(AjoSuppression)

/** An upload job; its times are in seconds since 1970. */
export const AjoUploadJob = Type.Object({
  jobId: Text,
  user: Text,
  filename: Text,
  createTime: Type.Integer(),
  endTime: Type.Optional(Type.Integer()),
  status: choice(UPLOAD_STATUSES),
  responseCode: Type.Optional(Type.Integer()),
  responseText: Type.Optional(Text),
  recordCount: Type.Integer(),
  handledCount: Type.Integer(),
  failedCount: Type.Integer(),
  failedRecords: Type.Optional(
    Type.Array(Type.Object({ type: Text, value: Text, comments: Text, failureReason: Text })),
  ),
})
/** An upload job. */
export type AjoUploadJob = Static<typeof AjoUploadJob>
/** A page of jobs. */
export const AjoUploadPage = ajoPageOf(AjoUploadJob)
/** The query of the list of jobs. */
export const AjoUploadListQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 20 })),
  start: Type.Optional(Type.String({ maxLength: 100 })),
})
/** The answer to an upload. */
export const AjoUploadAccepted = Type.Object({ success: Type.Object({ jobId: Text }) })
