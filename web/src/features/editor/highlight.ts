/** Colours the tags on top of whatever language lies below. The pieces come from `tag-tokens.ts`; only what is in sight is cut. */
import type { Tag } from '@carillon/template'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { type Extension, Prec, RangeSetBuilder } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'
import { tags as t } from '@lezer/highlight'
import { TOKEN_KINDS, type TokenKind, tokensIn } from './tag-tokens.ts'
import { tagsOf } from './tags.ts'

const MARKS = new Map<TokenKind, Decoration>(
  TOKEN_KINDS.map(kind => [kind, Decoration.mark({ class: `tpl tpl-${kind}` })]),
)

const decorate = (view: EditorView, found: { source: string; tags: readonly Tag[] }): DecorationSet => {
  const builder = new RangeSetBuilder<Decoration>()
  let done = 0
  for (const range of view.visibleRanges) {
    for (const token of tokensIn(found.source, found.tags, range)) {
      const mark = MARKS.get(token.kind)
      // A tag that reaches into the next range was coloured with the one before.
      if (mark === undefined || token.start < done || token.end <= token.start) continue
      builder.add(token.start, token.end, mark)
      done = token.end
    }
  }
  return builder.finish()
}

const read = (view: EditorView) => {
  const source = view.state.doc.toString()
  return { source, tags: tagsOf(source) }
}

const createColours = (view: EditorView) => {
  let found = read(view)
  const colours = {
    decorations: decorate(view, found),
    update: (update: ViewUpdate) => {
      if (update.docChanged) found = read(update.view)
      if (update.docChanged || update.viewportChanged) colours.decorations = decorate(update.view, found)
    },
  }
  return colours
}

// The colours are variables of inks.ts, so that one style reads on paper and on slate.
const BELOW = HighlightStyle.define([
  { tag: [t.tagName, t.angleBracket], color: 'var(--code-tag)' },
  { tag: [t.attributeName, t.propertyName], color: 'var(--code-attribute)' },
  { tag: [t.attributeValue, t.string], color: 'var(--code-string)' },
  { tag: [t.comment, t.processingInstruction, t.documentMeta], color: 'var(--code-comment)' },
  { tag: [t.number, t.bool, t.null, t.color, t.unit], color: 'var(--code-number)' },
  { tag: [t.keyword, t.className, t.labelName, t.character], color: 'var(--code-keyword)' },
])

/** The colours of tags, and of the HTML or JSON around them. */
export const templateColours = (): Extension => [
  syntaxHighlighting(BELOW),
  // The inner of two marks decides the colour, and the higher rank is the inner one.
  Prec.high(ViewPlugin.define(createColours, { decorations: colours => colours.decorations })),
]
