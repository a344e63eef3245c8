/** Checks a template in the browser. The one place that knows how the checker is told what the editor knows. */
import { type CheckOptions, checkTemplate, type Diagnostic, type Target } from '@carillon/template'
import type { EditorKnowledge } from './knowledge.ts'

/** The findings on a source, in its order. */
export const checkSource = (
  source: string,
  about: { readonly target: Target; readonly knowledge: EditorKnowledge },
): readonly Diagnostic[] => {
  const { schemas, forbidProfile = false } = about.knowledge
  const fragments = about.knowledge.fragments.flatMap(({ source: text, ...names }) =>
    text === null ? [] : [{ ...names, source: text }],
  )
  const options: CheckOptions & Readonly<Record<string, unknown>> = {
    target: about.target,
    schemas,
    fragments,
    forbidProfile,
  }
  return checkTemplate(source, options)
}
