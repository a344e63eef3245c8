/** Texts of fields, as values. Pure. */

/** An empty text is no text. */
export const textOrNull = (text: string): string | null => (text === '' ? null : text)
