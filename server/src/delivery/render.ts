/** From a planned message to the bytes that are handed over; preview, dry run, test and send all come through here. */

import type { ReasonCode } from '@carillon/contract'
import { type Outside, RenderError } from '@carillon/template'
import type { EmailConfiguration } from '../campaigns/configuration.store.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { buildMime } from '../channels/email/mime.ts'
import type { CompiledEmail, RenderData, RenderedContent, RenderMoment } from '../content/email-content.ts'
import { type MailLinks, withMirrorUrl } from '../content/mail-links.ts'
import type { Clock } from '../lib/clock.ts'
import { trackMail } from '../tracking/track-mail.ts'
import type { TrackedMessage, Tracking } from '../tracking/tracking.ts'
import type { SendableVersion } from './versions.ts'

/** Content with the sender it gets. */
export interface Composed {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly html: string
  readonly text: string
}

/** Rendered content, or why it could not be rendered. */
export type Composition =
  | {
      readonly ok: true
      readonly mail: Composed
      readonly configuration: EmailConfiguration
      /** What the mirror page shows; null: nothing leads to one. */
      readonly mirror: string | null
    }
  | { readonly ok: false; readonly problem: string; readonly reason: RenderReason }

/** Why content could not be rendered, in the words of the ledger. */
export type RenderReason = Extract<ReasonCode, 'render_error' | 'lookup_missing'>

/** What every render needs beside its data. */
export type RenderTools = Pick<RenderMoment, 'random'> & {
  readonly clock: Clock
  readonly tracking: Tracking
}

/** Who gets a mail, and with which data. `message` null: it is only looked at, or a test, and nothing is followed. */
export interface Addressee {
  readonly address: string
  readonly data: RenderData
  readonly outside: Outside
  /** The mail's own links, which the data have already. */
  readonly links: MailLinks | null
  readonly message: TrackedMessage | null
}

const withLinks = (
  version: SendableVersion & { readonly email: CompiledEmail },
  to: Addressee,
  { tracking, moment }: { readonly tracking: Tracking; readonly moment: RenderMoment },
): RenderedContent & { readonly mirror: string | null } => {
  const { email, properties } = version
  const { message, links } = to
  const mirrorUrl =
    message === null || !email.usesMirror ? tracking.exampleMirrorUrl : tracking.mirrorUrl(message)
  const content = email.render(email.usesMirror ? withMirrorUrl(to.data, mirrorUrl) : to.data, moment)
  const keeps = email.usesMirror && message !== null
  if (email.links === null) return { ...content, mirror: keeps ? content.html : null }
  const own = [mirrorUrl, ...(links === null ? [] : [links.unsubscribeUrl, links.preferencesUrl])]
  const tracked = trackMail(content, {
    book: email.links,
    mirrorUrl,
    tracking: message && {
      ...message,
      ...properties.tracking,
      sign: tracking.sign,
      linkBase: tracking.linkBase,
      own,
    },
  })
  return { ...content, ...tracked, mirror: keeps ? tracked.mirror : null }
}

/** Renders the content of a version for one person. A template that fails is a value, not an exception. */
export const compose = (
  version: SendableVersion,
  to: Addressee,
  { clock, random, tracking }: RenderTools,
): Composition => {
  const { configuration, email } = version
  const broken = { ok: false, reason: 'render_error' } as const
  if (configuration === undefined) return { ...broken, problem: 'the channel configuration does not exist' }
  if (email === undefined) return { ...broken, problem: version.problem }
  const { outside } = to
  const moment = { nowMs: clock.now().getTime(), monotonicMs: clock.monotonicMs, random, outside }
  try {
    const { mirror, ...content } = withLinks({ ...version, email }, to, { tracking, moment })
    const mail = { from: configuration.fromAddress, to: to.address, ...content }
    return { ok: true, configuration, mail, mirror }
  } catch (error) {
    const problem = (error as Error).message
    // The author asked for a row: a person without one is left out on purpose, nothing is broken.
    const isLeftOut = error instanceof RenderError && error.code === 'lookup_missing'
    return isLeftOut ? { ok: false, reason: 'lookup_missing', problem } : { ...broken, problem }
  }
}

/** An exclusion is on purpose, a failure is not. */
export const stateOfReason = (reason: RenderReason): 'excluded' | 'failed' =>
  reason === 'lookup_missing' ? 'excluded' : 'failed'

/** Builds the MIME message of composed content. */
export const toRenderedEmail = (
  composed: Extract<Composition, { ok: true }>,
  options: {
    readonly messageId: string
    readonly now: Date
    readonly sandboxName: string | undefined
    readonly headers: Readonly<Record<string, string>>
    /** The envelope sender; left out: the sender of the mail. */
    readonly returnPath?: string
    /** Bytes to keep free in front, for signatures. */
    readonly headroom: number
  },
): RenderedEmail => {
  const { mail, configuration } = composed
  const raw = buildMime({
    messageId: options.messageId,
    headroom: options.headroom,
    date: options.now,
    fromName: configuration.fromName,
    fromAddress: mail.from,
    to: { address: mail.to },
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    domainForMessageId: mail.from.slice(mail.from.lastIndexOf('@') + 1),
    ...(configuration.replyTo === null ? {} : { replyTo: { address: configuration.replyTo } }),
    headers: {
      ...options.headers,
      ...(options.sandboxName === undefined ? {} : { 'X-Carillon-Sandbox': options.sandboxName }),
    },
  })
  const from = options.returnPath ?? mail.from
  return { messageId: options.messageId, envelope: { from, to: mail.to }, raw }
}
