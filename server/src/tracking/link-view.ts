/** Links as the API shows them: ids are 16 hexadecimal digits. Pure. */
import type { InteractionFacts } from '@carillon/contract'

/** The id of a link, from the number that PostgreSQL gives as a text. */
export const linkIdText = (id: string): string =>
  BigInt.asUintN(64, BigInt(id)).toString(16).padStart(16, '0')

/** The number of an id, as a text for PostgreSQL. */
export const linkIdNumber = (text: string): string => BigInt.asIntN(64, BigInt(`0x${text}`)).toString()

/** The link of a row; null: it is of none. One that is not kept any more has no words. */
export const linkOf = (row: {
  readonly link_id: string
  readonly url: string | null
  readonly label: string | null
}): InteractionFacts['link'] =>
  row.link_id === '0' ? null : { linkId: linkIdText(row.link_id), url: row.url ?? '', label: row.label ?? '' }
