/** How the editor itself looks: paper, gutters, windows. Every colour is a variable of the page, so it follows light and dark. */
import { EditorView } from '@codemirror/view'

const CHOSEN = { backgroundColor: 'var(--chip-bronze-bg)', color: 'var(--chip-bronze)' }
const BESIDE = { color: 'var(--mantine-color-dimmed)', fontStyle: 'normal' }

/** The look of every editor. */
export const paper = EditorView.theme({
  '&': { fontSize: '13px', color: 'var(--mantine-color-text)' },
  // The box around it shows the focus, gutters included.
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.5' },
  '.cm-gutters': {
    backgroundColor: 'var(--sunken)',
    color: 'var(--mantine-color-dimmed)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-gutter-lint': { width: '1.2em' },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--accent-text) 5%, transparent)',
  },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent-text) 28%, transparent)',
  },
  '&.cm-focused .cm-matchingBracket': { outline: '1px solid var(--accent-text)', background: 'none' },
  '.cm-snippetField': { backgroundColor: 'color-mix(in srgb, var(--accent-text) 14%, transparent)' },
  '.cm-tooltip': {
    border: '1px solid var(--line)',
    borderRadius: '4px',
    backgroundColor: 'var(--surface)',
    color: 'var(--mantine-color-text)',
    fontSize: '13px',
    maxWidth: '460px',
    // Above the page and its header, below what opens over the page.
    zIndex: '150',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': CHOSEN,
  '.cm-completionDetail': BESIDE,
  'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '650' },
  '.cm-diagnosticAction': { ...CHOSEN, font: 'inherit', fontSize: '12px' },
  '.cm-panels': {
    backgroundColor: 'var(--surface)',
    color: 'var(--mantine-color-text)',
    borderColor: 'var(--line)',
  },
  '.cm-panel.cm-panel-lint ul [aria-selected]': CHOSEN,
})

/** The look of an editor of one line: a field among fields. */
export const paperStrip = EditorView.theme({
  '.cm-content': { padding: '7px 0' },
  '.cm-gutters': { backgroundColor: 'transparent', borderRight: '0' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
})
