/** English words about profiles, imports and erasure. */

/** Part of the English dictionary. */
export const profilesEn = {} as const
