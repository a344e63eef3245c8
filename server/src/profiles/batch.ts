/** What a batch of people comes to: the writes one after another, played through in memory. Pure. */
import type { ConflictRule, Identity, ProfileOutcome, ProfileUpsert } from '@carillon/contract'
import { DEEPEST, isTooDeep } from '../lib/depth.ts'
import { Fault, type Problem } from '../lib/fault.ts'
import { unstorablePointers } from '../lib/unstorable.ts'
import { mergeAttributes } from './attributes.ts'
import { consentProblems } from './consent-trail.ts'
import { refuseBadMembers } from './known-members.ts'
import type { Merge } from './merge.store.ts'
import { joinPair, type MergePolicy, type MergeSide } from './merge.ts'
import { normalizeIdentities } from './people.store.ts'

type Tree = Readonly<Record<string, unknown>>

/** An identity as a key of a map. */
export const keyOf = (identity: Identity): string => JSON.stringify([identity.namespace, identity.value])

/** A write whose identities are as they are kept, or why it is refused. */
export type CheckedWrite =
  | { readonly kind: 'write'; readonly identities: readonly Identity[]; readonly attributes: Tree }
  | { readonly kind: 'refused'; readonly outcome: ProfileOutcome }

const refused = (code: string, errors: readonly Problem[]): ProfileOutcome => ({
  status: 'refused',
  id: null,
  code,
  errors: [...errors],
})

/** Looks at one write by itself: what cannot be stored is refused, as it would be alone. */
export const checkWrite = (write: ProfileUpsert): CheckedWrite => {
  if (isTooDeep(write))
    return {
      kind: 'refused',
      outcome: refused('payload_invalid', [
        { pointer: '', message: `must not be nested deeper than ${DEEPEST} levels` },
      ]),
    }
  const pointers = unstorablePointers(write)
  if (pointers.length > 0)
    return {
      kind: 'refused',
      outcome: refused(
        'payload_unstorable',
        pointers.map(pointer => ({ pointer, message: 'holds a character that cannot be stored' })),
      ),
    }
  const choices = consentProblems(write.attributes)
  if (choices.length > 0) return { kind: 'refused', outcome: refused('payload_invalid', choices) }
  try {
    const identities = normalizeIdentities(write.identities)
    refuseBadMembers(write.attributes)
    return { kind: 'write', identities, attributes: write.attributes }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { kind: 'refused', outcome: refused(error.code, error.details.problems ?? []) }
  }
}

/** Who has which identity, and everybody who has one of them. */
export interface KnownPeople {
  readonly owners: ReadonlyMap<string, string>
  readonly people: ReadonlyMap<string, MergeSide>
  /** Those who are being erased: they do not become one with others. */
  readonly erasing: ReadonlySet<string>
}

/** What one write did to a person's attributes; what a merge before it did is not in it. */
export interface Change {
  readonly id: string
  readonly before: Tree
  readonly after: Tree
}

/** What is to be written, and what each write came to. */
export interface BatchPlan {
  readonly outcomes: readonly ProfileOutcome[]
  readonly created: ReadonlyMap<string, Tree>
  readonly changed: ReadonlyMap<string, Tree>
  /** Each write's own, in their order. */
  readonly changes: readonly Change[]
  /** To be carried out in their order, after what is created and before what is claimed. */
  readonly merges: readonly Merge[]
  readonly claims: readonly (Identity & { readonly profileId: string })[]
  /** Who has every identity of the batch afterwards. */
  readonly owners: ReadonlyMap<string, string>
}

/** How a batch is played. */
export interface BatchRules {
  readonly onConflict: ConflictRule
  readonly newId: () => string
  readonly now: Date
  /** How people whose identities come together become one; null: they do not. */
  readonly merge: MergePolicy | null
}

const CONFLICT = refused('profile_conflict', [
  { pointer: '/identities', message: 'belong to different profiles' },
])

const laidOver = (before: Tree, given: Tree, rule: ConflictRule): Tree =>
  rule === 'keep' ? mergeAttributes(mergeAttributes({}, given), before) : mergeAttributes(before, given)

class Play {
  readonly created = new Map<string, Tree>()
  readonly changed = new Map<string, Tree>()
  readonly merges: Merge[] = []
  claims: (Identity & { profileId: string })[] = []
  readonly owners: Map<string, string>
  readonly changes: Change[] = []
  #turn = 0
  // Who was written here, and at which write.
  readonly #turns = new Map<string, number>()
  readonly #known: KnownPeople
  readonly #rules: BatchRules

