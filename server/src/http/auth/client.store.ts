/** API clients in the database. Secrets are answered once, by `createClient`; only their hashes are kept. */
import { randomUUID } from 'node:crypto'
import type { ApiClient, ApiClientCreated } from '@carillon/contract'
import { type Db, within } from '../../db/pool.ts'
import { Fault } from '../../lib/fault.ts'
import { hashSecret, newSecret } from './tokens.ts'

// Every call waits for this look-up: a database that went silent must end in an answer.
const LOOK_UP_MS = 10_000

/** A client as authentication needs it. */
export interface ClientRecord {
  readonly id: string
  readonly name: string
  readonly sandboxNames: readonly string[] | null
  readonly revoked: boolean
  /** Calls per second that it may make; null: as many as it likes. */
  readonly callsPerSecond: number | null
}

interface Row {
  readonly id: string
  readonly name: string
  readonly sandbox_names: string[] | null
  readonly calls_per_second: number | null
  readonly created_at: Date
  readonly revoked_at: Date | null
}

const toRecord = (row: Row): ClientRecord => ({
  id: row.id,
  name: row.name,
  sandboxNames: row.sandbox_names,
  revoked: row.revoked_at !== null,
  callsPerSecond: row.calls_per_second,
})

/** Makes a client and answers its secrets, the organization and the sandboxes it may use. */
export const createClient = async (
  db: Db,
  options: {
    readonly name: string
    readonly sandboxes: readonly string[] | null
    readonly now: Date
    /** Null or left out: no limit. */
    readonly callsPerSecond?: number | null
  },
): Promise<ApiClientCreated> => {
  const made = {
    clientId: randomUUID().replaceAll('-', ''),
    clientSecret: newSecret('secret'),
    token: newSecret('token'),
  }
  const { rows } = await db.query<{ organization: string | null; sandboxes: string[] }>(
    `with made as (
       insert into api_client (id, name, secret_hash, token_hash, sandbox_names, created_at, calls_per_second)
       values ($1, $2, $3, $4, $5, $6, $7)
     )
     select (select s.value #>> '{}' from setting s where s.key = 'organization') as organization,
       coalesce((select array_agg(s.name order by s.name) from sandbox s where $5::text[] is null or s.name = any($5)), '{}') as sandboxes`,
    [
      made.clientId,
      options.name,
      hashSecret(made.clientSecret),
      hashSecret(made.token),
      options.sandboxes,
      options.now,
      options.callsPerSecond ?? null,
    ],
  )
  return { ...made, organization: rows[0]?.organization ?? '', sandboxes: rows[0]?.sandboxes ?? [] }
}

const COLUMNS = 'id, name, sandbox_names, calls_per_second, created_at, revoked_at'

const toClient = (row: Row): ApiClient => ({
  clientId: row.id,
  name: row.name,
  sandboxes: row.sandbox_names,
  callsPerSecond: row.calls_per_second,
  createdAt: row.created_at.toISOString(),
  revokedAt: row.revoked_at?.toISOString() ?? null,
})

const noClient = (): Fault => new Fault('not_found', { detail: 'There is no such API client.' })

/** All clients, newest first. */
export const listClients = async (db: Db): Promise<ApiClient[]> => {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from api_client order by created_at desc, id`)
  return rows.map(toClient)
}

/** Sets how many calls a second a client may make; null: as many as it likes. */
export const limitClient = async (
  db: Db,
  change: { readonly clientId: string; readonly callsPerSecond: number | null },
): Promise<ApiClient> => {
  const { rows } = await db.query<Row>(
    `update api_client set calls_per_second = $2 where id = $1 returning ${COLUMNS}`,
    [change.clientId, change.callsPerSecond],
  )
  if (rows[0] === undefined) throw noClient()
  return toClient(rows[0])
}

/** Revokes a client for good; refused when there is none of that id. */
export const revokeClient = async (
  db: Db,
  change: { readonly clientId: string; readonly now: Date },
): Promise<void> => {
  const { rowCount } = await db.query(
    'update api_client set revoked_at = coalesce(revoked_at, $2) where id = $1',
    [change.clientId, change.now],
  )
  if (rowCount === 0) throw noClient()
}

/** The client of an access token. */
export const clientByToken = async (db: Db, tokenHash: Buffer): Promise<ClientRecord | undefined> => {
  const { rows } = await db.query<Row>(
    within(LOOK_UP_MS, { text: 'select * from api_client where token_hash = $1', values: [tokenHash] }),
  )
  return rows[0] === undefined ? undefined : toRecord(rows[0])
}

/** A client by its id. */
export const clientById = async (db: Db, id: string): Promise<ClientRecord | undefined> => {
  const { rows } = await db.query<Row>(
    within(LOOK_UP_MS, { text: 'select * from api_client where id = $1', values: [id] }),
  )
  return rows[0] === undefined ? undefined : toRecord(rows[0])
}

/** The client whose id and secret these are, unless it was revoked. */
export const clientByCredentials = async (
  db: Db,
  id: string,
  secret: string,
): Promise<ClientRecord | undefined> => {
  const { rows } = await db.query<Row>(
    'select * from api_client where id = $1 and secret_hash = $2 and revoked_at is null',
    [id, hashSecret(secret)],
  )
  return rows[0] === undefined ? undefined : toRecord(rows[0])
}
