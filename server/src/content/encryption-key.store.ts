/** Encryption keys in the database. Materials come sealed and go sealed; only the engine's statement reads them. */
import type { EncryptionKey } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import type { StoredKeyVersion } from './encryption.ts'

interface VersionRow {
  readonly version: number
  readonly created_at: string
  readonly created_by: string
  readonly retired_at: string | null
}

interface KeyRow {
  readonly id: string
  readonly name: string
  readonly revoked_at: Date | null
  readonly created_at: Date
  readonly created_by: string
  readonly versions: VersionRow[]
}

const toKey = (row: KeyRow): EncryptionKey => ({
  id: row.id,
  name: row.name,
  status: row.revoked_at === null ? 'active' : 'revoked',
  currentVersion: String(row.versions.find(one => one.retired_at === null)?.version ?? 0),
  versions: row.versions.map(one => ({
    version: String(one.version),
    status: row.revoked_at !== null ? 'revoked' : one.retired_at === null ? 'current' : 'retired',
    createdAt: new Date(one.created_at).toISOString(),
    createdBy: one.created_by,
    retiredAt: one.retired_at === null ? null : new Date(one.retired_at).toISOString(),
  })),
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  revokedAt: row.revoked_at?.toISOString() ?? null,
})

const COLUMNS = `k.id, k.name, k.revoked_at, k.created_at, k.created_by,
  (select jsonb_agg(jsonb_build_object('version', v.version, 'created_at', v.created_at, 'created_by', v.created_by,
     'retired_at', v.retired_at) order by v.version desc)
   from encryption_key_version v where v.key_id = k.id) as versions`

/** A key of this sandbox. */
export const findEncryptionKey = async (
  db: Db,
  sandboxId: string,
  id: string,
): Promise<EncryptionKey | undefined> => {
  const { rows } = await db.query<KeyRow>(
    `select ${COLUMNS} from encryption_key k where k.id = $1 and k.sandbox_id = $2`,
    [id, sandboxId],
  )
  return rows[0] === undefined ? undefined : toKey(rows[0])
}

/** The same, locked until the end of the transaction. */
export const lockEncryptionKey = async (
  tx: Db,
  sandboxId: string,
  id: string,
): Promise<EncryptionKey | undefined> => {
  await tx.query('select from encryption_key where id = $1 and sandbox_id = $2 for update', [id, sandboxId])
  return findEncryptionKey(tx, sandboxId, id)
}

/** Keys, newest first; one more than `limit` when there are more. */
export const listEncryptionKeys = async (
  db: Db,
  sandboxId: string,
  page: { readonly limit: number; readonly after: string | null },
): Promise<EncryptionKey[]> => {
  const { rows } = await db.query<KeyRow>(
    `select ${COLUMNS} from encryption_key k
     where k.sandbox_id = $1 and ($2::uuid is null or k.id < $2) order by k.id desc limit $3`,
    [sandboxId, page.after, page.limit + 1],
  )
  return rows.map(toKey)
}

/** Who makes what, when. */
export interface KeyChange {
  readonly id: string
  readonly by: string
  readonly now: Date
}

/** Makes a key without a material. */
export const insertEncryptionKey = async (
  tx: Db,
  change: KeyChange & { readonly sandboxId: string; readonly name: string },
): Promise<void> => {
  await tx.query(
    'insert into encryption_key (id, sandbox_id, name, created_at, created_by) values ($1, $2, $3, $4, $5)',
    [change.id, change.sandboxId, change.name, change.now, change.by],
  )
}

/** Retires the current material, if there is one, and adds the next. */
export const addKeyVersion = async (
  tx: Db,
  change: KeyChange & { readonly sealedMaterial: string },
): Promise<void> => {
  await tx.query(
    'update encryption_key_version set retired_at = $2 where key_id = $1 and retired_at is null',
    [change.id, change.now],
  )
  await tx.query(
    `insert into encryption_key_version (key_id, version, sealed_material, created_at, created_by)
     select $1, coalesce(max(version), 0) + 1, $2, $3, $4 from encryption_key_version where key_id = $1`,
    [change.id, change.sealedMaterial, change.now, change.by],
  )
}

/** Revokes a key; the first revocation counts. False: the sandbox has no such key. */
export const revokeEncryptionKey = async (
  db: Db,
  sandboxId: string,
  revocation: { readonly id: string; readonly now: Date },
): Promise<boolean> => {
  const { rowCount } = await db.query(
    'update encryption_key set revoked_at = coalesce(revoked_at, $3) where id = $1 and sandbox_id = $2',
    [revocation.id, sandboxId, revocation.now],
  )
  return rowCount === 1
}

interface SealedRow {
  readonly name: string
  readonly version: number
  readonly sealed_material: string
  readonly retired_at: Date | null
  readonly revoked_at: Date | null
}

const statusOf = (row: SealedRow): StoredKeyVersion['status'] => {
  if (row.revoked_at !== null) return 'revoked'
  return row.retired_at === null ? 'active' : 'retired'
}

/** All keys and versions of a sandbox with their sealed materials: for the engine. */
export const encryptionKeys = async (db: Db, sandboxId: string): Promise<StoredKeyVersion[]> => {
  const { rows } = await db.query<SealedRow>(
    `select k.name, v.version, v.sealed_material, v.retired_at, k.revoked_at
     from encryption_key k join encryption_key_version v on v.key_id = k.id
     where k.sandbox_id = $1 order by k.name, v.version desc`,
    [sandboxId],
  )
  return rows.map(row => ({
    name: row.name,
    version: String(row.version),
    status: statusOf(row),
    sealedMaterial: row.sealed_material,
  }))
}
