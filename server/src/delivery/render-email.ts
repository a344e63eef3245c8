/** Makes mails: content with the sender, copies and links of its configuration, as a MIME message, signed. */
import type { EmailConfiguration } from '../campaigns/configuration-settings.ts'
import { SIGNATURE_ROOM } from '../channels/email/dkim/sign.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { withHtmlParameters, withTextParameters } from '../channels/email/link-parameters.ts'
import { buildMime, type EmailParts } from '../channels/email/mime.ts'
import { type AttemptKey, feedbackKeyOf } from '../channels/email/verp.ts'
import type { CompiledEmail, RenderData, RenderedContent, RenderMoment } from '../content/email-content.ts'
import { type MailLinks, movedLinks, movedUrl, withMailLinks, withMirrorUrl } from '../content/mail-links.ts'
import { copiesBeside, type RenderedSending, withoutCopies } from '../content/sending.ts'
import { trackMail, withOpenPixel } from '../tracking/track-mail.ts'
import type { TrackedMessage, Tracking } from '../tracking/tracking.ts'
import { unsubscribeHeaders } from './mail-links.ts'
import {
  BROKEN,
  type ChannelRenderer,
  type Finished,
  type HandOverFacts,
  NOTHING_SHOWN,
  type ShownMessage,
} from './renderer.ts'
import { signed, signersOf } from './sign.ts'
import type { SendableVersion } from './versions.ts'

interface Composed {
  readonly mail: NonNullable<ShownMessage['email']>
  readonly configuration: EmailConfiguration
  readonly sending: RenderedSending
  readonly attachments: SendableVersion['attachments']
  /** The mail's own links, where it has some. */
  readonly links: MailLinks | null
}

const withParameters = (
  content: RenderedContent,
  { urlParameters: parameters }: RenderedSending,
  skip: readonly string[],
): RenderedContent => {
  if (parameters.length === 0) return content
  return {
    subject: content.subject,
    html: withHtmlParameters(content.html, { parameters, skip }),
    text: withTextParameters(content.text, { parameters, skip }),
  }
}

/** A mail on its way from data to links. */
interface Composing {
  readonly email: CompiledEmail
  readonly version: SendableVersion
  readonly sending: RenderedSending
  readonly data: RenderData
  readonly links: MailLinks | null
  readonly message: TrackedMessage | null
  readonly moment: RenderMoment & { readonly tracking: Tracking }
}

const mirrorUrlOf = ({ email, message, sending, moment: { tracking } }: Composing): string =>
  movedUrl(
    message === null || !email.usesMirror ? tracking.exampleMirrorUrl : tracking.mirrorUrl(message),
    sending.linkHost,
  )

// Parameters are part of where a link leads, so they come before it is followed.
const contentOf = (mail: Composing): RenderedContent & { readonly mirror: string | null } => {
  const { email, version, sending, links, message, moment } = mail
  const mirrorUrl = mirrorUrlOf(mail)
  const own = [mirrorUrl, ...(links === null ? [] : [links.unsubscribeUrl, links.preferencesUrl])]
  const data = email.usesMirror ? withMirrorUrl(mail.data, mirrorUrl) : mail.data
  const content = withParameters(email.render(data, moment), sending, own)
  const keeps = email.usesMirror && message !== null
  const { sign, linkBase: base } = moment.tracking
  const linkBase = movedUrl(base, sending.linkHost)
  const { opens, clicks } = version.properties.tracking
  const { subject, text } = content
  const followed = message && {
    ...{ messageId: message.messageId, sentAt: message.sentAt, opens, clicks, sign, linkBase, own },
  }
  if (email.links === null) {
    const html = followed?.opens === true ? withOpenPixel(content.html, followed) : content.html
    return { subject, html, text, mirror: keeps ? content.html : null }
  }
  const tracked = trackMail(content, { book: email.links, mirrorUrl, tracking: followed })
  return { subject, html: tracked.html, text: tracked.text, mirror: keeps ? tracked.mirror : null }
}

const NOTHING = Buffer.alloc(0)
const NO_HEADER: Readonly<Record<string, string>> = {}

