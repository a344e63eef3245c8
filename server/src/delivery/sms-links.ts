/** The links of a short message: as what they are counted when somebody follows their short ones. Pure. */
import type { KnownLink, LinkBook } from '../tracking/link-book.ts'
import { TEXT_MARK, TEXT_MARK_START } from '../tracking/text-links.ts'

/** A rendered text, and which link of the campaign an address in it is. */
export interface LinkedText {
  readonly text: string
  /** Of an address that begins there. */
  linkAt(place: number, url: string): KnownLink
}

/** Takes the marks out of a text. What data brought is counted by its host alone, as in mails. */
export const linkedText = (marked: string, book: LinkBook): LinkedText => {
  const byPlace = new Map<number, KnownLink>()
  let [text, from] = ['', 0]
  for (const found of marked.includes(TEXT_MARK_START) ? marked.matchAll(TEXT_MARK) : []) {
    text += marked.slice(from, found.index)
    from = found.index + found[0].length
    const link = book.template[Number(found[1])]
    if (link !== undefined) byPlace.set(text.length, link)
  }
  text += marked.slice(from)
  return {
    text,
    linkAt: (place, url) => byPlace.get(place) ?? book.turnedUp(`${new URL(url).origin}/…`, ''),
  }
}
