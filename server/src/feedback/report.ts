/** What a mail that came back says, as the rest of feedback knows it: words only, not yet joined to any message. */
import type { BounceCode } from '../channels/email/codes.ts'

/** What a report says became of a recipient (RFC 3464 §2.3.3); `challenged`: somebody asks the sender to prove himself. */
export type ReportedAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded' | 'challenged'

/** What a report says of one recipient. `addresses`: what it was called, as far as the report tells. */
export interface ReportedRecipient {
  readonly addresses: readonly string[]
  readonly action: ReportedAction
  readonly status: string | null
  readonly diagnostic: string
  readonly remoteMta: string | null
  /** AJO's reason; null where nothing went wrong. */
  readonly code: BounceCode | null
}

/** Signs of the mail that is spoken of, as they stand there: addresses that may be ours, and ids from its header. */
export interface OriginalMarks {
  readonly addresses: readonly string[]
  readonly messageIds: readonly string[]
}

/** A report of a feedback loop (RFC 5965), by what it means: somebody complains, wants no more, or says it is no spam. */
export type LoopVerdict = 'complaint' | 'unsubscribe' | 'not_spam'

/** A mail, classified. */
export type FeedbackMail =
  | { readonly kind: 'delivery'; readonly recipients: readonly ReportedRecipient[] }
  | {
      readonly kind: 'loop'
      readonly verdict: LoopVerdict
      readonly type: string
      /** Whom the report names; empty: the provider took it out. */
      readonly addresses: readonly string[]
      readonly arrivedAt: Date | null
      readonly original: OriginalMarks
    }
  /** Nothing follows: an automatic reply (AJO's 60), a receipt, a report that means nothing here, or any other mail. */
  | {
      readonly kind: 'ignored'
      readonly why: 'auto_reply' | 'receipt' | 'other_report' | 'other' | 'unreadable'
    }