const sandboxHeader = (name: string | undefined): Readonly<Record<string, string>> =>
  name === undefined ? NO_HEADER : { 'X-Carillon-Sandbox': name }

/** How a mail is answered to. `returnPath` null: to its sender. */
interface Feedback {
  readonly headers: Readonly<Record<string, string>>
  readonly feedbackKey: string
  readonly returnPath: string | null
}

// A mail with files is finished when it is handed over.
const toRenderedEmail = (
  { mail, sending, attachments, configuration }: Composed,
  options: {
    readonly messageId: string
    readonly now: Date
    readonly feedback: Feedback
    /** Bytes to keep free in front, for signatures. */
    readonly headroom: number
  },
): RenderedEmail => {
  const { cc, bcc, replyTo, sender } = sending
  const { sandboxName } = configuration
  const { feedback } = options
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
    attachments,
    domainForMessageId: mail.from.slice(mail.from.lastIndexOf('@') + 1),
    replyTo,
    sender,
    headers: Object.assign({}, sending.headers, feedback.headers, sandboxHeader(sandboxName)),
  }
  const ends = { from: feedback.returnPath ?? mail.from, to: mail.to }
  const envelope = cc.length + bcc.length === 0 ? ends : { ...ends, copies: [...cc, ...bcc] }
  return built({ messageId: options.messageId, feedbackKey: feedback.feedbackKey, envelope, parts })
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

// The mark that follows gives the next number: nobody else changes it while the message is claimed.
const feedbackOf = (
  { links, configuration, sending }: Composed,
  { message, addresses }: HandOverFacts,
): Feedback => {
  const { bounceDomain: domain } = configuration
  const { messageId, generation, attempt, kind } = message
  const mailto = domain === null ? null : addresses.unsubscribeAddress(messageId, domain)
  const headers = unsubscribeHeaders(links, { kind, configuration, mailto })
  const hasCopies = sending.cc.length + sending.bcc.length > 0 ? ({ hasCopies: true } as const) : {}
  const of: AttemptKey = { messageId, generation, attempt: attempt + 1, ...hasCopies }
  const feedbackKey = feedbackKeyOf(of)
  return { headers, feedbackKey, returnPath: domain === null ? null : addresses.verpAddress(of, domain) }
}

const finish = (composed: Composed, facts: HandOverFacts): Finished => {
  const { message, now, transportKind } = facts
  const keys = signersOf(facts.keys, { from: composed.mail.from, kind: transportKind })
  if (typeof keys === 'string') return { problem: keys }
  const rendered = toRenderedEmail(composed, {
    messageId: message.messageId,
    now,
    feedback: feedbackOf(composed, facts),
    headroom: keys.length * SIGNATURE_ROOM,
  })
  if (keys.length === 0) return { rendered }
  return { rendered, sign: async made => ('envelope' in made ? signed(made, keys, now) : made) }
}

/** The renderer. */
export const renderEmail: ChannelRenderer = (version, to, moment) => {
  const { configuration, content, sending: compiled, attachments } = version
  if (configuration?.channel !== 'email' || content?.channel !== 'email')
    return { ...BROKEN, problem: version.problem }
  if (compiled === undefined) return { ...BROKEN, problem: version.sendingProblem }
  const outcome = compiled.render(to.data, moment)
  if (!outcome.ok) return { ...BROKEN, problem: outcome.problem }
  const sending = to.isTest ? withoutCopies(outcome.sending) : copiesBeside(outcome.sending, to.address)
  const links = movedLinks(to.links, sending.linkHost)
  const data = links === to.links ? to.data : withMailLinks(to.data, links)
  const { message } = to
  const made = contentOf({ email: content, version, sending, data, links, message, moment })
  const { subject, html, text, mirror } = made
  const mail = { from: sending.from.address, to: to.address, subject, html, text }
  const composed = { mail, configuration, sending, attachments, links }
  const shown = { ...NOTHING_SHOWN, email: mail }
  return { ok: true, shown, mirror, finish: facts => finish(composed, facts) }
}
