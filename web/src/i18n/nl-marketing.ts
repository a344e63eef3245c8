/** Dutch words about marketing campaigns, runs and schedules. */
import type { marketingEn } from './en-marketing.ts'
import type { Part } from './translate.ts'

/** Part of the Dutch dictionary. */
export const marketingNl: Part<typeof marketingEn> = {}
