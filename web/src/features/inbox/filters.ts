/** What the Inbox shows, as the URL holds it. */

import { readText } from '../../ui/url-text.ts'

/** The parts of a mail. */
export const PARTS = ['html', 'text', 'headers', 'raw'] as const
/** One of them. */
export type Part = (typeof PARTS)[number]

/** The search, the open mail and its open part. */
export interface InboxView {
  search?: string
  mail?: string
  part?: Part
}

/** Reads the view out of a URL; what is not one is dropped. */
export const readInboxView = (raw: Record<string, unknown>): InboxView => {
  const part = PARTS.find(one => one === raw['part'])
  return {
    ...readText(raw, 'search'),
    ...readText(raw, 'mail'),
    ...(part === undefined ? {} : { part }),
  }
}
