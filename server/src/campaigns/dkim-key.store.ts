/** DKIM keys in the database. Private halves are sealed on the way in; only the engine's statement reads them. */
import { DKIM_ALGORITHMS, type DkimKey } from '@carillon/contract'
import pg from 'pg'
import { dkimRecord, dkimRecordName, readDkimKey } from '../channels/email/dkim/keys.ts'
import type { DkimKey as SigningKey } from '../channels/email/dkim/sign.ts'
import type { Db } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { unseal } from '../lib/seal.ts'

interface KeyRow {
  readonly id: string
  readonly domain: string
  readonly selector: string
  readonly algorithm: DkimKey['algorithm']
  readonly public_key: string
  readonly status: DkimKey['status']
  readonly created_at: Date
  readonly created_by: string
  readonly activated_at: Date | null
  readonly retired_at: Date | null
}

/** A key as it is listed, with the `p=` of its record. */
export interface DkimKeyRecord extends DkimKey {
  readonly publicKey: string
}

const COLUMNS =
  'id, domain, selector, algorithm, public_key, status, created_at, created_by, activated_at, retired_at'

const toKey = (row: KeyRow): DkimKeyRecord => ({
  id: row.id,
  domain: row.domain,
  selector: row.selector,
  algorithm: row.algorithm,
  status: row.status,
  record: {
    type: 'TXT',
    name: dkimRecordName(row),
    value: dkimRecord({ algorithm: row.algorithm, publicKey: row.public_key }),
  },
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  activatedAt: row.activated_at?.toISOString() ?? null,
  retiredAt: row.retired_at?.toISOString() ?? null,
  publicKey: row.public_key,
})

/** All keys of a sandbox, the newest first. */
export const listDkimKeys = async (db: Db, sandboxId: string): Promise<DkimKeyRecord[]> => {
  const { rows } = await db.query<KeyRow>(
    `select ${COLUMNS} from dkim_key where sandbox_id = $1 order by id desc`,
    [sandboxId],
  )
  return rows.map(toKey)
}

/** One key of a sandbox. */
export const findDkimKey = async (
  db: Db,
  sandboxId: string,
  id: string,
): Promise<DkimKeyRecord | undefined> => (await listDkimKeys(db, sandboxId)).find(key => key.id === id)

/** A key to store; the private half is sealed already. */
export interface NewDkimKey {
  readonly id: string
  readonly sandboxId: string
  readonly domain: string
  readonly selector: string
  readonly algorithm: DkimKey['algorithm']
  readonly publicKey: string
  readonly sealedPrivateKey: string
  readonly createdBy: string
  readonly now: Date
}

/** Stores a key that waits for its record. */
export const insertDkimKey = async (db: Db, key: NewDkimKey): Promise<void> => {
  await db
    .query(
      `insert into dkim_key (id, sandbox_id, domain, selector, algorithm, public_key, sealed_private_key, status,
         created_at, created_by)
       values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9)`,
      [
        ...[key.id, key.sandboxId, key.domain, key.selector, key.algorithm],
        ...[key.publicKey, key.sealedPrivateKey, key.now, key.createdBy],
      ],
    )
    .catch((error: unknown) => {
      if (!(error instanceof pg.DatabaseError) || error.code !== '23505') throw error
      const problems = [{ pointer: '/selector', message: 'is already used for this domain' }]
      throw new Fault('name_taken', { problems, cause: error })
    })
}

/** A key and the moment of a change. */
export interface DkimKeyChange {
  readonly sandboxId: string
  readonly id: string
  readonly now: Date
}

/** Lets a waiting key sign; the one that signed so far retires with it. Two statements of one transaction. */
export const activateDkimKey = async (tx: Db, { sandboxId, id, now }: DkimKeyChange): Promise<void> => {
  await tx.query(
    `update dkim_key old set status = 'retired', retired_at = $3
     from dkim_key key
     where key.id = $1 and key.sandbox_id = $2 and old.sandbox_id = $2 and old.status = 'active'
       and old.domain = key.domain and old.algorithm = key.algorithm`,
    [id, sandboxId, now],
  )
  const text = `update dkim_key set status = 'active', activated_at = $3, retired_at = null
    where id = $1 and sandbox_id = $2`
  await tx.query(text, [id, sandboxId, now]).catch((error: unknown) => {
    if (!(error instanceof pg.DatabaseError) || error.code !== '23505') throw error
    throw new Fault('resource_state', {
      detail: 'Another key of this domain began to sign just now.',
      cause: error,
    })
  })
}

/** Ends the signing of a key. */
export const retireDkimKey = async (db: Db, { sandboxId, id, now }: DkimKeyChange): Promise<void> => {
  await db.query(
    `update dkim_key set status = 'retired', retired_at = $3 where id = $1 and sandbox_id = $2 and status <> 'retired'`,
    [id, sandboxId, now],
  )
}

/** Removes a key that does not sign. False: it signs, or is not there. */
export const deleteDkimKey = async (db: Db, sandboxId: string, id: string): Promise<boolean> => {
  const { rowCount } = await db.query(
    `delete from dkim_key where id = $1 and sandbox_id = $2 and status <> 'active'`,
    [id, sandboxId],
  )
  return rowCount === 1
}

interface SigningRow extends Pick<KeyRow, 'domain' | 'selector' | 'algorithm'> {
  readonly sealed_private_key: string
}

/** A key that signs; `privateKey` undefined: it was sealed under another secret, and cannot be read. */
export type StoredSigningKey = Omit<SigningKey, 'privateKey'> & {
  readonly privateKey: SigningKey['privateKey'] | undefined
}

/** The keys that sign in a sandbox, RSA before Ed25519. */
export const signingKeys = async (db: Db, sandboxId: string, secret: string): Promise<StoredSigningKey[]> => {
  const { rows } = await db.query<SigningRow>(
    `select domain, selector, algorithm, sealed_private_key from dkim_key where sandbox_id = $1 and status = 'active'`,
    [sandboxId],
  )
  const ordered = DKIM_ALGORITHMS.flatMap(algorithm => rows.filter(row => row.algorithm === algorithm))
  return ordered.map(({ domain, selector, algorithm, sealed_private_key }) => {
    const pem = unseal(secret, sealed_private_key)
    return { domain, selector, algorithm, privateKey: pem === undefined ? undefined : readDkimKey(pem) }
  })
}
