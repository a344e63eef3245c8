/** A person as it is now, under all the names that it has and had. */
import type { Db } from '../db/pool.ts'
import { findKnownAs } from '../profiles/known-as.store.ts'
import { heldByOthers } from './person-data.store.ts'
import { type Subject, subjectOf } from './subject.ts'

/** A profile that was read. */
export interface ReadProfile {
  readonly id: string
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Everything by which the person is found. */
export const findSubject = async (
  db: Db,
  sandboxId: string,
  { id, attributes }: ReadProfile,
): Promise<Subject> => {
  const known = await findKnownAs(db, sandboxId, id)
  const { ids: profileIds, identities, former } = known ?? { ids: [id], identities: [], former: [] }
  const spellings = former.flatMap(({ value }) => [value, value.trim().toLowerCase()])
  const others = await heldByOthers(db, { sandboxId, profileIds }, spellings)
  return subjectOf({ profileIds, identities, former, others, attributes })
}
