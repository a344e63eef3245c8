/** The registry of encryption keys: make, rotate, revoke. A material is shown once, to the one who made it. */
import type { EncryptionKey, EncryptionKeyCreate, EncryptionKeyIssued } from '@carillon/contract'
import { transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { seal } from '../lib/seal.ts'
import { type Author, orMissing, withFreeName } from './author.ts'
import { newMaterial } from './encryption.ts'
import {
  addKeyVersion,
  findEncryptionKey,
  insertEncryptionKey,
  lockEncryptionKey,
  revokeEncryptionKey,
} from './encryption-key.store.ts'

/** Who works on keys: an author with the instance's secret, under which materials are sealed. */
export interface KeyAuthor extends Author {
  readonly secret: string
}

/** A key of the author's sandbox; 404 when there is none. */
export const getEncryptionKey = async (author: Author, id: string): Promise<EncryptionKey> =>
  orMissing(await findEncryptionKey(author.pool, author.sandboxId, id), 'encryption key')

/** Makes a key with its first material. */
export const createEncryptionKey = async (
  author: KeyAuthor,
  { name }: EncryptionKeyCreate,
): Promise<EncryptionKeyIssued> => {
  const { sandboxId, by, now } = author
  const [id, material] = [author.newId(), newMaterial()]
  await transaction(author.pool, async tx => {
    await withFreeName(insertEncryptionKey(tx, { id, sandboxId, name, by, now }))
    await addKeyVersion(tx, { id, by, now, sealedMaterial: seal(author.secret, material) })
  })
  return { ...(await getEncryptionKey(author, id)), material }
}

/** Gives a key a new material, which encrypts from now on; the old one is retired. A revoked key gets none. */
export const rotateEncryptionKey = async (author: KeyAuthor, id: string): Promise<EncryptionKeyIssued> => {
  const material = newMaterial()
  const key = await transaction(author.pool, async tx => {
    const found = orMissing(await lockEncryptionKey(tx, author.sandboxId, id), 'encryption key')
    if (found.status === 'revoked')
      throw new Fault('resource_state', { detail: 'A revoked key stays revoked; make a new one.' })
    const { by, now } = author
    await addKeyVersion(tx, { id, by, now, sealedMaterial: seal(author.secret, material) })
    // Read here: after the commit another rotation may have made this material an old one.
    return orMissing(await findEncryptionKey(tx, author.sandboxId, id), 'encryption key')
  })
  return { ...key, material }
}

/** Ends a key for good: nothing is encrypted under it from now on. */
export const endEncryptionKey = async (author: Author, id: string): Promise<EncryptionKey> => {
  const { pool, sandboxId, now } = author
  if (!(await revokeEncryptionKey(pool, sandboxId, { id, now }))) orMissing(undefined, 'encryption key')
  return getEncryptionKey(author, id)
}
