/** The cursor of lists: the id of the last row, made opaque so that callers do not build on it. */
import { Fault } from './fault.ts'
import { isUuid } from './ids.ts'

/** The cursor of a list sorted by id; refuses what we did not make. */
export const readCursor = (cursor: string | undefined): string | null => {
  if (cursor === undefined) return null
  const id = Buffer.from(cursor, 'base64url').toString('utf8')
  if (isUuid(id)) return id
  throw new Fault('payload_invalid', {
    problems: [{ pointer: '/cursor', message: 'is not a cursor of this list' }],
  })
}

/** A page of a list that was read with one row more than asked for: that row says whether there is a next page. */
export const toPage = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  read: { id: (row: Row) => string; item: (row: Row) => Item },
): { items: Item[]; next: string | null } => {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const next =
    rows.length > limit && last !== undefined ? Buffer.from(read.id(last)).toString('base64url') : null
  return { items: page.map(read.item), next }
}
