/** The words of the email channel that its parts share. Knows neither MIME nor SMTP. */

import type { EmailParts } from './mime.ts'

/** An email ready to hand over: the envelope says who gets it, `raw` (RFC 5322, CRLF; 7-bit, where the addresses are) is not looked into again. */
export interface RenderedEmail {
  /** Id of the message in the ledger. */
  readonly messageId: string
  readonly envelope: {
    readonly from: string
    readonly to: string
    /** Who gets the same mail beside: a refusal of one of these changes nothing for the recipient. */
    readonly copies?: readonly string[]
  }
  readonly raw: Buffer
  /** What `raw` was made of, for providers that take no finished mail. */
  readonly parts?: EmailParts
}

/** An address with an optional display name. The address has passed `parseAddress`; the name may be any text. */
export interface Mailbox {
  readonly name?: string
  readonly address: string
}

/** Carries the ledger's message id in every mail, so that a sink can be audited against the ledger. */
export const MESSAGE_ID_HEADER = 'X-Carillon-Message-Id'

/** Carries the sandbox's name to the sandbox sink; set through `headers` by whoever sends to a sandbox transport. */
export const SANDBOX_HEADER = 'X-Carillon-Sandbox'
