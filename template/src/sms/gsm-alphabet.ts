/** The alphabet of short messages: the basic table and its extension (3GPP TS 23.038 §6.2.1), and look-alikes in it. */

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const EXTENSION = '\f^{}\\[~]|€'

const UNITS: ReadonlyMap<string, 1 | 2> = new Map([
  ...[...BASIC].map(char => [char, 1] as const),
  ...[...EXTENSION].map(char => [char, 2] as const),
])

/** How many 7-bit units a character takes: 1, or 2 with its escape; undefined: it is not in the alphabet. */
export const gsmUnits = (char: string): 1 | 2 | undefined => UNITS.get(char)

// What word processors put in the place of plain characters.
const PLAIN: Readonly<Record<string, string>> = {
  ...{ '\u2018': "'", '\u2019': "'", '\u201a': "'", '\u2032': "'", '`': "'", '\u00b4': "'" },
  ...{ '\u201c': '"', '\u201d': '"', '\u201e': '"', '\u00ab': '"', '\u00bb': '"', '\u2033': '"' },
  ...{ '\u2010': '-', '\u2011': '-', '\u2012': '-', '\u2013': '-', '\u2014': '-', '\u2212': '-' },
  ...{ '\u2026': '...', '\u2022': '-', '\u00b7': '.', '\u00d7': 'x', '\u2044': '/' },
  ...{ '\u00a0': ' ', '\u2007': ' ', '\u2009': ' ', '\u202f': ' ', '\t': ' ', '\u2003': ' ', '\u2002': ' ' },
  ...{ '\u200b': '', '\ufeff': '', '\u00ad': '', '\u200e': '', '\u200f': '' },
}

/**
 * The text with typographic quotes, dashes, blanks and marks made plain, so that it may fit the alphabet. Letters stay as
 * they are: they are somebody's name.
 */
export const plainForGsm = (text: string): string => {
  let plain = ''
  for (const char of text) plain += PLAIN[char] ?? char
  return plain
}
