/** Dutch words about audiences and events. */
import type { audiencesEn } from './en-audiences.ts'
import type { Part } from './translate.ts'

/** Part of the Dutch dictionary. */
export const audiencesNl: Part<typeof audiencesEn> = {}
