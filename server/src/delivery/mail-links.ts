/** Which links a mail carries, in its content and in its header (RFC 2369, RFC 8058). Pure. */
import type { EmailConfiguration } from '../campaigns/configuration-settings.ts'
import type { ConsentLinks } from '../consent/links.ts'
import type { MailLinks } from '../content/mail-links.ts'
import type { ExecutionKind } from '../messages/execution-id.ts'
import type { StoredRecipient } from '../messages/ledger.ts'
import { isMarketing } from './check.ts'
import type { SendableVersion } from './versions.ts'

/** A mail on its way. `messageId` null: it is only looked at. */
export interface LinkedMail {
  readonly messageId: string | null
  readonly kind: ExecutionKind
  readonly version: SendableVersion
  readonly recipient: Pick<StoredRecipient, 'profileId'>
  readonly address: string
  readonly now: Date
}

/**
 * The links of a mail: of marketing to a person whom we know. Tests and dry runs show examples; everything else, and a
 * person without a profile, whose choice nobody could keep, has none.
 */
export const mailLinksOf = (links: ConsentLinks, mail: LinkedMail): MailLinks | null => {
  const { version, kind, recipient, messageId, address, now } = mail
  // Who gets a short message answers it.
  if (version.properties.channel !== 'email') return null
  if (version.properties.category === 'marketing' && kind === 'test') return links.example()
  if (!isMarketing(mail)) return null
  if (messageId === null) return links.example()
  const { profileId } = recipient
  if (profileId === undefined) return null
  const { sandboxId, campaignId, configuration } = version
  const level = configuration?.channel === 'email' ? configuration.unsubscribeLevel : 'channel'
  const link = { sandboxId, profileId, address, level, messageId, campaignId }
  return { unsubscribeUrl: links.unsubscribe(link, now), preferencesUrl: links.preferences(link, now) }
}

/**
 * The header fields of a mail with links: none for examples, nor where the configuration says so. `mailto`: the address
 * that takes the person off the list by mail; null: there is none.
 */
export const unsubscribeHeaders = (
  links: MailLinks | null,
  mail: {
    readonly kind: ExecutionKind
    readonly configuration: Pick<EmailConfiguration, 'listUnsubscribe'>
    readonly mailto: string | null
  },
): Readonly<Record<string, string>> =>
  links === null || mail.kind === 'test' || !mail.configuration.listUnsubscribe
    ? {}
    : {
        'List-Unsubscribe': [
          `<${links.unsubscribeUrl}>`,
          ...(mail.mailto === null ? [] : [`<mailto:${mail.mailto}?subject=unsubscribe>`]),
        ].join(', '),
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }
