/** The code editor for HTML. Loaded only when the content step opens: it is larger than all the rest of the page. */
import { html } from '@codemirror/lang-html'
import { bracketMatching, defaultHighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorState } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  lineNumbers,
} from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { undoHistory } from './undo.ts'

interface HtmlEditorProps {
  readonly value: string
  readonly readOnly: boolean
  readonly label: string
  readonly onChange: (value: string) => void
}

/** The editor. It owns its text after the first render: `value` is only where it starts. */
export const HtmlEditor = (props: HtmlEditorProps) => {
  const place = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  latest.current = props
  useEffect(() => {
    if (place.current === null) return
    const first = latest.current
    const view = new EditorView({
      doc: first.value,
      parent: place.current,
      extensions: [
        lineNumbers(),
        drawSelection(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        bracketMatching(),
        syntaxHighlighting(defaultHighlightStyle),
        undoHistory(),
        html(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': first.label }),
        EditorState.readOnly.of(first.readOnly),
        EditorView.updateListener.of(update => {
          if (update.docChanged) latest.current.onChange(update.state.doc.toString())
        }),
      ],
    })
    return () => view.destroy()
  }, [])
  return <div ref={place} className="editor" />
}
