/** From a planned message to the bytes that are handed over; preview, dry run, test and send all come through here. */

import type { ReasonCode } from '@carillon/contract'
import { type Outside, RenderError } from '@carillon/template'
import type { EmailConfiguration } from '../campaigns/configuration.store.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { withHtmlParameters, withTextParameters } from '../channels/email/link-parameters.ts'
import { buildMime, type EmailParts } from '../channels/email/mime.ts'
import type { RenderData, RenderedContent, RenderMoment } from '../content/email-content.ts'
import { type MailLinks, movedLinks, withMailLinks } from '../content/mail-links.ts'
import { copiesBeside, type RenderedSending, withoutCopies } from '../content/sending.ts'
import type { Clock } from '../lib/clock.ts'
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
      readonly sending: RenderedSending
      readonly version: SendableVersion
      /** The mail's own links, where it has some. */
      readonly links: MailLinks | null
    }
  | { readonly ok: false; readonly problem: string; readonly reason: RenderReason }

/** Why content could not be rendered, in the words of the ledger. */
export type RenderReason = Extract<ReasonCode, 'render_error' | 'lookup_missing'>

/** What every render needs beside its data. */
export type RenderTools = Pick<RenderMoment, 'random'> & { readonly clock: Clock }

/** Who gets a mail, and with which data; `links`: the mail's own, which the data have already. */
export interface Addressee {
  readonly address: string
  readonly data: RenderData
  readonly links: MailLinks | null
  readonly outside: Outside
  /** It is tried out, or goes to seeds: who gets copies of the real mail gets none of these. */
  readonly isTest?: boolean
}

const BROKEN = { ok: false, reason: 'render_error' } as const

const withParameters = (
  content: RenderedContent,
  { urlParameters: parameters }: RenderedSending,
  links: MailLinks | null,
): RenderedContent => {
  if (parameters.length === 0) return content
  const skip = links === null ? [] : [links.unsubscribeUrl, links.preferencesUrl]
  return {
    subject: content.subject,
    html: withHtmlParameters(content.html, { parameters, skip }),
    text: withTextParameters(content.text, { parameters, skip }),
  }
}

const composeWhole = (version: SendableVersion, to: Addressee, moment: RenderMoment): Composition => {
  const { configuration, email, sending: compiled } = version
  if (configuration === undefined) return { ...BROKEN, problem: 'the channel configuration does not exist' }
  if (email === undefined) return { ...BROKEN, problem: version.problem }
  if (compiled === undefined) return { ...BROKEN, problem: version.sendingProblem }
  const outcome = compiled.render(to.data, moment)
  if (!outcome.ok) return { ...BROKEN, problem: outcome.problem }
  const sending =
    to.isTest === true ? withoutCopies(outcome.sending) : copiesBeside(outcome.sending, to.address)
  const links = movedLinks(to.links, sending.linkHost)
  const data = links === to.links ? to.data : withMailLinks(to.data, links)
  const content = withParameters(email.render(data, moment), sending, links)
  const mail = { from: sending.from.address, to: to.address, ...content }
  return { ok: true, configuration, sending, version, links, mail }
}

/** Renders the content of a version for one person. A template that fails is a value, not an exception. */
export const compose = (
  version: SendableVersion,
  to: Addressee,
  { clock, random }: RenderTools,
): Composition => {
  const { outside } = to
  const moment = { nowMs: clock.now().getTime(), monotonicMs: clock.monotonicMs, random, outside }
  try {
    return composeWhole(version, to, moment)
  } catch (error) {
    const problem = (error as Error).message
    // The author asked for a row: a person without one is left out on purpose, nothing is broken.
    const isLeftOut = error instanceof RenderError && error.code === 'lookup_missing'
    return isLeftOut ? { ok: false, reason: 'lookup_missing', problem } : { ...BROKEN, problem }
  }
}

/** An exclusion is on purpose, a failure is not. */
export const stateOfReason = (reason: RenderReason): 'excluded' | 'failed' =>
  reason === 'lookup_missing' ? 'excluded' : 'failed'

const NOTHING = Buffer.alloc(0)

/** Builds the MIME message of composed content; one with files is finished when it is handed over. */
export const toRenderedEmail = (
  composed: Extract<Composition, { ok: true }>,
  options: {
    readonly messageId: string
    readonly now: Date
    readonly sandboxName: string | undefined
    readonly headers: Readonly<Record<string, string>>
    /** The envelope sender; left out: the sender of the mail. */
    readonly returnPath?: string
    readonly feedbackKey?: string
    /** Bytes to keep free in front, for signatures. */
    readonly headroom: number
  },
): RenderedEmail => {
  const { mail, sending, version } = composed
  const { cc, bcc, replyTo, sender } = sending
  const parts: EmailParts = {
    messageId: options.messageId,
    headroom: options.headroom,
    date: options.now,
    fromName: sending.from.name ?? '',
    fromAddress: mail.from,
    to: { address: mail.to },
    cc,
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    attachments: version.attachments,
    domainForMessageId: mail.from.slice(mail.from.lastIndexOf('@') + 1),
    ...(replyTo === null ? {} : { replyTo }),
    ...(sender === null ? {} : { sender }),
    headers: {
      ...sending.headers,
      ...options.headers,
      ...(options.sandboxName === undefined ? {} : { 'X-Carillon-Sandbox': options.sandboxName }),
    },
  }
  const copies = cc.length + bcc.length === 0 ? {} : { copies: [...cc, ...bcc] }
  const envelope = { from: options.returnPath ?? mail.from, to: mail.to, ...copies }
  const key = options.feedbackKey === undefined ? {} : { feedbackKey: options.feedbackKey }
  return built({ messageId: options.messageId, ...key, envelope, parts })
}

const built = (email: Omit<RenderedEmail, 'raw'> & { readonly parts: EmailParts }): RenderedEmail => {
  const { parts } = email
  if (parts.attachments === undefined || parts.attachments.length === 0)
    return { ...email, raw: buildMime(parts) }
  return { ...email, raw: NOTHING, finish: async () => ({ ...email, raw: buildMime(parts) }) }
}

/** The mail, not signed yet, without the copies that must not go; built anew only where there are such. */
export const withoutSomeCopies = (
  email: RenderedEmail,
  mayGo: (address: string) => boolean,
): RenderedEmail => {
  const { parts, envelope, raw: _raw, finish: _finish, ...rest } = email
  const { copies = [], ...own } = envelope
  if (parts === undefined || copies.every(mayGo)) return email
  const left = copies.filter(mayGo)
  return built({
    ...rest,
    envelope: { ...own, ...(left.length === 0 ? {} : { copies: left }) },
    parts: { ...parts, cc: (parts.cc ?? []).filter(mayGo) },
  })
}
