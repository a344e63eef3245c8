/** Dutch words about profiles, imports and erasure. */
import type { profilesEn } from './en-profiles.ts'
import type { Part } from './translate.ts'

/** Part of the Dutch dictionary. */
export const profilesNl: Part<typeof profilesEn> = {}
