/** English words about rule sets. */

/** Part of the English dictionary. */
export const rulesEn = {} as const
