/** The words of the SMS channel that its parts share. Knows no provider. */

/** A short message ready to hand over; with `media` it is an MMS. */
export interface RenderedSms {
  /** Id of the message in the ledger. */
  readonly messageId: string
  /** E.164. */
  readonly to: string
  /** A number (E.164), a short code, or a name of up to eleven characters. */
  readonly from: string
  readonly text: string
  readonly media?: MmsMedia
  /** How long the provider may try; left out: as long as it likes. */
  readonly validitySeconds?: number
}

/** What makes a message an MMS. */
export interface MmsMedia {
  readonly url: string
  readonly title: string
}

/** Where a provider reports what became of a message: the address with its id, by which the report is joined. */
export const reportUrl = (callbackUrl: string, messageId: string): string => {
  const url = new URL(callbackUrl)
  url.searchParams.set('message', messageId)
  return url.href
}

/** The member of the query that names the message. */
export const MESSAGE_QUERY = 'message'
