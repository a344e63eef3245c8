/** AJO's suppression API, from query strings to pages and from entries to AJO's shapes. Knows no route. */
import {
  AJO_ORDERS,
  type AjoListType,
  type AjoOrder,
  type AjoSuppression,
  type AjoUploadJob,
} from '@carillon/contract'
import type { BounceState } from '../consent/bounces.store.ts'
import type { SuppressionRecord } from '../consent/suppression.store.ts'
import {
  type CreatedBound,
  isDateOrder,
  orderedValue,
  type PageStart,
} from '../consent/suppression-page.store.ts'
import type { FailedRecord, UploadRecord } from '../consent/suppression-upload.store.ts'
import { Fault } from '../lib/fault.ts'

const refuse = (pointer: string, message: string): Fault =>
  new Fault('payload_invalid', { problems: [{ pointer, message }] })

/** Reads `orderby`: a member, turned round by a `-`. */
export const readOrder = (orderby: string): { readonly order: AjoOrder; readonly isDescending: boolean } => {
  const isDescending = orderby.startsWith('-')
  const order = AJO_ORDERS.find(one => one === orderby.replace(/^[+-]/, '').trim().toLowerCase())
  if (order === undefined) throw refuse('/orderby', `must be one of ${AJO_ORDERS.join(', ')}`)
  return { order, isDescending }
}

const TIED = /^(.*)~([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/s
const LATEST_MS = 253_402_300_799_999

const isMs = (text: string): boolean => /^\d{1,15}$/.test(text) && Number(text) <= LATEST_MS

/** Reads `start`: a value of the member that orders, with an id behind it where entries share the value. */
export const readStart = (start: string | undefined, order: AjoOrder): PageStart | null => {
  if (start === undefined) return null
  const tied = TIED.exec(start)
  const [value = '', id = null] = tied === null ? [start] : tied.slice(1)
  if (isDateOrder(order) && !isMs(value)) throw refuse('/start', 'must be in milliseconds since 1970')
  return { value, id }
}

/** Writes `start` for the page that begins with `next`; the value alone where nothing is ambiguous. */
export const writeStart = (last: SuppressionRecord, next: SuppressionRecord, order: AjoOrder): string => {
  const value = orderedValue(next, order)
  const isPlain = value !== orderedValue(last, order) && !TIED.test(value)
  return isPlain ? value : `${value}~${next.id}`
}

const PROPERTY = /^\s*(\w+)\s*(<=|>=|==|!=|<|>|=)\s*(.*?)\s*$/
const COMPARES: Readonly<Record<string, CreatedBound['compare']>> = {
  ...{ '<': '<', '<=': '<=', '>': '>', '>=': '>=', '=': '=', '==': '=', '!=': '<>' },
}

/** Reads the `property` filters. `isOther`: they ask for another channel, of which there are no entries. */
export const readProperties = (
  properties: readonly string[] = [],
): { readonly created: readonly CreatedBound[]; readonly isOther: boolean } => {
  let isOther = false
  const created = properties.flatMap((property, index): CreatedBound[] => {
    const [, name = '', sign = '', value = ''] = PROPERTY.exec(property) ?? []
    const compare = COMPARES[sign]
    const pointer = `/property/${index}`
    if (name.toLowerCase() === 'channel' && (compare === '=' || compare === '<>')) {
      isOther ||= (value.toLowerCase() === 'email') !== (compare === '=')
      return []
    }
    if (name.toLowerCase() !== 'creationdate' || compare === undefined)
      throw refuse(pointer, 'must compare creationdate, or be channel==email')
    if (!isMs(value)) throw refuse(pointer, 'must compare with milliseconds since 1970')
    return [{ compare, ms: Number(value) }]
  })
  return { created, isOther }
}

/** Whose entries they are. */
export interface AjoClient {
  readonly imsOrgId: string
  readonly sandboxId: string
}

const toBounceState = (state: BounceState | undefined): NonNullable<AjoSuppression['bounceState']> => ({
  softCount: state?.softCount ?? 0,
  bounceEvents: (state?.events ?? []).map(event => ({
    messageId: event.messageId,
    date: event.at.getTime(),
    message: event.answer,
    bounceType: event.class,
  })),
})

/** An entry in AJO's shape; `states` are told of addresses that are read. */
export const toAjoEntry = (
  entry: SuppressionRecord,
  client: AjoClient,
  states?: ReadonlyMap<string, BounceState>,
): AjoSuppression => ({
  id: entry.id,
  entity: { type: entry.type, entityValue: entry.value },
  suppressed: {
    type: entry.category,
    user: entry.createdBy,
    comment: entry.comment,
    date: entry.createdAt.getTime(),
  },
  creationDate: entry.createdAt.getTime(),
  lastModifiedDate: entry.modifiedAt.getTime(),
  status: 'active',
  listType: entry.list satisfies AjoListType,
  client,
  ...(states === undefined ? {} : { bounceState: toBounceState(states.get(entry.value)) }),
})

/** A page in AJO's shape: `next` of `start` makes the address of the following page. */
export const toAjoPage = <T>(
  items: readonly T[],
  page: { readonly url: string; readonly orderby: string; readonly next: string | undefined },
) => {
  const { url, orderby, next } = page
  const [path = '', query = ''] = url.split('?')
  const following = new URLSearchParams(query)
  if (next !== undefined) following.set('start', next)
  return {
    items,
    _page: { orderby, ...(next === undefined ? {} : { next }), count: items.length },
    _links: {
      self: { href: url },
      ...(next === undefined ? {} : { next: { href: `${path}?${following}` } }),
    },
  }
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000)

const responseOf = (upload: UploadRecord): Pick<AjoUploadJob, 'responseCode' | 'responseText'> => {
  if (upload.status === 'ERROR') return { responseCode: 400, responseText: upload.problem }
  return upload.status === 'COMPLETE' ? { responseCode: 200, responseText: 'OK' } : {}
}

/** A job in AJO's shape; the refused records are told of one job alone. */
export const toAjoJob = (upload: UploadRecord, failures?: readonly FailedRecord[]): AjoUploadJob => ({
  jobId: upload.id,
  user: upload.createdBy,
  filename: upload.filename,
  createTime: seconds(upload.createdAt),
  ...(upload.endedAt === null ? {} : { endTime: seconds(upload.endedAt) }),
  status: upload.status,
  ...responseOf(upload),
  recordCount: upload.recordCount,
  handledCount: upload.handledCount,
  failedCount: upload.failedCount,
  ...(failures === undefined
    ? {}
    : {
        failedRecords: failures.map(({ type, value, comment, reason }) => ({
          ...{ type, value, comments: comment, failureReason: reason },
        })),
      }),
})
