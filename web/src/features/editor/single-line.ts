/** Keeps a field at one line: Enter does nothing, a pasted line break becomes a blank. */
import { EditorState, type Extension, Prec, Transaction, type TransactionSpec } from '@codemirror/state'
import { keymap } from '@codemirror/view'

/** The text on one line. Its length stays, so that places in it stay true. */
export const onOneLine = (text: string): string => text.replace(/[\r\n]/g, ' ')

const flatten = (transaction: Transaction): TransactionSpec => {
  const changes: { from: number; to: number; insert: string }[] = []
  transaction.changes.iterChanges((from, to, ...[, , inserted]) => {
    changes.push({ from, to, insert: onOneLine(inserted.toString()) })
  })
  const userEvent = transaction.annotation(Transaction.userEvent)
  return {
    changes,
    selection: transaction.newSelection,
    effects: transaction.effects,
    scrollIntoView: transaction.scrollIntoView,
    ...(userEvent === undefined ? {} : { userEvent }),
  }
}

const stay = () => true

/** The extension. Completion is asked before it, so that Enter still takes an offer. */
export const singleLine = (): Extension => [
  Prec.high(
    keymap.of([
      { key: 'Enter', run: stay, shift: stay },
      { key: 'Mod-Enter', run: stay },
    ]),
  ),
  EditorState.transactionFilter.of(transaction =>
    transaction.docChanged && transaction.newDoc.lines > 1 ? flatten(transaction) : transaction,
  ),
]
