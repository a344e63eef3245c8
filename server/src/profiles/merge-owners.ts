/** Owners of the identities of one write become one person, where the rule of the sandbox says so. */
import type { MergeRule } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { Overtaken } from '../db/undisturbed.ts'
import { carryOut, erasingAmong, lockSides, type MergeActor } from './merge.store.ts'
import { type MergePolicy, type MergeSide, mergePair, preferred } from './merge.ts'
import { readNamespaces } from './namespace.store.ts'
import { allNamespaces } from './namespaces.ts'
import { writeAttributes } from './person-row.store.ts'

/** What decides between two people of a sandbox. */
export const policyOf = async (db: Db, sandboxId: string, rule: MergeRule): Promise<MergePolicy> => ({
  attributes: rule.attributes,
  namespaces: allNamespaces(await readNamespaces(db, sandboxId)),
})

/** The person that two have become; the other one is part of the first. */
export const joined = (
  kept: MergeSide,
  other: MergeSide,
  attributes: MergeSide['attributes'],
): MergeSide => ({
  id: kept.id,
  attributes,
  modifiedAt: new Date(Math.max(kept.modifiedAt.getTime(), other.modifiedAt.getTime())),
  identities: [...kept.identities, ...other.identities],
})

/**
 * Merges people within the caller's transaction, by the rule of the sandbox: the one who is known longest stays. Answers
 * its id; the attributes are written. Undefined: one of them is being erased. Throws `Overtaken` when one is gone by now.
 */
export const mergeOwners = async (
  tx: Db,
  actor: MergeActor,
  { owners, rule }: { readonly owners: readonly string[]; readonly rule: MergeRule },
): Promise<string | undefined> => {
  const policy = await policyOf(tx, actor.sandboxId, rule)
  const [first, ...others] = [...(await lockSides(tx, actor.sandboxId, owners)).values()]
  if (first === undefined || others.length + 1 < owners.length) throw new Overtaken()
  if ((await erasingAmong(tx, actor.sandboxId, owners)).size > 0) return undefined
  let kept = first
  for (const other of others) {
    const wins = preferred(kept, other, policy)
    const merged = mergePair(wins.attributes, (wins === kept ? other : kept).attributes)
    await carryOut(tx, actor, [{ into: kept.id, from: other.id, preferred: wins.id }])
    kept = joined(kept, other, merged)
  }
  await writeAttributes(tx, { id: kept.id, now: actor.now }, kept.attributes)
  return kept.id
}
