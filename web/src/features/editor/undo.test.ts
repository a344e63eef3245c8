/** The history of the code editor, on editor states without a page. */
import { EditorState, Transaction } from '@codemirror/state'
import { describe, expect, it } from 'vitest'
import { createHistory } from './undo.ts'

const setup = () => {
  const history = createHistory()
  let state = EditorState.create({ doc: '' })
  const apply = (transaction: Transaction) => {
    history.remember(transaction)
    state = transaction.state
  }
  const type = (text: string, at: number) =>
    apply(
      state.update({
        changes: { from: state.doc.length, insert: text },
        annotations: Transaction.time.of(at),
      }),
    )
  const replay = (kind: 'undo' | 'redo') => {
    history.replay(kind, changes => apply(state.update({ changes, annotations: Transaction.time.of(0) })))
    return state.doc.toString()
  }
  return { type, undo: () => replay('undo'), redo: () => replay('redo') }
}

describe('undo', () => {
  it('takes typing within a second as one step and later typing as another', () => {
    const s = setup()
    s.type('a', 1000)
    s.type('b', 1500)
    s.type('c', 9000)
    expect(s.undo()).toBe('ab')
    expect(s.undo()).toBe('')
    expect(s.undo()).toBe('')
    expect(s.redo()).toBe('ab')
    expect(s.redo()).toBe('abc')
    expect(s.redo()).toBe('abc')
  })

  it('forgets what was undone once something new is typed', () => {
    const s = setup()
    s.type('a', 1000)
    s.type('b', 9000)
    s.undo()
    s.type('c', 20_000)
    expect(s.redo()).toBe('ac')
    expect(s.undo()).toBe('a')
  })
})
