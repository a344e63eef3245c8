/** Checks a template in the browser. The one place that knows how the checker is told what the editor knows. */
import { checkTemplate, type Diagnostic, type Target } from '@carillon/template'
import { datasetsOf, type EditorKnowledge } from './knowledge.ts'
import { fragmentNamed, namedFragments } from './named-fragments.ts'

interface FragmentText {
  readonly id: string
  readonly version: string
  readonly source: string
}

/** Finds fragments by what a template calls them; undefined where too little is known to call an id wrong. */
export const fragmentLibrary = (
  source: string,
  { fragments, knowsAllFragments }: EditorKnowledge,
): { readonly get: (id: string) => FragmentText | undefined } | undefined => {
  const unread = namedFragments([source], fragments).some(one => one.source === null)
  if (knowsAllFragments !== true || unread) return undefined
  return {
    get: id => {
      const found = fragmentNamed(id, fragments)
      if (found === undefined || found.source === null) return undefined
      return { id: found.id, version: found.source, source: found.source }
    },
  }
}

/** The findings on a source, in its order. */
export const checkSource = (
  source: string,
  about: { readonly target: Target; readonly knowledge: EditorKnowledge },
): readonly Diagnostic[] => {
  const { schemas, forbidProfile = false, isFragment = false } = about.knowledge
  const fragments = fragmentLibrary(source, about.knowledge)
  const datasets = datasetsOf(about.knowledge)
  return checkTemplate(source, {
    target: about.target,
    schemas,
    forbidProfile,
    isFragment,
    ...(fragments === undefined ? {} : { fragments }),
    ...(datasets === undefined ? {} : { datasets }),
  })
}
