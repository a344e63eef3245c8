/** A short message's content compiled: its text, and of an MMS the title and where the media are. */
import { type Finding, MAX_MMS_TEXT, type RenderedSmsContent, type SmsContent } from '@carillon/contract'
import { type CompiledTemplate, compileTemplate, measureSms } from '@carillon/template'
import { createLinkBook, type LinkBook } from '../tracking/link-book.ts'
import type { ContentSurroundings, RenderData, RenderMoment } from './email-content.ts'
import { placelessFinding, toFinding } from './findings.ts'

/** Content that is final, and not measured. */
export type SmsText = Omit<RenderedSmsContent, 'coding' | 'segments'>

/** Content that renders. One instance is used for many renders at a time. */
export interface CompiledSms {
  readonly channel: 'sms'
  /** Throws the template's `RenderError` and nothing else. */
  render(data: RenderData, moment: RenderMoment): SmsText
  readonly variables: CompiledTemplate['variables']
  /** The links, which are marked in the text that is rendered; null: nothing is marked. */
  readonly links: LinkBook | null
}

type SmsResult =
  | { readonly ok: true; readonly content: CompiledSms; readonly findings: Finding[] }
  | { readonly ok: false; readonly findings: Finding[] }

/** What a text comes to, as it would go out. */
export const shownSms = (message: SmsText): RenderedSmsContent => {
  const { coding, segments } = measureSms(message.text)
  return { ...message, coding, segments: message.messageType === 'mms' ? 1 : segments }
}

/** Compiles content once for all its sends. */
export const compileSmsContent = (content: SmsContent, surroundings: ContentSurroundings): SmsResult => {
  const isMms = content.messageType === 'mms'
  const compile = (source: string) => compileTemplate(source, { target: 'text', ...surroundings })
  const book = surroundings.withLinks === true ? createLinkBook() : null
  const text = compile(book === null ? content.text : book.markText(content.text))
  const title = compile(isMms ? (content.title ?? '') : '')
  const media = compile(isMms ? (content.mediaUri ?? '') : '')
  const findings = [
    ...text.diagnostics.map(toFinding('/content/text')),
    ...title.diagnostics.map(toFinding('/content/title')),
    ...media.diagnostics.map(toFinding('/content/mediaUri')),
  ]
  if (!text.ok || !title.ok || !media.ok) return { ok: false, findings }
  const [texts, titles, medias] = [text.template, title.template, media.template]
  const { messageType } = content
  return {
    ok: true,
    findings,
    content: {
      channel: 'sms',
      links: book,
      variables: [...texts.variables, ...titles.variables, ...medias.variables],
      render: (data, moment) => ({
        messageType,
        text: texts.render(data, moment).trim(),
        title: isMms ? titles.render(data, moment).trim() : null,
        mediaUri: isMms ? medias.render(data, moment).trim() : null,
      }),
    },
  }
}

/** The templates of a short message's content. */
export const templatesOfSms = ({ text, title, mediaUri }: SmsContent): readonly string[] => [
  text,
  title ?? '',
  mediaUri ?? '',
]

const finding = (pointer: string, code: string, message: string): Finding =>
  placelessFinding(pointer, { code, message })

/** What a short message needs before anybody can get it. */
export const missingFromSms = ({ text, messageType, mediaUri }: SmsContent): Finding[] => {
  const isMms = messageType === 'mms'
  const hasMedia = isMms && (mediaUri ?? '').trim() !== ''
  return [
    ...(text.trim() === '' && !hasMedia
      ? [finding('/content/text', 'content_empty', 'Give the message a text.')]
      : []),
    ...(isMms && !hasMedia
      ? [finding('/content/mediaUri', 'media_missing', 'An MMS needs the address of its media.')]
      : []),
    ...(isMms && text.length > MAX_MMS_TEXT
      ? [finding('/content/text', 'text_long', `The text of an MMS has at most ${MAX_MMS_TEXT} characters.`)]
      : []),
  ]
}

// The words that people are told to answer with, as they stand in a text.
const WAY_OUT = /\b(?:STOP+|AFMELDEN|ARR[EÊ]T|BAJA|PARAR|SAIR|FERMA|UNSUBSCRIBE)\b/i

/** A warning about marketing that does not say how to get out. */
export const wayOutOfSms = ({ text }: SmsContent): Finding[] =>
  WAY_OUT.test(text)
    ? []
    : [
        {
          ...finding(
            '/content/text',
            'opt_out_words_missing',
            'A marketing SMS needs a way out, and this text names none.',
          ),
          severity: 'warning',
          fix: 'Add words such as "Reply STOP to opt out".',
        },
      ]
