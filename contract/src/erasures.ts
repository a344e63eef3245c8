/** Erasure of a person, with the certificate that stays. */
import { type Static, Type } from 'typebox'
import { closed, Id, Instant, listOf, listQuery, nullable } from './shapes.ts'

/** An erasure: it says that and when, and by hashes of whom, and never who. `finishedAt` null: it goes on. */
export const Erasure = closed({
  id: Id,
  profileId: Id,
  requestedAt: Instant,
  requestedBy: Type.String(),
  finishedAt: nullable(Instant),
  /** How much of each kind was removed or blanked. */
  counts: Type.Record(Type.String(), Type.Integer()),
  /** Salted SHA-256 of each identity, hexadecimal: enough to recognise it again on this instance, and nowhere else. */
  identityHashes: Type.Array(Type.String()),
})
/** An erasure. */
export type Erasure = Static<typeof Erasure>

/** The page of the list. */
export const ErasureListQuery = listQuery({})
/** Erasures, newest first. */
export const ErasureList = listOf(Erasure)
