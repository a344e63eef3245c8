/** The inks of the editor and the papers under them, for light and dark. Every ink keeps at least 4.5 : 1 on its paper. */

/** A colour scheme of the page. */
type Scheme = 'light' | 'dark'

/** Each colour in light and in dark: `tpl` is inside of tags, `code` is the text around. */
export const INKS = {
  'code-paper': ['#ffffff', '#1f262f'],
  'code-tag': ['#1d559c', '#9cc6ff'],
  'code-attribute': ['#5a4f8f', '#c4b8f5'],
  'code-string': ['#146c3a', '#8fdcae'],
  'code-comment': ['#5f6b7a', '#a3adb9'],
  'code-number': ['#8a3b1f', '#f0ab8f'],
  'code-keyword': ['#7a2e8a', '#e3a8f0'],
  'tpl-paper': ['#f8efe1', '#382e1f'],
  'tpl-delimiter': ['#754c17', '#e2bd84'],
  'tpl-keyword': ['#8f1f5c', '#ffa3cf'],
  'tpl-function': ['#1d4f91', '#a6ccff'],
  'tpl-path': ['#1b222b', '#eef1f5'],
  'tpl-loop': ['#6b3fa0', '#d5b8ff'],
  'tpl-name': ['#5a4f8f', '#c4b8f5'],
  'tpl-string': ['#12613a', '#93e0b2'],
  'tpl-number': ['#8a3b1f', '#f5b49a'],
  'tpl-operator': ['#47525f', '#c0c8d2'],
  'tpl-comment': ['#5f5a4c', '#b8ae9a'],
} as const satisfies Readonly<Record<string, readonly [light: string, dark: string]>>

/** The colours of a scheme as CSS variables. */
export const inkVariables = (scheme: Scheme): Readonly<Record<`--${string}`, string>> =>
  Object.fromEntries(
    Object.entries(INKS).map(([name, [light, dark]]) => [`--${name}`, scheme === 'light' ? light : dark]),
  )
