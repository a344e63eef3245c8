/** English words about audiences and events. */

/** Part of the English dictionary. */
export const audiencesEn = {} as const
