/** English words about suppression and allowed lists. */

/** Part of the English dictionary. */
export const suppressionEn = {} as const
