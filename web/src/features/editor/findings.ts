/** Underlines what the checker finds while one types, with a marker in the gutter and the mend where there is one. */
import type { Diagnostic as Found } from '@carillon/template'
import {
  type Action,
  type Diagnostic,
  linter,
  lintGutter,
  lintKeymap,
  previousDiagnostic,
} from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import { keymap } from '@codemirror/view'
import { checkSource } from './check-source.ts'
import { editorFacts } from './editor-facts.ts'

const REST_MS = 300

const actionOf = (fix: Found['fix']): readonly Action[] => {
  const { edit } = fix
  if (edit === null) return []
  const { offset, length, text } = edit
  return [
    {
      name: fix.title,
      // Findings move with the text around them: the edit keeps its distance from its finding.
      apply: (view, from) => {
        const start = Math.max(0, Math.min(offset + from, view.state.doc.length))
        const to = Math.min(start + length, view.state.doc.length)
        view.dispatch({ changes: { from: start, to, insert: text }, userEvent: 'input.fix' })
      },
    },
  ]
}

/** One finding as the editor shows it; its mend without an edit is said in words. */
export const toDiagnostic = (found: Found, length: number): Diagnostic => {
  const from = Math.min(found.offset, length)
  const { fix } = found
  const relative = fix.edit ? { ...fix, edit: { ...fix.edit, offset: fix.edit.offset - from } } : fix
  return {
    from,
    to: Math.min(from + found.length, length),
    severity: found.severity,
    message: fix.edit === null ? `${found.message}\n${fix.title}` : found.message,
    actions: actionOf(relative),
  }
}

/** The extension: F8 and Shift-F8 go from finding to finding. */
export const findings = (): Extension => [
  linter(
    view => {
      const { target, known } = view.state.facet(editorFacts)
      const source = view.state.doc.toString()
      return checkSource(source, { target, knowledge: known }).map(one => toDiagnostic(one, source.length))
    },
    {
      delay: REST_MS,
      needsRefresh: update => update.startState.facet(editorFacts) !== update.state.facet(editorFacts),
    },
  ),
  lintGutter(),
  keymap.of([...lintKeymap, { key: 'Shift-F8', run: previousDiagnostic }]),
]
