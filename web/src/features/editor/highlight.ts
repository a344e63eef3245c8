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
import { TOKEN_KINDS, type TokenKind, tokensOf } from './tag-tokens.ts'
import { tagsIn, tagsOf } from './tags.ts'

const MARKS = new Map<TokenKind, Decoration>(
  TOKEN_KINDS.map(kind => [kind, Decoration.mark({ class: `tpl-${kind}` })]),
)

const TAG = Decoration.mark({ class: 'tpl' })

const decorateTag = (builder: RangeSetBuilder<Decoration>, source: string, tag: Tag): void => {
  builder.add(tag.span.start, tag.span.end, TAG)
  for (const token of tokensOf(source, tag)) {
    const mark = MARKS.get(token.kind)
    if (mark !== undefined && token.end > token.start) builder.add(token.start, token.end, mark)
  }
}

const decorate = (view: EditorView, found: { source: string; tags: readonly Tag[] }): DecorationSet => {
  const builder = new RangeSetBuilder<Decoration>()
  let done = 0
  for (const range of view.visibleRanges) {
    for (const tag of tagsIn(found.tags, range)) {
      // A tag that reaches into the next range was coloured with the one before.
      if (tag.span.start < done) continue
      decorateTag(builder, found.source, tag)
      done = tag.span.end
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
