/** Gives the offers of `completion.ts` to CodeMirror, and keeps the offers of HTML for the text between the tags. */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
  snippet,
} from '@codemirror/autocomplete'
import type { Extension } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import { type Offer, type Offers, offersAt } from './completion.ts'
import { editorFacts } from './editor-facts.ts'
import { openTagAt } from './tags.ts'

const ICONS: Readonly<Record<Offer['kind'], string>> = {
  path: 'property',
  function: 'function',
  variable: 'variable',
  keyword: 'keyword',
  helper: 'method',
  fragment: 'text',
  table: 'text',
}

type Apply = (view: EditorView, completion: Completion, ...range: [from: number, to: number]) => void

const applyOf = ({ insert, whole }: Offer, { tag }: Offers): Apply | string | undefined => {
  if (insert === undefined || !insert.includes('#{')) return insert
  const write = snippet(insert)
  if (whole !== true || tag === null) return write
  return (view, completion, ...[, to]) => {
    // The snippet brings its own closer.
    const closer = openTagAt(view.state.doc.toString(), to)?.closer ?? ''
    write(view, completion, tag.start, to + closer.length)
  }
}

const toCompletion = (offer: Offer, found: Offers): Completion => {
  const apply = applyOf(offer, found)
  return {
    label: offer.label,
    type: ICONS[offer.kind],
    boost: offer.rank ?? 0,
    ...(offer.detail === undefined ? {} : { detail: offer.detail }),
    ...(offer.info === undefined || offer.info === '' ? {} : { info: offer.info }),
    ...(apply === undefined ? {} : { apply }),
  }
}

// Without being asked, offers come for a word that is begun, and after what can only be followed by a name.
const isInvited = (context: CompletionContext, from: number): boolean =>
  context.explicit ||
  context.pos > from ||
  /(\{|\{%|[.@#/'"]|\bid\s*=)$/.test(context.state.sliceDoc(context.pos - 8, context.pos))

const tagSource: CompletionSource = (context): CompletionResult | null => {
  const found = offersAt(context.state.doc.toString(), context.pos, {
    knowledge: context.state.facet(editorFacts).known,
    asked: context.explicit,
  })
  if (found === null || !isInvited(context, found.from)) return null
  return {
    from: found.from,
    options: found.offers.map(offer => toCompletion(offer, found)),
    validFor: /^[@#/]?[\p{L}\p{N}_$]*$/u,
  }
}

/** What the language below offers, outside of tags only: in them its words would mislead. */
const textSource: CompletionSource = async context => {
  if (openTagAt(context.state.doc.toString(), context.pos) !== null) return null
  for (const source of context.state.languageDataAt<CompletionSource>('autocomplete', context.pos)) {
    const found = typeof source === 'function' ? await source(context) : null
    if (found !== null) return found
  }
  return null
}

/** Completion: by Ctrl-Space, and while a tag is typed. */
export const offers = (): Extension => autocompletion({ override: [tagSource, textSource], icons: false })
