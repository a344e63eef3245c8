/** The editor itself. It is larger than all the rest of the studio: only `TemplateEditor.tsx` loads it, and lazily. */
import './editor.css'
import type { Target } from '@carillon/template'
import { defaultKeymap } from '@codemirror/commands'
import { html } from '@codemirror/lang-html'
import { json } from '@codemirror/lang-json'
import { bracketMatching } from '@codemirror/language'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  tooltips,
} from '@codemirror/view'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { closeTags } from './close-tags.ts'
import { type EditorFacts, editorFacts } from './editor-facts.ts'
import { findings } from './findings.ts'
import { templateColours } from './highlight.ts'
import { help } from './hover.ts'
import { inkVariables } from './inks.ts'
import { type EditorKnowledge, readKnowledge } from './knowledge.ts'
import { offers } from './offers.ts'
import { paper, paperStrip } from './paper.ts'
import { onOneLine, singleLine } from './single-line.ts'
import { undoHistory } from './undo.ts'

/** What a template editor takes. It owns its text after the first render: `value` is only where it starts. */
export interface TemplateEditorProps {
  readonly value: string
  readonly readOnly: boolean
  readonly label: string
  readonly target: Target
  readonly context: EditorKnowledge
  readonly singleLine?: boolean
  readonly size?: 'tall' | 'middle'
  readonly onChange: (value: string) => void
}

const languageOf = (target: Target): Extension => {
  switch (target) {
    case 'html':
      // A fragment of a page need not close what another one opens.
      return html({ matchClosingTags: false })
    case 'json':
      return json()
    case 'text':
    case 'url':
      return []
  }
}

const many = (): Extension => [lineNumbers(), highlightActiveLine(), highlightActiveLineGutter()]

const extensionsOf = (props: TemplateEditorProps): Extension => [
  props.singleLine === true ? [singleLine(), paperStrip] : many(),
  drawSelection(),
  bracketMatching(),
  templateColours(),
  undoHistory(),
  languageOf(props.target),
  closeTags(),
  offers(),
  findings(),
  help(),
  paper,
  // Tab is not taken: it leaves the editor, as in every other field.
  keymap.of(defaultKeymap),
  EditorView.lineWrapping,
  // Windows of an editor of one line would be cut off by its box.
  tooltips({ position: 'fixed', parent: document.body }),
  EditorView.contentAttributes.of({
    'aria-label': props.label,
    spellcheck: props.target === 'text' ? 'true' : 'false',
    ...(props.singleLine === true ? { 'aria-multiline': 'false' } : {}),
  }),
]

const usePhrases = (): Readonly<Record<string, string>> => {
  const t = useT()
  return {
    Completions: t('editor.completions'),
    Diagnostics: t('editor.findings'),
    'No diagnostics': t('finding.none'),
    close: t('app.close'),
  }
}

/** The editor. */
export const CodeView = (props: TemplateEditorProps) => {
  const place = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  latest.current = props
  const [view, setView] = useState<EditorView | null>(null)
  const [changing] = useState(() => ({ facts: new Compartment(), readOnly: new Compartment() }))
  const phrases = useRef(usePhrases())
  const { target, context, readOnly } = props
  const scheme = useComputedColorScheme('light')
  const facts = useMemo<EditorFacts>(() => ({ target, known: readKnowledge(context) }), [target, context])
  const firstFacts = useRef(facts)
  useEffect(() => {
    if (place.current === null) return
    const first = latest.current
    const made = new EditorView({
      doc: first.singleLine === true ? onOneLine(first.value) : first.value,
      parent: place.current,
      extensions: [
        extensionsOf(first),
        EditorState.phrases.of(phrases.current),
        changing.facts.of(editorFacts.of(firstFacts.current)),
        changing.readOnly.of(EditorState.readOnly.of(first.readOnly)),
        EditorView.updateListener.of(update => {
          if (update.docChanged) latest.current.onChange(update.state.doc.toString())
        }),
      ],
    })
    setView(made)
    return () => made.destroy()
  }, [changing])
  useEffect(() => {
    view?.dispatch({
      effects: [
        changing.facts.reconfigure(editorFacts.of(facts)),
        changing.readOnly.reconfigure(EditorState.readOnly.of(readOnly)),
      ],
    })
  }, [view, changing, facts, readOnly])
  return (
    <div
      ref={place}
      className="editor"
      style={inkVariables(scheme)}
      data-size={props.singleLine === true ? 'line' : (props.size ?? 'tall')}
    />
  )
}
