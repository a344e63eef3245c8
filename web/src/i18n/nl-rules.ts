/** Dutch words about rule sets. */
import type { rulesEn } from './en-rules.ts'
import type { Part } from './translate.ts'

/** Part of the Dutch dictionary. */
export const rulesNl: Part<typeof rulesEn> = {}
