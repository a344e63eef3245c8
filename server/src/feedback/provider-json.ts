/** Looks into what providers post without believing its shape. Pure. */
import { isUuid } from '../lib/ids.ts'
import type { FeedbackNote } from './record.ts'

/** The items of a value; of a longer list the first hundred. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value.slice(0, 100) : []

/** The text of a value, or ''. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 2_000) : '')

/** The message that a report is about, and of which hand-over, if it says so. */
export type Joined = Pick<FeedbackNote, 'messageId' | 'of'>

/**
 * Reads the key that a message carries to its provider and back: its id, or `<id>.<generation>.<attempt>` (a dash or an
 * underscore does as well, where a provider takes no dot), with a `c` behind where it had copies.
 */
export const joinKey = (text: string): Joined | undefined => {
  const found = /^([0-9a-f-]{36})(?:[._-](\d{1,5})[._-](\d{1,5})([._-]c)?)?$/i.exec(text.trim())
  const messageId = found?.[1]?.toLowerCase()
  if (messageId === undefined || !isUuid(messageId)) return undefined
  const [generation, attempt] = [Number(found?.[2]), Number(found?.[3])]
  const isSaid = generation > 0 && generation < 32_768 && attempt > 0 && attempt < 32_768
  if (!isSaid) return { messageId, of: undefined }
  return { messageId, of: { generation, attempt, ...(found?.[4] === undefined ? {} : { hasCopies: true }) } }
}
