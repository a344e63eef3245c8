/**
 * What a call to a provider of one's own says: its address and its body are templates of our language, over the members of
 * one message. What stands in a placeholder is escaped by where it stands, so that no text of a message can leave its place.
 */
import { type CompiledTemplate, compileTemplate, type Target } from '@carillon/template'
import type { RenderedSms } from '../sms.ts'

/** The names that a payload may use. */
export const PAYLOAD_NAMES = [
  'toNumber',
  'fromNumber',
  'message',
  'reference',
  'mediaUrl',
  'mediaTitle',
  'callbackUrl',
] as const
/** Those that it must use: without them no message can arrive. */
export const NEEDED_NAMES = ['toNumber', 'message'] as const

/** A payload as it is written. */
export interface PayloadSource {
  readonly url: string
  readonly contentType: string
  readonly body: string
}

/** A mistake in a payload: in which member, and what. */
export interface PayloadMistake {
  readonly member: 'url' | 'payload'
  readonly message: string
}

/** A payload that renders. */
export interface Payload {
  url(values: PayloadValues): URL
  body(values: PayloadValues): string
}

/** One message, by the names of a payload. */
export type PayloadValues = Readonly<Record<(typeof PAYLOAD_NAMES)[number], string>>

/** The members of a message. */
export const payloadValues = (sms: RenderedSms, callbackUrl: string): PayloadValues => ({
  ...{ toNumber: sms.to, fromNumber: sms.from, message: sms.text, reference: sms.reference, callbackUrl },
  ...{ mediaUrl: sms.media?.url ?? '', mediaTitle: sms.media?.title ?? '' },
})

/** Where a placeholder of that content type stands. */
export const targetOf = (contentType: string): Target => {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === 'application/json' || type.endsWith('+json')) return 'json'
  if (type === 'application/x-www-form-urlencoded') return 'url'
  return type.endsWith('xml') || type === 'text/html' ? 'html' : 'text'
}

/** A message that payloads are tried with. */
export const SAMPLE_VALUES: PayloadValues = {
  ...{ toNumber: '+31612345678', fromNumber: '12345', message: 'Hello', reference: 'm' },
  ...{ mediaUrl: 'https://example.com/a.jpg', mediaTitle: 'Bell', callbackUrl: 'https://example.com/' },
}

const httpUrl = (text: string): URL | undefined => {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

interface Compiled {
  readonly url: CompiledTemplate
  readonly body: CompiledTemplate
}

const mistakesOf = ({ url, body }: Compiled, { contentType }: PayloadSource): PayloadMistake[] => {
  const whole = (values: PayloadValues): string => url.render({ ...values }) + body.render({ ...values })
  const isUsed = (name: keyof PayloadValues): boolean =>
    whole(SAMPLE_VALUES) !== whole({ ...SAMPLE_VALUES, [name]: 'other' })
  const missing = NEEDED_NAMES.filter(name => !isUsed(name))
  const mistakes: PayloadMistake[] = missing.map(name => ({
    member: 'payload',
    message: `must use {{${name}}}`,
  }))
  const host = (values: PayloadValues): string | undefined => httpUrl(url.render({ ...values }))?.host
  const others = PAYLOAD_NAMES.map(name => ({ ...SAMPLE_VALUES, [name]: 'evil.example' }))
  if (host(SAMPLE_VALUES) === undefined)
    mistakes.push({ member: 'url', message: 'must be an http or https address' })
  else if (others.some(other => host(SAMPLE_VALUES) !== host(other)))
    mistakes.push({ member: 'url', message: 'must not have a placeholder in its host' })
  if (targetOf(contentType) === 'json' && !isJson(body.render({ ...SAMPLE_VALUES })))
    mistakes.push({ member: 'payload', message: 'is not JSON once the placeholders are filled in' })
  return mistakes
}

/** Reads a payload, or tells what is wrong with it. */
export const compilePayload = (
  source: PayloadSource,
):
  | { readonly ok: true; readonly payload: Payload }
  | { readonly ok: false; readonly mistakes: readonly PayloadMistake[] } => {
  const roots = [...PAYLOAD_NAMES]
  const url = compileTemplate(source.url, { target: 'url', roots })
  const body = compileTemplate(source.body, { target: targetOf(source.contentType), roots })
  const found = [
    ...url.diagnostics.map(one => ({ member: 'url' as const, message: one.message })),
    ...body.diagnostics.map(one => ({ member: 'payload' as const, message: one.message })),
  ]
  if (!url.ok || !body.ok || found.length > 0) return { ok: false, mistakes: found }
  const compiled = { url: url.template, body: body.template }
  const mistakes = mistakesOf(compiled, source)
  if (mistakes.length > 0) return { ok: false, mistakes }
  return {
    ok: true,
    payload: {
      url: values => new URL(compiled.url.render({ ...values })),
      body: values => compiled.body.render({ ...values }),
    },
  }
}
