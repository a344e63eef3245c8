/** Rows of people into an uploaded audience: who they are, who is refused and why. Calls and files go this way. */
import {
  type AudienceMembersWrite,
  type AudienceMembersWritten,
  MAX_AUDIENCE_COLUMNS,
  MAX_EXTRA_BYTES,
  type MemberRefusal,
} from '@carillon/contract'
import { type Db, transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { createProfiles, type IdentityKey, resolveIdentities } from '../profiles/profile.store.ts'
import { type AudienceRecord, lockAudience } from './audience.store.ts'
import { type AudienceAuthor, orNoAudience } from './audiences.ts'
import { deleteMember, upsertMembers, writeColumns } from './member.store.ts'

type Extra = Readonly<Record<string, unknown>>

/** A row from outside; `place` is its index or its line. */
export interface GivenMember {
  readonly place: number
  readonly namespace: string
  readonly value: string
  readonly extra: Extra
}

/** What became of rows. */
export interface WrittenMembers {
  readonly added: number
  readonly replaced: number
  readonly refused: readonly { readonly place: number; readonly reason: MemberRefusal }[]
}

/** Where rows go. The audience is locked by the caller. */
export interface MemberTarget {
  readonly audience: Pick<AudienceRecord, 'id' | 'columns'>
  readonly sandboxId: string
  readonly createProfiles: boolean
  readonly now: Date
  readonly newId: () => string
}

const keyOf = (one: { namespace: string; value: string }): string =>
  JSON.stringify([one.namespace, one.value])

const profilesOf = async (tx: Db, keys: readonly IdentityKey[]): Promise<Map<string, string>> => {
  const found = await resolveIdentities(tx, keys)
  return new Map(found.map(one => [keyOf(one), one.profileId]))
}

const resolved = async (
  tx: Db,
  target: MemberTarget,
  members: readonly GivenMember[],
): Promise<Map<string, string>> => {
  const byKey = new Map(members.map(one => [keyOf(one), one]))
  // In one order, so that two writers never wait for each other in a circle.
  const keys = [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { namespace, value }]) => ({ sandboxId: target.sandboxId, namespace, value }))
  const known = await profilesOf(tx, keys)
  const unknown = keys.filter(key => !known.has(keyOf(key)))
  if (!target.createProfiles || unknown.length === 0) return known
  await createProfiles(
    tx,
    unknown.map(key => ({ ...key, id: target.newId() })),
    target.now,
  )
  return new Map([...known, ...(await profilesOf(tx, unknown))])
}

// A row whose columns are too many with those there are is refused; the others' columns stay.
const columnKeeper = (columns: readonly string[]) => {
  const names = new Set(columns)
  return {
    names: () => [...names],
    takes: (extra: Extra): boolean => {
      const fresh = Object.keys(extra).filter(name => !names.has(name))
      if (names.size + fresh.length > MAX_AUDIENCE_COLUMNS) return false
      for (const name of fresh) names.add(name)
      return true
    },
  }
}

const clean = (one: GivenMember): GivenMember => ({
  ...one,
  namespace: one.namespace.trim().toLowerCase(),
  value: one.value.trim(),
})

const formRefusal = (one: GivenMember): MemberRefusal | undefined => {
  if (one.namespace === '' || one.value === '') return 'identity_blank'
  return Buffer.byteLength(JSON.stringify(one.extra)) > MAX_EXTRA_BYTES ? 'extra_too_large' : undefined
}

/** Writes rows within the caller's transaction. A person who comes twice gets the last row. */
export const writeMembers = async (
  tx: Db,
  target: MemberTarget,
  given: readonly GivenMember[],
): Promise<WrittenMembers> => {
  const { audience } = target
  const refused: { place: number; reason: MemberRefusal }[] = []
  const keeper = columnKeeper(audience.columns)
  const sound = given.map(clean).filter(one => {
    const reason = formRefusal(one) ?? (keeper.takes(one.extra) ? undefined : 'columns_too_many')
    if (reason !== undefined) refused.push({ place: one.place, reason })
    return reason === undefined
  })
  const profiles = await resolved(tx, target, sound)
  const members = new Map<string, Extra>()
  for (const one of sound) {
    const profileId = profiles.get(keyOf(one))
    if (profileId === undefined) refused.push({ place: one.place, reason: 'person_unknown' })
    else members.set(profileId, one.extra)
  }
  const rows = [...members].map(([profileId, extra]) => ({ profileId, extra }))
  const written = await upsertMembers(tx, audience.id, rows)
  if (keeper.names().length > audience.columns.length) await writeColumns(tx, audience.id, keeper.names())
  return { ...written, refused: refused.sort((a, b) => a.place - b.place) }
}

/** The uploaded audience of this id, locked; 404 without one, refused when it is archived or has a rule. */
export const lockUpload = async (tx: Db, sandboxId: string, id: string): Promise<AudienceRecord> => {
  const audience = orNoAudience(await lockAudience(tx, sandboxId, id))
  if (audience.kind === 'rule')
    throw new Fault('resource_state', { detail: 'The members of this audience follow from its rule.' })
  if (audience.archivedAt !== null)
    throw new Fault('resource_state', { detail: `The audience "${audience.name}" is archived.` })
  return audience
}

/** Adds members by a call, and replaces the `extra` of those who are in. */
export const addMembers = (
  author: AudienceAuthor,
  id: string,
  { members, createProfiles: create = false }: AudienceMembersWrite,
): Promise<AudienceMembersWritten> =>
  transaction(author.pool, async tx => {
    const audience = await lockUpload(tx, author.sandboxId, id)
    const target = { ...author, audience, createProfiles: create }
    const given = members.map(({ namespace, value, extra = {} }, place) => ({
      place,
      namespace,
      value,
      extra,
    }))
    const { added, replaced, refused } = await writeMembers(tx, target, given)
    return { added, replaced, refused: refused.map(({ place, reason }) => ({ index: place, reason })) }
  })

/** Takes a person out of an uploaded audience; 404 when there is no such member. */
export const removeMember = (author: AudienceAuthor, id: string, profileId: string): Promise<void> =>
  transaction(author.pool, async tx => {
    const audience = await lockUpload(tx, author.sandboxId, id)
    if (!(await deleteMember(tx, audience.id, profileId)))
      throw new Fault('not_found', { detail: 'There is no such member in this audience.' })
  })
