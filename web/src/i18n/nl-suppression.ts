/** Dutch words about suppression and allowed lists. */
import type { suppressionEn } from './en-suppression.ts'
import type { Part } from './translate.ts'

/** Part of the Dutch dictionary. */
export const suppressionNl: Part<typeof suppressionEn> = {}
