/** CSV as we write it (RFC 4180). Knows nothing of what the cells are. */

/** A cell, in quotes where a reader would take it apart or trim it. */
export const csvCell = (text: string): string =>
  /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/** One line of a file. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`

// A spreadsheet would run a cell that begins like this as a formula.
const FORMULA = /^'*[=+\-@\t\r]/

/**
 * A text of somebody else's, made harmless for spreadsheets by an apostrophe; one that begins with apostrophes before
 * such a sign gets one more, so that taking one away gives the text back. Not for addresses, which may begin with a sign.
 */
export const plainCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)
