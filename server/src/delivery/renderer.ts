/** What makes the messages of one channel: the terms that all channels share. The channels are in `render.ts`. */

import type { DryRunResult, ReasonCode, TransportKind } from '@carillon/contract'
import type { Outside } from '@carillon/template'
import type { StoredSigningKey } from '../campaigns/dkim-key.store.ts'
import type { FeedbackAddresses } from '../channels/email/verp.ts'
import type { RenderedMessage } from '../channels/rendered.ts'
import type { ShortLink } from '../channels/sms/short-links.ts'
import type { RenderData, RenderMoment } from '../content/email-content.ts'
import type { MailLinks } from '../content/mail-links.ts'
import type { ClaimedMessage } from '../messages/ledger.ts'
import type { TrackedMessage, Tracking } from '../tracking/tracking.ts'
import type { SendableVersion } from './versions.ts'

/** A message as a person is shown it in a dry run: the member of its channel is set. */
export type ShownMessage = Pick<DryRunResult['recipients'][number], 'email' | 'sms' | 'push'>
/** Nothing to show. */
export const NOTHING_SHOWN: ShownMessage = { email: null, sms: null, push: null }

/** Rendered content, or why it could not be rendered. */
export type Composition =
  | {
      readonly ok: true
      readonly shown: ShownMessage
      /** What the mirror page shows; null: nothing leads to one. */
      readonly mirror: string | null
      /** Makes what is handed over. */
      finish(facts: HandOverFacts): Finished
    }
  | { readonly ok: false; readonly problem: string; readonly reason: RenderReason }

/** Why content could not be rendered, in the words of the ledger. */
export type RenderReason = Extract<
  ReasonCode,
  'render_error' | 'lookup_missing' | 'sms_no_sender' | 'push_no_valid_token'
>

/**
 * Who gets a message, and with which data; `links`: a mail's own, which the data have already. `message` null: it is only
 * looked at, or a test, and nothing is followed.
 */
export interface Addressee {
  readonly address: string
  readonly data: RenderData
  readonly links: MailLinks | null
  readonly outside: Outside
  /** The address of this instance. */
  readonly publicUrl: string
  /** It is tried out, or goes to seeds: who gets copies of the real mail gets none of these. */
  readonly isTest?: boolean
  readonly message: TrackedMessage | null
}

/** What a hand-over adds to what was composed. */
export interface HandOverFacts {
  readonly message: Pick<
    ClaimedMessage,
    'messageId' | 'generation' | 'attempt' | 'kind' | 'expiresAt' | 'recipient'
  >
  readonly transportKind: TransportKind | undefined
  /** The DKIM keys of the sandbox. */
  readonly keys: readonly StoredSigningKey[]
  readonly addresses: FeedbackAddresses
  /** Short links that were made for the message before: it has them again. Left out: none. */
  readonly shortLinks?: readonly ShortLink[]
  readonly now: Date
}

/** A short link. `linkId`: of the campaign's link as which it is counted; null: it is not followed. */
export interface CountedShortLink extends ShortLink {
  readonly linkId: bigint | null
}

/** The message, and where it has to be signed first, how. A text says why it cannot be handed over. */
export type Finished =
  | {
      readonly rendered: RenderedMessage
      readonly sign?: (made: RenderedMessage) => Promise<RenderedMessage>
      /** The short links of its text, new ones and those it had before, which are kept before it goes. */
      readonly shortLinks?: readonly CountedShortLink[]
    }
  | { readonly problem: string }

/** Makes the messages of one channel. Throws the template's `RenderError` and nothing else. */
export type ChannelRenderer = (
  version: SendableVersion,
  to: Addressee,
  moment: RenderMoment & { readonly tracking: Tracking },
) => Composition

/** Content that cannot be rendered. */
export const BROKEN = { ok: false, reason: 'render_error' } as const
