/** Everything that stands against publishing a fragment, as findings with pointers. */
import type { Finding, FragmentSubType } from '@carillon/contract'
import { compileTemplate, DEFAULT_LIMITS, type Diagnostic } from '@carillon/template'
import type { Db } from '../db/pool.ts'
import { type FoundFragments, liveOrDraftFragments } from './fragment-source.store.ts'
import { fragmentIdOf, fragmentReferences } from './tag-references.ts'

/** What is checked: a fragment with the source that would become live. */
export interface FragmentToCheck {
  readonly id: string
  readonly key: string
  readonly subType: FragmentSubType
  readonly source: string
}

const toFinding = (diagnostic: Diagnostic): Finding => ({
  pointer: '/source',
  severity: diagnostic.severity,
  code: diagnostic.code,
  message: diagnostic.message,
  line: diagnostic.line,
  column: diagnostic.column,
  excerpt: diagnostic.excerpt,
})

const nestingFinding = (code: string, message: string): Finding => ({
  pointer: '/source',
  severity: 'error',
  code,
  message,
  line: null,
  column: null,
  excerpt: null,
})

// A variable that the message sets before it includes the fragment is unknown here, so an unknown name is no error.
const asPart = (finding: Finding): Finding =>
  finding.code === 'name_unknown'
    ? {
        ...finding,
        severity: 'warning',
        message: `${finding.message} It is empty unless the message sets it before.`,
      }
    : finding

const sourceFindings = ({ source, subType }: FragmentToCheck): Finding[] =>
  compileTemplate(source, { target: subType }).diagnostics.map(toFinding).map(asPart)

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

/**
 * What keeps content with these references from going live: fragments that are not there or were never published.
 * `found` is what `liveOrDraftFragments` answered for them.
 */
export const referenceFindings = (references: readonly string[], found: FoundFragments): Finding[] =>
  references.flatMap(reference => {
    const one = found.get(reference)
    if (one === undefined)
      return [
        nestingFinding(
          'fragment_unknown',
          `There is no fragment "${fragmentIdOf(reference)}" in this sandbox.`,
        ),
      ]
    if (!one.live)
      return [nestingFinding('fragment_not_live', `The fragment "${one.name}" is a draft: publish it first.`)]
    return []
  })

/** The findings of a fragment: its own source, the fragments that it includes, and whether it includes itself. */
export const fragmentFindings = async (
  db: Db,
  sandboxId: string,
  fragment: FragmentToCheck,
): Promise<Finding[]> => {
  const own = sourceFindings(fragment)
  const references = fragmentReferences(fragment.source)
  if (references.length === 0) return own
  if (await comesBack(db, sandboxId, fragment))
    return [
      ...own,
      nestingFinding('fragment_circular', 'The fragment includes itself, directly or through others.'),
    ]
  return [...own, ...referenceFindings(references, await liveOrDraftFragments(db, sandboxId, references))]
}
