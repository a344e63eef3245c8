/** Makes mails: content with the sender, copies and links of its configuration, as a MIME message, signed. */
import type { EmailConfiguration } from '../campaigns/configuration-settings.ts'
import { SIGNATURE_ROOM } from '../channels/email/dkim/sign.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { withHtmlParameters, withTextParameters } from '../channels/email/link-parameters.ts'
import { buildMime, type EmailParts } from '../channels/email/mime.ts'
import type { RenderedContent } from '../content/email-content.ts'
import { type MailLinks, movedLinks, withMailLinks } from '../content/mail-links.ts'
import type { RenderedSending } from '../content/sending.ts'
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

const toRenderedEmail = (
  { mail, sending, attachments, configuration }: Composed,
  options: {
    readonly messageId: string
    readonly now: Date
    readonly headers: Readonly<Record<string, string>>
    /** The envelope sender; left out: the sender of the mail. */
    readonly returnPath?: string
    /** Bytes to keep free in front, for signatures. */
    readonly headroom: number
  },
): RenderedEmail => {
  const { cc, bcc, replyTo, sender } = sending
  const { sandboxName } = configuration
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
    ...(replyTo === null ? {} : { replyTo }),
    ...(sender === null ? {} : { sender }),
    headers: {
      ...sending.headers,
      ...options.headers,
      ...(sandboxName === undefined ? {} : { 'X-Carillon-Sandbox': sandboxName }),
    },
  }
  const copies = cc.length + bcc.length === 0 ? {} : { copies: [...cc, ...bcc] }
  const envelope = { from: options.returnPath ?? mail.from, to: mail.to, ...copies }
  return { messageId: options.messageId, envelope, raw: buildMime(parts), parts }
}

// The mark that follows gives the next number: nobody else changes it while the message is claimed.
const feedbackParts = ({ links, configuration }: Composed, { message, addresses }: HandOverFacts) => {
  const { bounceDomain: domain } = configuration
  const { messageId, generation, attempt, kind } = message
  const mailto = domain === null ? null : addresses.unsubscribeAddress(messageId, domain)
  const headers = unsubscribeHeaders(links, { kind, configuration, mailto })
  if (domain === null) return { headers }
  return {
    headers,
    returnPath: addresses.verpAddress({ messageId, generation, attempt: attempt + 1 }, domain),
  }
}

const finish = (composed: Composed, facts: HandOverFacts): Finished => {
  const { message, now, transportKind } = facts
  const keys = signersOf(facts.keys, { from: composed.mail.from, kind: transportKind })
  if (typeof keys === 'string') return { problem: keys }
  const rendered = toRenderedEmail(composed, {
    messageId: message.messageId,
    now,
    ...feedbackParts(composed, facts),
    headroom: keys.length * SIGNATURE_ROOM,
  })
  return keys.length === 0 ? { rendered } : { rendered, sign: () => signed(rendered, keys, now) }
}

/** The renderer. */
export const renderEmail: ChannelRenderer = (version, to, moment) => {
  const { configuration, content, sending: compiled, attachments } = version
  if (configuration?.channel !== 'email' || content?.channel !== 'email')
    return { ...BROKEN, problem: version.problem }
  if (compiled === undefined) return { ...BROKEN, problem: version.sendingProblem }
  const outcome = compiled.render(to.data, moment)
  if (!outcome.ok) return { ...BROKEN, problem: outcome.problem }
  const { sending } = outcome
  const links = movedLinks(to.links, sending.linkHost)
  const data = links === to.links ? to.data : withMailLinks(to.data, links)
  const rendered = withParameters(content.render(data, moment), sending, links)
  const mail = { from: sending.from.address, to: to.address, ...rendered }
  const composed = { mail, configuration, sending, attachments, links }
  return { ok: true, shown: { ...NOTHING_SHOWN, email: mail }, finish: facts => finish(composed, facts) }
}
