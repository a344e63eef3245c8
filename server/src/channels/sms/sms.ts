/** The words of the SMS channel that its parts share. Knows no provider. */
import { createGates, type Gate } from '../gate.ts'
import { countryOf } from './phone.ts'
import type { ShortLink } from './short-links.ts'

/** A short message ready to hand over; with `media` it is an MMS. */
export interface RenderedSms {
  readonly channel: 'sms'
  /** Id of the message in the ledger. */
  readonly messageId: string
  /** Names this very hand-over to the provider, and comes back with its reports: `<id>.<generation>.<attempt>`. */
  readonly reference: string
  /** E.164. */
  readonly to: string
  /** A number (E.164), a short code, or a name of up to eleven characters. */
  readonly from: string
  readonly text: string
  readonly media?: MmsMedia
  /** How long the provider may try; left out: as long as it likes. */
  readonly validitySeconds?: number
  /** The short links in the text; kept before the message goes out. Providers know nothing of them. */
  readonly links?: readonly ShortLink[]
}

/** What makes a message an MMS. */
export interface MmsMedia {
  readonly url: string
  readonly title: string
}

/** The member of a report's address that names the hand-over. */
export const REFERENCE_QUERY = 'message'

/** The gates of countries that have fewer calls at once than the rest. Makes them once. */
export const countryGates = (
  limits: ReadonlyMap<string, number> = new Map(),
): ((sms: RenderedSms) => Gate | undefined) => {
  const gates = createGates(limits)
  return ({ to }) => (limits.size === 0 ? undefined : gates((countryOf(to) ?? '').toLowerCase()))
}

/** Where a provider reports what became of a message: the address with the reference, by which the report is joined. */
export const reportUrl = (callbackUrl: string, reference: string): string => {
  const url = new URL(callbackUrl)
  url.searchParams.set(REFERENCE_QUERY, reference)
  return url.href
}
