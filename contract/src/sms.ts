/** Short messages: content, what it comes to, and what their channel configurations say. */
import { type Static, Type } from 'typebox'
import { choice, closed, nullable } from './shapes.ts'

/** At most so many characters of an SMS, before it is personalised, and of an MMS (AJO: 1600). */
export const MAX_SMS_TEXT = 10_000
export const MAX_MMS_TEXT = 1_600

/**
 * Content of a short message, in the personalization language; AJO's members. `mms` has media, by the address that the
 * provider fetches it from, and may have a title.
 */
export const SmsContent = closed({
  text: Type.String({ maxLength: MAX_SMS_TEXT }),
  messageType: choice(['sms', 'mms']),
  title: nullable(Type.String({ maxLength: 1_000 })),
  mediaUri: nullable(Type.String({ maxLength: 2_000 })),
})
/** Content of a short message. */
export type SmsContent = Static<typeof SmsContent>

/** A short message as it would go out. `segments`: what the provider bills; 1 for an MMS. */
export const RenderedSmsContent = closed({
  text: Type.String(),
  messageType: choice(['sms', 'mms']),
  title: nullable(Type.String()),
  mediaUri: nullable(Type.String()),
  coding: choice(['gsm7', 'ucs2']),
  segments: Type.Integer(),
})
/** A short message as it would go out. */
export type RenderedSmsContent = Static<typeof RenderedSmsContent>
