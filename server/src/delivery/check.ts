/** What a check about a person is asked, and what it may say. The checks and their order are in `checks.ts`. */
import type { CampaignProperties, ReasonCode } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import type { ExecutionKind } from '../messages/execution-id.ts'
import type { StoredRecipient } from '../messages/ledger.ts'
import type { Known } from './known.ts'
import type { Attributes } from './plan.ts'
import type { SendableVersion } from './versions.ts'

/** A message whose address is known, on its way to a channel. */
export interface Asked {
  /** Left out in a dry run: there is no message yet. */
  readonly messageId?: string
  readonly sandboxId: string
  readonly kind: ExecutionKind
  readonly version: SendableVersion
  readonly recipient: StoredRecipient
  /** The stored profile under what the call said; of an external person only the latter. */
  readonly attributes: Attributes
  /** Where it goes: an address of the channel as it will be used, such as a number in E.164. */
  readonly address: string
  /** On the sandbox's time. */
  readonly expiresAt: Date | null
  /** The sandbox's time, which a test may have moved. */
  readonly now: Date
  /** How far that time is ahead of the machine's, on which uses are stored; left out: not at all. */
  readonly aheadMs?: number
}

/**
 * Against sending now: left out for good, or due again later (on the sandbox's time). `detail` says for a person what the
 * reason alone does not, such as the name of a rule.
 */
export type Objection =
  | { readonly kind: 'excluded'; readonly reason: ReasonCode; readonly detail?: string }
  | { readonly kind: 'wait'; readonly reason: 'quiet_hours_wait'; readonly until: Date }

/**
 * One check. `load` reads for all who are asked, in one go; what it answers judges each of them. `known` is what several
 * checks ask, read once. A check that does not concern a message (its category, kind or channel) has no objection.
 */
export interface Check {
  readonly name: string
  readonly load: (
    db: Db,
    asked: readonly Asked[],
    known: Promise<Known>,
  ) => Promise<(one: Asked) => Objection | undefined>
}

/** Whether a message is a mail: the suppression list and the allowed list are of email addresses. */
export const isEmail = ({ version }: Pick<Asked, 'version'>): boolean =>
  version.properties.channel === 'email'

/** Whether rules for marketing concern a message; tests of a draft and high-throughput messages are no marketing. */
export const isMarketing = ({
  version,
  kind,
}: Pick<Asked, 'kind'> & {
  readonly version: { readonly properties: Pick<CampaignProperties, 'category'> }
}): boolean => version.properties.category === 'marketing' && kind !== 'test' && kind !== 'highthroughput'
