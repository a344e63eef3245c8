/** The fragment: what it is made of, its status, and the key it gets from its name. Pure. */
import type { FragmentStatus, FragmentSubType } from '@carillon/contract'

/** A published version; it never changes. */
export interface FragmentVersionRecord {
  readonly id: string
  readonly number: number
  readonly source: string
  readonly createdAt: Date
  readonly createdBy: string
}

/** A fragment with its draft and its live version; at least one of them is there. */
export interface FragmentRecord {
  readonly id: string
  readonly sandboxId: string
  readonly key: string
  readonly name: string
  readonly description: string
  readonly subType: FragmentSubType
  readonly draft: string | null
  readonly live: FragmentVersionRecord | null
  readonly archivedAt: Date | null
  readonly revision: number
  readonly createdAt: Date
  readonly createdBy: string
  readonly modifiedAt: Date
  readonly modifiedBy: string
}

/** The status: archived wins, then whether there is a live version. */
export const statusOfFragment = (facts: {
  readonly archivedAt: Date | null
  readonly hasLive: boolean
}): FragmentStatus => {
  if (facts.archivedAt !== null) return 'archived'
  return facts.hasLive ? 'live' : 'draft'
}

const LONGEST_KEY = 150

/** The key that a name makes: lower-case ASCII letters and digits with hyphens between them. */
export const keyFromName = (name: string): string => {
  const ascii = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const words = ascii.split(/[^a-z0-9]+/).filter(word => word !== '')
  return words.join('-').slice(0, LONGEST_KEY).replace(/-$/, '') || 'fragment'
}
