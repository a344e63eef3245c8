/** A person as it is now, under all the names that it has and had, and with the numbers that messages went to. */
import type { Identity } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { findKnownAs } from '../profiles/known-as.store.ts'
import { numbersOf } from './found-numbers.store.ts'
import { heldByOthers } from './person-data.store.ts'
import { type Subject, subjectOf, withPhones } from './subject.ts'

/** A profile that was read; `identities`: as they were then, for one that is gone by now. */
export interface ReadProfile {
  readonly id: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly identities?: readonly Identity[]
}

/** Everything by which the person is found. */
export const findSubject = async (
  db: Db,
  sandboxId: string,
  { id, attributes, identities: read = [] }: ReadProfile,
): Promise<Subject> => {
  const known = await findKnownAs(db, sandboxId, id)
  const { ids: profileIds, identities, former } = known ?? { ids: [id], identities: read, former: [] }
  const spellings = former.flatMap(({ value }) => [value, value.trim().toLowerCase()])
  const others = await heldByOthers(db, { sandboxId, profileIds }, spellings)
  return subjectOf({ profileIds, identities, former, others, attributes })
}

/**
 * The person with the numbers that messages went to or came from, which may be in a form, or ones, that the profile does not
 * have. Those that other people have as an identity are theirs.
 */
export const withNumbers = async (db: Db, sandboxId: string, subject: Subject): Promise<Subject> => {
  const { profileIds } = subject
  const found = await numbersOf(db, sandboxId, profileIds)
  const others = new Set((await heldByOthers(db, { sandboxId, profileIds }, found)).map(one => one.value))
  return withPhones(
    subject,
    found.filter(one => !others.has(one)),
  )
}
