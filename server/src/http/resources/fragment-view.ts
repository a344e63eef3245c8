/** Fragments as the API shows them. */
import type { Fragment, FragmentSummary, FragmentVersion } from '@carillon/contract'
import { type FragmentRecord, type FragmentVersionRecord, statusOfFragment } from '../../content/fragment.ts'

/** A version as the API shows it. */
export const toFragmentVersion = (version: FragmentVersionRecord): FragmentVersion => ({
  id: version.id,
  number: version.number,
  source: version.source,
  createdAt: version.createdAt.toISOString(),
  createdBy: version.createdBy,
})

const describe = (fragment: FragmentRecord) => ({
  id: fragment.id,
  key: fragment.key,
  name: fragment.name,
  description: fragment.description,
  type: 'expression' as const,
  subType: fragment.subType,
  status: statusOfFragment({ archivedAt: fragment.archivedAt, hasLive: fragment.live !== null }),
  hasDraft: fragment.draft !== null,
  modifiedAt: fragment.modifiedAt.toISOString(),
  modifiedBy: fragment.modifiedBy,
})

/** A row of the list. */
export const toFragmentSummary = (fragment: FragmentRecord): FragmentSummary => ({
  ...describe(fragment),
  liveVersion: fragment.live?.number ?? null,
})

/** A fragment as the API shows it. */
export const toFragment = (fragment: FragmentRecord): Fragment => ({
  ...describe(fragment),
  revision: fragment.revision,
  draft: fragment.draft,
  live: fragment.live === null ? null : toFragmentVersion(fragment.live),
  createdAt: fragment.createdAt.toISOString(),
  createdBy: fragment.createdBy,
})
