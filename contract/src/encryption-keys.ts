/** Encryption keys of the native API: what content encrypts under (`encrypt`). Decrypting is the customer's own work. */
import { type Static, Type } from 'typebox'
import { choice, closed, Id, Instant, listOf, listQuery, nullable } from './shapes.ts'

/** `POST /api/v1/encryption-keys`. The name is part of every encrypted text and has no point in it. */
export const EncryptionKeyCreate = closed({
  name: Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9_-]+$' }),
})
/** The body that makes a key. */
export type EncryptionKeyCreate = Static<typeof EncryptionKeyCreate>

/** One material of a key. Only the `current` one encrypts; retired ones are for the decrypting side to keep. */
export const EncryptionKeyVersion = closed({
  version: Type.String(),
  status: choice(['current', 'retired', 'revoked']),
  createdAt: Instant,
  createdBy: Type.String(),
  retiredAt: nullable(Instant),
})

/** A key, without its materials. */
export const EncryptionKey = closed({
  id: Id,
  name: Type.String(),
  status: choice(['active', 'revoked']),
  currentVersion: Type.String(),
  versions: Type.Array(EncryptionKeyVersion),
  createdAt: Instant,
  createdBy: Type.String(),
  revokedAt: nullable(Instant),
})
/** A key. */
export type EncryptionKey = Static<typeof EncryptionKey>

/** The only answer that ever shows a material: 256 bits in base64url, of the current version. */
export const EncryptionKeyIssued = closed({ ...EncryptionKey.properties, material: Type.String() })
/** A key with its new material. */
export type EncryptionKeyIssued = Static<typeof EncryptionKeyIssued>

/** Filters of the list. */
export const EncryptionKeyListQuery = listQuery({})
/** Keys, newest first. */
export const EncryptionKeyList = listOf(EncryptionKey)
