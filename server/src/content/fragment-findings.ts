/** Everything that stands against publishing a fragment, as findings with pointers. */
import type { Finding, FragmentSubType } from '@carillon/contract'
import { checkTemplate, DEFAULT_LIMITS } from '@carillon/template'
import type { Db } from '../db/pool.ts'
import { authorLibrary, declaredSchemas } from './authoring.ts'
import { placelessFinding, toFinding } from './findings.ts'
import { liveOrDraftFragments } from './fragment-source.store.ts'
import { fragmentIdOf, fragmentReferences } from './tag-references.ts'

/** What is checked: a fragment with the source that would become live. */
export interface FragmentToCheck {
  readonly id: string
  readonly key: string
  readonly subType: FragmentSubType
  readonly source: string
}

const uses = (fragment: FragmentToCheck, reference: string): boolean => {
  const id = fragmentIdOf(reference)
  return id === fragment.key || id.toLowerCase() === fragment.id
}

// Level by level, because a circle among others is no reason to go on for ever.
const comesBack = async (db: Db, sandboxId: string, fragment: FragmentToCheck): Promise<boolean> => {
  let level = fragmentReferences(fragment.source)
  const seen = new Set<string>()
  for (let depth = 0; depth <= DEFAULT_LIMITS.maxFragmentDepth && level.length > 0; depth++) {
    if (level.some(reference => uses(fragment, reference))) return true
    const found = await liveOrDraftFragments(db, sandboxId, level)
    for (const reference of level) seen.add(reference)
    level = [...found.values()].flatMap(one => fragmentReferences(one.source)).filter(one => !seen.has(one))
  }
  return false
}

/** What keeps content from going live although it renders for its author: fragments that were never published. */
export const unpublishedFindings = (pointer: string, names: readonly string[]): Finding[] =>
  names.map(name =>
    placelessFinding(pointer, {
      code: 'fragment_not_live',
      message: `The fragment "${name}" is a draft: publish it first.`,
    }),
  )

/** The findings of a fragment: its own source, the fragments that it includes, and whether it includes itself. */
export const fragmentFindings = async (
  db: Db,
  sandboxId: string,
  fragment: FragmentToCheck,
): Promise<Finding[]> => {
  const fragments = await authorLibrary(db, sandboxId, [fragment.source])
  const declared = await declaredSchemas(db, sandboxId)
  const options = { target: fragment.subType, isFragment: true, fragments, ...declared }
  const own = checkTemplate(fragment.source, options).map(toFinding('/source'))
  if (!(await comesBack(db, sandboxId, fragment)))
    return [...own, ...unpublishedFindings('/source', fragments.unpublished)]
  const circular = placelessFinding('/source', {
    code: 'fragment_circular',
    message: 'The fragment includes itself, directly or through others.',
  })
  return [...own.filter(finding => finding.code !== 'fragment_recursive'), circular]
}
