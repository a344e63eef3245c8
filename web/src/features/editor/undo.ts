/** Undo and redo for the code editor: typing within a second of the last is one step. */
import { type ChangeSet, type Extension, Prec, Transaction } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'

interface Step {
  readonly changes: ChangeSet
  readonly at: number
}
type Direction = 'undo' | 'redo'

/** What was done and undone in one editor. */
export interface History {
  /** Takes every change of the text, those of `replay` included. */
  readonly remember: (transaction: Transaction) => void
  /** Gives the changes of one step to `apply`, which must dispatch them at once; nothing when there is none. */
  readonly replay: (direction: Direction, apply: (changes: ChangeSet) => void) => void
}

const JOIN_MS = 1_000
const MAX_STEPS = 500

/** Makes an empty history. */
export const createHistory = (): History => {
  const done: Step[] = []
  const undone: Step[] = []
  let replaying: Direction | null = null
  const typed = (step: Step) => {
    const before = done.at(-1)
    undone.length = 0
    if (before === undefined || step.at - before.at >= JOIN_MS) {
      done.push(step)
      if (done.length > MAX_STEPS) done.shift()
      return
    }
    done[done.length - 1] = { changes: step.changes.compose(before.changes), at: step.at }
  }
  return {
    remember: transaction => {
      const changes = transaction.changes.invert(transaction.startState.doc)
      if (replaying === 'undo') undone.push({ changes, at: 0 })
      // A step that was redone is closed: what is typed next never joins it.
      else if (replaying === 'redo') done.push({ changes, at: Number.NEGATIVE_INFINITY })
      else typed({ changes, at: transaction.annotation(Transaction.time) ?? 0 })
    },
    replay: (direction, apply) => {
      const step = (direction === 'undo' ? done : undone).pop()
      if (step === undefined) return
      replaying = direction
      try {
        apply(step.changes)
      } finally {
        replaying = null
      }
    },
  }
}

/** The history of one view, with its keys; make one per view. */
export const undoHistory = (): Extension => {
  const history = createHistory()
  const run = (direction: Direction) => (view: EditorView) => {
    history.replay(direction, changes =>
      view.dispatch({ changes, scrollIntoView: true, userEvent: direction }),
    )
    return true
  }
  return [
    EditorView.updateListener.of(update => {
      for (const transaction of update.transactions) if (transaction.docChanged) history.remember(transaction)
    }),
    Prec.high(
      keymap.of([
        { key: 'Mod-z', run: run('undo'), preventDefault: true },
        { key: 'Mod-Shift-z', run: run('redo'), preventDefault: true },
        { key: 'Mod-y', run: run('redo'), preventDefault: true },
      ]),
    ),
  ]
}
