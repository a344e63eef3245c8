/** The tags of a source as the language itself cuts them, and the one around a place. Knows nothing of CodeMirror. */
import { type Tag, tokenize } from '@carillon/template'

// What is wrong is the checker's to say; here a broken tag is only text.
const DEAF = { error: () => undefined, isFull: () => false }

/** All complete tags in order. */
export const tagsOf = (source: string): readonly Tag[] => tokenize(source, DEAF)

/** The tags that touch a range. */
export const tagsIn = (
  tags: readonly Tag[],
  range: { readonly from: number; readonly to: number },
): readonly Tag[] => tags.filter(({ span }) => span.start < range.to && span.end > range.from)

/** The tag in which a place lies, complete or not. */
export interface OpenTag {
  readonly layer: Tag['layer']
  /** Where the opener stands. */
  readonly start: number
  /** Where the inside begins. */
  readonly bodyStart: number
  /** What stands after the place and closes the tag, blanks included; empty where nothing does. */
  readonly closer: string
  /** How the tag is to be closed where it is not. */
  readonly wanted: '}}' | '}}}' | '%}'
}

// A tag is a line or a few; a farther opener is not what is being typed.
const LOOK_BACK = 4_000

const CLOSERS = { handlebars: '}}', pql: '%}' } as const

/** True where a closer outside of quotes lies in the text; an open quote hides nothing, it is still being typed. */
const isClosed = (inside: string, closer: string): boolean =>
  inside
    .replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, found => ' '.repeat(found.length))
    .includes(closer)

const lastOpener = (source: string, at: number): number =>
  at < 0 ? -1 : Math.max(source.lastIndexOf('{{', at), source.lastIndexOf('{%', at))

/** The tag around a place, or null. Comments count as none: nothing in them means anything. */
export const openTagAt = (source: string, place: number): OpenTag | null => {
  let start = lastOpener(source, place - 2)
  if (start === -1 || place - start > LOOK_BACK) return null
  const layer = source[start + 1] === '%' ? 'pql' : 'handlebars'
  // In `{{{` the last two braces are found first.
  if (layer === 'handlebars' && source[start - 1] === '{') start -= 1
  const triple = layer === 'handlebars' && source.startsWith('{{{', start)
  const opened = start + (triple ? 3 : 2)
  if (place < opened) return null
  const bodyStart = source[opened] === '~' && place > opened ? opened + 1 : opened
  const inside = source.slice(bodyStart, place)
  if (isClosed(inside, CLOSERS[layer]) || (layer === 'handlebars' && /^\s*!/.test(inside))) return null
  const after = source.slice(place, place + 200)
  const closer =
    (layer === 'pql' ? /^\s*~?%\}/ : triple ? /^\s*~?\}{2,3}/ : /^\s*~?\}\}/).exec(after)?.[0] ?? ''
  return { layer, start, bodyStart, closer, wanted: triple ? '}}}' : CLOSERS[layer] }
}
