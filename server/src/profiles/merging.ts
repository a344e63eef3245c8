/** Two people become one: looked at beforehand, or done. */
import type { Identity, MergeResult } from '@carillon/contract'
import type pg from 'pg'
import type { Db } from '../db/pool.ts'
import { Overtaken, untilUndisturbed } from '../db/undisturbed.ts'
import { Fault } from '../lib/fault.ts'
import { carryOut, erasingAmong, lockSides, type MergeActor, todaysIds } from './merge.store.ts'
import { differencesOf, joinPair, type MergeSide } from './merge.ts'
import { policyOf } from './merge-owners.ts'
import { readMergeRule } from './merge-rule.store.ts'
import { findProfile } from './people.store.ts'
import { writeAttributes } from './person-row.store.ts'

/** Who asks for a merge. */
export interface MergeAuthor extends MergeActor {
  readonly pool: pg.Pool
}

/** The person of the path and the one who becomes it. */
export interface MergeAsk {
  readonly into: string
  readonly from: string
}

const gone = (pointer: string): Fault =>
  pointer === ''
    ? new Fault('not_found', { detail: 'There is no such profile in this sandbox.' })
    : new Fault('payload_invalid', { problems: [{ pointer, message: 'is no profile of this sandbox' }] })

const erasing = (): Fault =>
  new Fault('resource_state', {
    detail: 'One of the two is being erased: an erased person becomes part of nobody, and nobody part of it.',
  })

const sidesOf = async (
  tx: Db,
  sandboxId: string,
  ask: MergeAsk,
): Promise<{ readonly into: MergeSide; readonly from: MergeSide }> => {
  const [into] = await todaysIds(tx, sandboxId, [ask.into])
  if (into === undefined) throw gone('')
  const [from] = await todaysIds(tx, sandboxId, [ask.from])
  if (from === undefined) throw gone('/from')
  const locked = await lockSides(tx, sandboxId, [into, from])
  const [a, b] = [locked.get(into), locked.get(from)]
  // One of them became another person while this waited: from the start it is seen.
  if (a === undefined || b === undefined) throw new Overtaken()
  if ((await erasingAmong(tx, sandboxId, [into, from])).size > 0) throw erasing()
  return { into: a, from: b }
}

const byName = (a: Identity, b: Identity): number =>
  a.namespace === b.namespace ? (a.value < b.value ? -1 : 1) : a.namespace < b.namespace ? -1 : 1

const work = async (
  tx: Db,
  author: MergeAuthor,
  { ask, isTried }: { readonly ask: MergeAsk; readonly isTried: boolean },
): Promise<MergeResult> => {
  const { sandboxId, now } = author
  const policy = await policyOf(tx, sandboxId, await readMergeRule(tx, sandboxId))
  const { into, from } = await sidesOf(tx, sandboxId, ask)
  const isOne = into.id === from.id
  const join = joinPair(into, from, policy)
  const attributes = isOne ? into.attributes : join.side.attributes
  const before = await findProfile(tx, sandboxId, into.id)
  if (!isOne && !isTried) {
    await carryOut(tx, author, [{ into: into.id, from: from.id, preferred: join.preferred }])
    await writeAttributes(tx, { id: into.id, now }, attributes)
  }
  const after = isTried ? before : await findProfile(tx, sandboxId, into.id)
  if (after === undefined) throw new Overtaken()
  return {
    profile:
      isTried && !isOne
        ? { ...after, attributes, identities: [...into.identities, ...from.identities].sort(byName) }
        : after,
    mergedId: isOne ? null : from.id,
    preferredId: join.preferred,
    differences: isOne ? [] : differencesOf(into.attributes, from.attributes, attributes),
  }
}

/**
 * Makes the person `from` part of the person `into`, whose id stays; the id of `from` finds the same person from now on.
 * Of two who are one already nothing changes. With `isTried` it only says what would become.
 */
export const mergeProfiles = (author: MergeAuthor, ask: MergeAsk, isTried: boolean): Promise<MergeResult> =>
  untilUndisturbed(author.pool, tx => work(tx, author, { ask, isTried }))
