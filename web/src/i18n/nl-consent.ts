/** Dutch words about consent, topics and preferences. */
import type { consentEn } from './en-consent.ts'
import type { Part } from './translate.ts'

/** Part of the Dutch dictionary. */
export const consentNl: Part<typeof consentEn> = {}
