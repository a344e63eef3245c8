/** Makes short messages: content with the sender of its configuration. */
import { linksTo, type Shortened, shortenLinks } from '../channels/sms/short-links.ts'
import type { RenderedSms } from '../channels/sms/sms.ts'
import { type CompiledSms, type SmsText, shownSms } from '../content/sms-content.ts'
import { isWebAddress } from '../lib/text-url.ts'
import {
  type Addressee,
  BROKEN,
  type ChannelRenderer,
  type Finished,
  type HandOverFacts,
  NOTHING_SHOWN,
} from './renderer.ts'
import { linkedText } from './sms-links.ts'
import type { SendableVersion } from './versions.ts'

// What a provider still tries when nobody wants it any more, such as a code, would only disturb.
const validityOf = ({ message: { expiresAt }, now }: HandOverFacts): { readonly validitySeconds?: number } =>
  expiresAt === null
    ? {}
    : { validitySeconds: Math.max(1, Math.ceil((expiresAt.getTime() - now.getTime()) / 1_000)) }

interface Sms extends SmsText {
  readonly from: string
  readonly to: string
}

/** A text with its short links, each with the link of the campaign as which it is counted; null: it is not. */
interface Linked extends Shortened {
  readonly linkIds: readonly (bigint | null)[]
}

const finish = (sms: Sms, { withCodes, urls, linkIds }: Linked, facts: HandOverFacts): Finished => {
  const links = linksTo(urls, facts.shortLinks ?? [])
  const rendered = toRenderedSms(sms, withCodes(links.map(link => link.code)), facts)
  return { rendered, shortLinks: links.map((link, index) => ({ ...link, linkId: linkIds[index] ?? null })) }
}

const toRenderedSms = (sms: Sms, text: string, facts: HandOverFacts): RenderedSms => {
  const { messageId, generation, attempt } = facts.message
  const { from, to, messageType, title, mediaUri } = sms
  return {
    channel: 'sms',
    messageId,
    reference: `${messageId}.${generation}.${attempt + 1}`,
    ...{ to, from, text },
    ...(messageType === 'mms' && mediaUri !== null ? { media: { url: mediaUri, title: title ?? '' } } : {}),
    ...validityOf(facts),
  }
}

const asItIs = (text: string): Shortened => ({
  ...{ shown: text, urls: [], places: [] },
  withCodes: () => text,
})

interface Linking {
  readonly links: CompiledSms['links']
  readonly version: SendableVersion
  readonly to: Addressee
  /** What short links begin with; null: they stay long. */
  readonly base: string | null
}

const withShortLinks = (given: string, { links: book, version, to, base }: Linking): Linked => {
  const linked = book === null ? undefined : linkedText(given, book)
  const text = linked?.text ?? given
  const shortened = base === null ? asItIs(text) : shortenLinks(text, base)
  const isFollowed = to.message !== null && version.properties.tracking.clicks
  if (!isFollowed || book === null || linked === undefined) return { ...shortened, linkIds: [] }
  const known = shortened.urls.map((url, index) => linked.linkAt(shortened.places[index] ?? -1, url))
  for (const link of known) book.follow(link)
  return { ...shortened, linkIds: known.map(link => link.linkId) }
}

/** The renderer. */
export const renderSms: ChannelRenderer = (version, to, moment) => {
  const { address, data, publicUrl } = to
  const { configuration, content } = version
  if (configuration?.channel !== 'sms' || content?.channel !== 'sms')
    return { ...BROKEN, problem: version.problem }
  const rendered = content.render(data, moment)
  const { text, messageType, mediaUri } = rendered
  if (text === '' && mediaUri === null) return { ...BROKEN, problem: 'the text came out empty' }
  if (messageType === 'mms' && !isWebAddress(mediaUri ?? ''))
    return { ...BROKEN, problem: `the address of the media came out as "${mediaUri}", which is none` }
  if (configuration.sender === '')
    return { ok: false, reason: 'sms_no_sender', problem: 'the channel configuration has no sender' }
  const base = configuration.linkHost === null ? publicUrl : `https://${configuration.linkHost}`
  const linked = withShortLinks(text, {
    ...{ links: content.links, version, to },
    base: configuration.shortenLinks ? base : null,
  })
  const sms = { from: configuration.sender, to: address, ...rendered }
  return {
    ok: true,
    // Only a dry run asks: nobody else pays for its segments.
    get shown() {
      return { ...NOTHING_SHOWN, sms: { ...sms, ...shownSms({ ...rendered, text: linked.shown }) } }
    },
    mirror: null,
    finish: facts => finish(sms, linked, facts),
  }
}
