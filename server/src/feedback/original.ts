/** Finds the signs of our own mail in what came back with a report. It does not say whether they are genuine. */
import { MESSAGE_ID_HEADER } from '../channels/email/email.ts'
import type { ReadMail } from './mail.ts'
import type { OriginalMarks } from './report.ts'

const OURS = /\b[bu]\+[a-z2-7]{20,64}@[a-z0-9.-]{1,253}/gi
const ID = new RegExp(
  `^[>\\s]{0,10}${MESSAGE_ID_HEADER}:\\s{0,4}([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\\b`,
  'gim',
)
const MOST = 5

const unique = (found: readonly string[]): string[] =>
  [...new Set(found.map(one => one.toLowerCase()))].slice(0, MOST)

/** What a mail came back with: its parts, and its text where a server pasted the header of ours below its own words. */
export const marksOf = (mail: ReadMail): OriginalMarks => {
  const texts = [...mail.parts.map(part => part.text), mail.text]
  return {
    addresses: unique(texts.flatMap(text => text.match(OURS) ?? [])),
    messageIds: unique(texts.flatMap(text => [...text.matchAll(ID)].map(found => found[1] ?? ''))),
  }
}