  constructor(known: KnownPeople, rules: BatchRules) {
    this.#known = known
    this.#rules = rules
    this.owners = new Map(known.owners)
  }

  write(identities: readonly Identity[], attributes: Tree): ProfileOutcome {
    this.#turn += 1
    const owners = [...new Set(identities.flatMap(one => this.owners.get(keyOf(one)) ?? []))].sort()
    const { onConflict, merge, newId } = this.#rules
    const isErasing = owners.some(one => this.#known.erasing.has(one))
    if (owners.length > 1 && (merge === null || isErasing)) return CONFLICT
    const [owner] = owners
    if (owner === undefined) {
      const id = newId()
      const after = mergeAttributes({}, attributes)
      this.created.set(id, after)
      this.#turns.set(id, this.#turn)
      this.changes.push({ id, before: {}, after })
      return this.#claim(id, identities, 'created')
    }
    if (onConflict === 'skip') return { status: 'skipped', id: owner, code: null, errors: [] }
    if (merge !== null) this.#joinAll(owners, merge)
    const before = this.#attributesOf(owner)
    const after = laidOver(before, attributes, onConflict)
    this.#put(owner, after)
    this.changes.push({ id: owner, before, after })
    return this.#claim(owner, identities, 'updated')
  }

  #attributesOf(id: string): Tree {
    return this.created.get(id) ?? this.changed.get(id) ?? this.#known.people.get(id)?.attributes ?? {}
  }

  #put(id: string, attributes: Tree): void {
    this.#turns.set(id, this.#turn)
    if (this.created.has(id)) this.created.set(id, attributes)
    else this.changed.set(id, attributes)
  }

  // A person as it is at this write: what was said before it is newer than all that was known, and the later the newer.
  #sideOf(id: string): MergeSide {
    const known = this.#known.people.get(id)
    const turn = this.#turns.get(id)
    const claimed = this.claims.filter(one => one.profileId === id)
    return {
      id,
      attributes: this.#attributesOf(id),
      modifiedAt: turn === undefined && known !== undefined ? known.modifiedAt : this.#momentOf(turn ?? 0),
      identities: [...(known?.identities ?? []), ...this.#joinedIdentities(id), ...claimed],
    }
  }

  #momentOf(turn: number): Date {
    return new Date(this.#rules.now.getTime() + turn)
  }

  #joinedIdentities(id: string): Identity[] {
    const parts = this.merges.filter(one => one.into === id).map(one => one.from)
    return parts.flatMap(from => [
      ...(this.#known.people.get(from)?.identities ?? []),
      ...this.#joinedIdentities(from),
    ])
  }

  #joinAll([first = '', ...others]: readonly string[], policy: MergePolicy): void {
    let kept = this.#sideOf(first)
    for (const from of others) {
      const other = this.#sideOf(from)
      const join = joinPair(kept, other, policy)
      this.merges.push({ into: first, from, preferred: join.preferred })
      this.changed.delete(from)
      kept = join.side
      this.#put(first, kept.attributes)
      for (const [key, owner] of this.owners) if (owner === from) this.owners.set(key, first)
      this.claims = this.claims.map(one => (one.profileId === from ? { ...one, profileId: first } : one))
    }
  }

  #claim(profileId: string, identities: readonly Identity[], status: 'created' | 'updated'): ProfileOutcome {
    for (const one of identities) {
      const key = keyOf(one)
      if (this.owners.has(key)) continue
      this.owners.set(key, profileId)
      this.claims.push({ ...one, profileId })
    }
    return { status, id: profileId, code: null, errors: [] }
  }
}

/** Plays the writes in their order: each sees what the ones before it did, as if it had come alone. */
export const planBatch = (
  writes: readonly CheckedWrite[],
  known: KnownPeople,
  rules: BatchRules,
): BatchPlan => {
  const play = new Play(known, rules)
  const outcomes = writes.map(one =>
    one.kind === 'refused' ? one.outcome : play.write(one.identities, one.attributes),
  )
  const { created, changed, changes, merges, claims, owners } = play
  return { outcomes, created, changed, changes, merges, claims, owners }
}
