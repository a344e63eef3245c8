/** Makes short messages: content with the sender of its configuration. */
import type { RenderedSms } from '../channels/sms/sms.ts'
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

const toRenderedSms = (sms: NonNullable<ShownMessage['sms']>, facts: HandOverFacts): RenderedSms => {
  const { messageId, generation, attempt } = facts.message
  const { from, to, text, messageType, title, mediaUri } = sms
  return {
    channel: 'sms',
    messageId,
    reference: `${messageId}.${generation}.${attempt + 1}`,
    ...{ to, from, text },
    ...(messageType === 'mms' && mediaUri !== null ? { media: { url: mediaUri, title: title ?? '' } } : {}),
    ...validityOf(facts),
  }
}

const isWebAddress = (text: string): boolean => URL.canParse(text) && /^https?:\/\//i.test(text)

/** The renderer. */
export const renderSms: ChannelRenderer = (version, { address, data }, moment) => {
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
  const sms = { from: configuration.sender, to: address, ...rendered }
  return {
    ok: true,
    shown: { ...NOTHING_SHOWN, sms },
    finish: facts => ({ rendered: toRenderedSms(sms, facts) }),
  }
}
