/** Closes a tag while its opener is typed, and steps over a closer that is typed again. */
import { type Extension, Prec } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { openTagAt } from './tags.ts'

/** What to put in place of the next `remove` characters, and how far the cursor goes. */
interface Typed {
  readonly insert: string
  readonly remove: number
  readonly step: number
}

const STEP: Typed = { insert: '', remove: 0, step: 1 }

/** What typing one character at a place does; null: nothing special. */
export const closeWhileTyping = (source: string, place: number, typed: string): Typed | null => {
  const before = source.slice(Math.max(0, place - 2), place)
  const after = source.slice(place, place + 2)
  if (typed === '}') return stepOver(source, place)
  if (!before.endsWith('{')) return null
  if (typed === '{' && before === '{{') return after === '}}' ? { insert: '{}', remove: 0, step: 1 } : null
  if (before === '{{' || after.startsWith('}') || after === '%}') return null
  if (typed === '{') return { insert: '{}}', remove: 0, step: 1 }
  return typed === '%' ? { insert: '%%}', remove: 0, step: 1 } : null
}

const stepOver = (source: string, place: number): Typed | null => {
  // `%` may be the operator: only with the brace is it known to close, and then it stands there twice.
  if (source[place - 1] === '%' && source.startsWith('%}', place)) {
    return openTagAt(source, place - 1)?.layer === 'pql' ? { insert: '', remove: 1, step: 1 } : null
  }
  if (source[place] !== '}') return null
  if (openTagAt(source, place)?.closer.startsWith('}') === true) return STEP
  return source[place - 1] === '}' && openTagAt(source, place - 1)?.closer.startsWith('}}') === true
    ? STEP
    : null
}

/** The extension. */
export const closeTags = (): Extension =>
  Prec.high(
    EditorView.inputHandler.of((view, from, ...[to, text]) => {
      if (from !== to || view.state.readOnly || view.composing) return false
      const done = closeWhileTyping(view.state.doc.toString(), from, text)
      if (done === null) return false
      view.dispatch({
        changes: { from, to: from + done.remove, insert: done.insert },
        selection: { anchor: from + done.step },
        userEvent: 'input.type',
        scrollIntoView: true,
      })
      return true
    }),
  )
