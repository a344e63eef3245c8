/** The cursor of lists: the id or key of the last row, made opaque so that callers do not build on it. */
import { Fault } from './fault.ts'
import { isUuid } from './ids.ts'
import { unstorablePointers } from './unstorable.ts'

const encode = (text: string): string => Buffer.from(text).toString('base64url')
const decode = (cursor: string): string => Buffer.from(cursor, 'base64url').toString('utf8')

const foreign = (): Fault =>
  new Fault('payload_invalid', {
    problems: [{ pointer: '/cursor', message: 'is not a cursor of this list' }],
  })

/** The cursor of a list sorted by id; refuses what we did not make. */
export const readCursor = (cursor: string | undefined): string | null => {
  if (cursor === undefined) return null
  const id = decode(cursor)
  if (!isUuid(id)) throw foreign()
  return id
}

/** The cursor of a list sorted by a text; refuses what we did not make. */
export const readTextCursor = (cursor: string | undefined): string | null => {
  if (cursor === undefined) return null
  const text = decode(cursor)
  if (text === '' || encode(text) !== cursor || unstorablePointers(text).length > 0) throw foreign()
  return text
}

/** A page of a list that was read with one row more than asked for: that row says whether there is a next page. */
export const toPage = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  read: { id: (row: Row) => string; item: (row: Row) => Item },
): { items: Item[]; next: string | null } => {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const next = rows.length > limit && last !== undefined ? encode(read.id(last)) : null
  return { items: page.map(read.item), next }
}
