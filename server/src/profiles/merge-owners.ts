/** Owners of the identities of one write become one person, where the rule of the sandbox says so. */
import type { MergeRule } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { Overtaken } from '../db/undisturbed.ts'
import { carryOut, erasingAmong, lockSides, type Merge, type MergeActor } from './merge.store.ts'
import { joinPair, type MergePolicy } from './merge.ts'
import { readNamespaces } from './namespace.store.ts'
import { allNamespaces } from './namespaces.ts'
import { writeAttributes } from './person-row.store.ts'

/** What decides between two people of a sandbox. */
export const policyOf = async (db: Db, sandboxId: string, rule: MergeRule): Promise<MergePolicy> => ({
  attributes: rule.attributes,
  namespaces: allNamespaces(await readNamespaces(db, sandboxId)),
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
  const merges: Merge[] = []
  let kept = first
  for (const other of others) {
    const join = joinPair(kept, other, policy)
    merges.push({ into: first.id, from: other.id, preferred: join.preferred })
    kept = join.side
  }
  await carryOut(tx, actor, merges)
  await writeAttributes(tx, { id: kept.id, now: actor.now }, kept.attributes)
  return kept.id
}
