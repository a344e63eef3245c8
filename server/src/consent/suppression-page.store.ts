/**
 * Lists of entries in any of AJO's orders. A page begins at a value of the member it is ordered by, so that a caller can
 * read and write it; among entries of equal values their ids go on.
 */
import type { AjoOrder } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { type Listed, SUPPRESSION_COLUMNS, type SuppressionRecord } from './suppression.store.ts'

/** Where a page begins: at a value (a date is in milliseconds since 1970), and among equal ones at an id. */
export interface PageStart {
  readonly value: string
  readonly id: string | null
}

/** A bound of the creation, in milliseconds since 1970. */
export interface CreatedBound {
  readonly compare: '<' | '<=' | '>' | '>=' | '=' | '<>'
  readonly ms: number
}

/** What a page shows. */
export interface OrderedPage extends Listed {
  readonly type: 'email' | 'domain'
  readonly order: AjoOrder
  readonly isDescending: boolean
  readonly limit: number
  readonly start: PageStart | null
  readonly created: readonly CreatedBound[]
}

interface Order {
  readonly column: string
  readonly type: 'timestamptz' | 'text'
}

// The only texts that are put into the statement, besides the comparisons of `CreatedBound`.
const ORDERS: Readonly<Record<AjoOrder, Order>> = {
  creationdate: { column: 'created_at', type: 'timestamptz' },
  lastmodifieddate: { column: 'modified_at', type: 'timestamptz' },
  suppresseddate: { column: 'created_at', type: 'timestamptz' },
  entityvalue: { column: 'value', type: 'text' },
  entitytype: { column: 'type', type: 'text' },
  suppresseduser: { column: 'created_by', type: 'text' },
  suppressedcomment: { column: 'comment', type: 'text' },
}

/** Whether a list ordered so begins its pages at a date. */
export const isDateOrder = (order: AjoOrder): boolean => ORDERS[order].type === 'timestamptz'

/** The value of an entry that an order looks at, as `PageStart` writes it. */
export const orderedValue = (entry: SuppressionRecord, order: AjoOrder): string =>
  ({
    creationdate: String(entry.createdAt.getTime()),
    lastmodifieddate: String(entry.modifiedAt.getTime()),
    suppresseddate: String(entry.createdAt.getTime()),
    entityvalue: entry.value,
    entitytype: entry.type,
    suppresseduser: entry.createdBy,
    suppressedcomment: entry.comment,
  })[order]

const startOf = ({ order, start }: OrderedPage): string | Date | null => {
  if (start === null) return null
  return isDateOrder(order) ? new Date(Number(start.value)) : start.value
}

/** Entries in order, from the start on, which is included; one more than `limit` when there are more. */
export const listInOrder = async (db: Db, page: OrderedPage): Promise<SuppressionRecord[]> => {
  const { column, type } = ORDERS[page.order]
  const ordered = type === 'text' ? `${column} collate "C"` : column
  const [compare, turn] = page.isDescending ? ['<', 'desc'] : ['>', 'asc']
  const bounds = page.created.map(({ compare: how }, index) => `and created_at ${how} $${7 + index}`)
  const { rows } = await db.query<SuppressionRecord>(
    `select ${SUPPRESSION_COLUMNS} from suppression
     where sandbox_id = $1 and list = $2 and type = $3
       and ($4::${type} is null or ${ordered} ${compare} $4
         or (${ordered} = $4 and ($5::uuid is null or id ${compare}= $5)))
       ${bounds.join(' ')}
     order by ${ordered} ${turn}, id ${turn} limit $6`,
    [
      ...[page.sandboxId, page.list, page.type, startOf(page), page.start?.id ?? null, page.limit + 1],
      ...page.created.map(bound => new Date(bound.ms)),
    ],
  )
  return rows
}
