/** English words about consent, topics and preferences. */

/** Part of the English dictionary. */
export const consentEn = {} as const
