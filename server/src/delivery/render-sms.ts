/** Makes short messages: content with the sender of its configuration. */
import { linksTo, type Shortened, shortenLinks } from '../channels/sms/short-links.ts'
import type { RenderedSms } from '../channels/sms/sms.ts'
import { shownSms } from '../content/sms-content.ts'
import { isWebAddress } from '../lib/text-url.ts'
import {
  BROKEN,
  type ChannelRenderer,
  type HandOverFacts,
  NOTHING_SHOWN,
  type ShownMessage,
} from './renderer.ts'

// What a provider still tries when nobody wants it any more, such as a code, would only disturb.
const validityOf = ({ message: { expiresAt }, now }: HandOverFacts): { readonly validitySeconds?: number } =>
  expiresAt === null
    ? {}
    : { validitySeconds: Math.max(1, Math.ceil((expiresAt.getTime() - now.getTime()) / 1_000)) }

type Sms = NonNullable<ShownMessage['sms']>

const toRenderedSms = (sms: Sms, { withCodes, urls }: Shortened, facts: HandOverFacts): RenderedSms => {
  const { messageId, generation, attempt } = facts.message
  const { from, to, messageType, title, mediaUri } = sms
  const links = linksTo(urls, facts.shortLinks ?? [])
  return {
    channel: 'sms',
    messageId,
    reference: `${messageId}.${generation}.${attempt + 1}`,
    ...{ to, from, text: withCodes(links.map(link => link.code)) },
    ...(messageType === 'mms' && mediaUri !== null ? { media: { url: mediaUri, title: title ?? '' } } : {}),
    ...validityOf(facts),
    ...(links.length === 0 ? {} : { links }),
  }
}

const asItIs = (text: string): Shortened => ({ shown: text, urls: [], withCodes: () => text })

/** The renderer. */
export const renderSms: ChannelRenderer = (version, { address, data, publicUrl }, moment) => {
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
  const shortened = configuration.shortenLinks ? shortenLinks(text, base) : asItIs(text)
  const shown = shownSms({ ...rendered, text: shortened.shown })
  const sms = { from: configuration.sender, to: address, ...shown }
  return {
    ok: true,
    shown: { ...NOTHING_SHOWN, sms },
    mirror: null,
    finish: facts => ({ rendered: toRenderedSms(sms, shortened, facts) }),
  }
}
