/** What the parts of one editor share: the target and what is known. Reconfigured when the page learns more. */
import type { Target } from '@carillon/template'
import { Facet } from '@codemirror/state'
import { type Known, NO_KNOWLEDGE, readKnowledge } from './knowledge.ts'

/** The facts of one editor. */
export interface EditorFacts {
  readonly target: Target
  readonly known: Known
}

const NOTHING: EditorFacts = { target: 'text', known: readKnowledge(NO_KNOWLEDGE) }

/** Holds the facts in the state of an editor. */
export const editorFacts = Facet.define<EditorFacts, EditorFacts>({ combine: given => given[0] ?? NOTHING })
