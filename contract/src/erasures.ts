/** Erasure of one person, its certificate, and what is asked of it afterwards; access to all that is kept of a person. */
import { type Static, Type } from 'typebox'
import { Identity } from './people.ts'
import { choice, closed, Id, Instant, JsonObject, listOf, listQuery, nullable } from './shapes.ts'

// An erasure goes on by itself until it is finished.
const STATES = ['running', 'finished'] as const
// Where it is: the person's own rows, the messages, those accepted at that moment, the rest of the ledger.
const PHASES = ['person', 'messages', 'late', 'ledger', 'done'] as const
// What became of rows: gone, without the person, or without the words that named the person; cancelled before sending.
const DEEDS = ['removed', 'anonymised', 'redacted', 'cancelled'] as const

const confirm = choice(['erase'])

/** `POST /api/v1/profiles/{id}/erase`. */
export const ProfileErase = closed({ confirm })
/** The body that erases a profile. */
export type ProfileErase = Static<typeof ProfileErase>

/** `POST /api/v1/erasures`: by an identity, also of a person without a profile. */
export const ErasureRequest = closed({ identity: Identity, confirm })
/** The body that erases by an identity. */
export type ErasureRequest = Static<typeof ErasureRequest>

/** How many rows of a table, and what became of them. */
export const ErasureCount = closed({
  table: Type.String(),
  deed: choice(DEEDS),
  rows: Type.Integer(),
})
/** How many rows of a table, and what became of them. */
export type ErasureCount = Static<typeof ErasureCount>

// In hexadecimal, under the instance's secret. It always keeps marketing back.
const KeptHash = closed({ hash: Type.String(), suppressed: Type.Boolean() })

/** What proves an erasure; the signature is over all other members. It names no address. */
export const ErasureCertificate = closed({
  type: choice(['carillon-erasure-certificate']),
  version: Type.Integer(),
  erasureId: Id,
  organization: Type.String(),
  sandbox: Type.String(),
  requestedAt: Instant,
  requestedBy: Type.String(),
  finishedAt: Instant,
  erased: Type.Array(ErasureCount),
  hashes: Type.Array(KeptHash),
  signature: Type.String(),
})
/** What proves an erasure. */
export type ErasureCertificate = Static<typeof ErasureCertificate>

/** An erasure. `erased` grows while it runs; the certificate comes at the end. */
export const Erasure = closed({
  id: Id,
  state: choice(STATES),
  phase: choice(PHASES),
  requestedAt: Instant,
  requestedBy: Type.String(),
  finishedAt: nullable(Instant),
  erased: Type.Array(ErasureCount),
  certificate: nullable(ErasureCertificate),
})
/** An erasure. */
export type Erasure = Static<typeof Erasure>
/** Erasures, newest first. */
export const ErasureList = listOf(Erasure)
/** The page of the list. */
export const ErasureListQuery = listQuery({})

/** `POST /api/v1/erasures/lookup`: was this address erased? Nothing of the question is stored. */
export const ErasureLookup = closed({ identity: Identity })
/** The question. */
export type ErasureLookup = Static<typeof ErasureLookup>
/** The answer: the latest erasure, and whether the address was suppressed then, and therefore is now. */
export const ErasureFound = closed({
  erased: Type.Boolean(),
  erasureId: nullable(Id),
  erasedAt: nullable(Instant),
  suppressed: Type.Boolean(),
})
/** The answer. */
export type ErasureFound = Static<typeof ErasureFound>

/** `POST /api/v1/erasures/verify`: a certificate as somebody handed it in. */
export const ErasureVerify = closed({ certificate: JsonObject })
/** A certificate as somebody handed it in. */
export type ErasureVerify = Static<typeof ErasureVerify>
/** Whether this instance made it, and nobody changed it since. */
export const ErasureVerified = closed({ valid: Type.Boolean() })
/** Whether it is genuine. */
export type ErasureVerified = Static<typeof ErasureVerified>

/** `GET /api/v1/access`: by an identity, also of a person without a profile. */
export const AccessQuery = closed({
  namespace: Type.String({ minLength: 1, maxLength: 100 }),
  value: Type.String({ minLength: 1, maxLength: 512 }),
})
/** Whose data is asked for. */
export type AccessQuery = Static<typeof AccessQuery>
