/** What becomes of a row of a file. By itself, so that who needs the words alone does not load the schemas. */

/** What becomes of a row that is taken. */
export const IMPORT_OUTCOMES = ['created', 'updated', 'skipped'] as const
/** What became of a row that was taken. */
export type ImportOutcome = (typeof IMPORT_OUTCOMES)[number]
