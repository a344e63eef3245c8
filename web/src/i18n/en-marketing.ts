/** English words about marketing campaigns, runs and schedules. */

/** Part of the English dictionary. */
export const marketingEn = {} as const
