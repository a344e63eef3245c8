/** The bodies of fragments, encryption keys, lookup tables and the profile schema, under the names that the contract gives them. */

/** The states of a fragment. */
export const FRAGMENT_STATUSES = ['draft', 'live', 'archived'] as const
/** A fragment's status. */
export type FragmentStatus = (typeof FRAGMENT_STATUSES)[number]
/** What a fragment is made of; chosen when it is made. */
export const FRAGMENT_SUB_TYPES = ['html', 'json', 'text'] as const
/** What a fragment is made of. */
export type FragmentSubType = (typeof FRAGMENT_SUB_TYPES)[number]

/** The body that makes a fragment. */
export interface FragmentCreate {
  name: string
  key?: string
  description?: string
  subType?: FragmentSubType
  source?: string
}
/** The body that changes a fragment. */
export interface FragmentPatch {
  name?: string
  description?: string
  source?: string
  revision?: number
}
/** A published version; it never changes. */
export interface FragmentVersion {
  id: string
  number: number
  source: string
  createdAt: string
  createdBy: string
}
interface FragmentDescribed {
  id: string
  key: string
  name: string
  description: string
  type: 'expression'
  subType: FragmentSubType
  status: FragmentStatus
  hasDraft: boolean
  modifiedAt: string
  modifiedBy: string
}
/** A fragment as its page sees it. */
export interface Fragment extends FragmentDescribed {
  revision: number
  draft: string | null
  live: FragmentVersion | null
  createdAt: string
  createdBy: string
}
/** A row of the list. */
export interface FragmentSummary extends FragmentDescribed {
  liveVersion: number | null
}
/** Content that names a resource. */
export interface ContentUse {
  kind: 'campaign' | 'fragment'
  id: string
  name: string
  status: string
  inDraft: boolean
  inLive: boolean
}

/** One material of a key. */
export interface EncryptionKeyVersion {
  version: string
  status: 'current' | 'retired' | 'revoked'
  createdAt: string
  createdBy: string
  retiredAt: string | null
}
/** A key, without its materials. */
export interface EncryptionKey {
  id: string
  name: string
  status: 'active' | 'revoked'
  currentVersion: string
  versions: EncryptionKeyVersion[]
  createdAt: string
  createdBy: string
  revokedAt: string | null
}
/** A key with its new material, shown once. */
export interface EncryptionKeyIssued extends EncryptionKey {
  material: string
}

/** A lookup table. */
export interface LookupTable {
  id: string
  name: string
  description: string
  rowCount: number
  createdAt: string
  createdBy: string
  modifiedAt: string
  modifiedBy: string
}
/** The body that makes a table. */
export interface LookupTableCreate {
  name: string
  description?: string
}
/** The body that changes a table. */
export interface LookupTablePatch {
  name?: string
  description?: string
}
/** A row of a table. */
export interface LookupRow {
  key: string
  row: Record<string, unknown>
  modifiedAt: string
}

/** The schema of a sandbox's profiles; null: none is set. */
export interface ProfileSchema {
  schema: Record<string, unknown> | null
  revision: number
}
