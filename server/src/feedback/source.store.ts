/** Webhooks of providers in the database. */
import type { FeedbackProvider } from '@carillon/contract'
import pg from 'pg'
import type { Db } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'

/** What a provider is believed by: its topic, or its key. */
export interface SourceSettings {
  readonly topicArn?: string
  readonly publicKey?: string
}

/** A webhook. */
export interface FeedbackSourceRow {
  readonly id: string
  readonly sandboxId: string
  readonly provider: FeedbackProvider
  readonly name: string
  readonly settings: SourceSettings
  readonly confirmedAt: Date | null
  readonly createdAt: Date
  readonly createdBy: string
}

interface DbRow {
  readonly id: string
  readonly sandbox_id: string
  readonly provider: FeedbackProvider
  readonly name: string
  readonly settings: SourceSettings
  readonly confirmed_at: Date | null
  readonly created_at: Date
  readonly created_by: string
}

const COLUMNS = 'id, sandbox_id, provider, name, settings, confirmed_at, created_at, created_by'
const toSource = (row: DbRow): FeedbackSourceRow => ({
  ...{
    id: row.id,
    sandboxId: row.sandbox_id,
    provider: row.provider,
    name: row.name,
    settings: row.settings,
  },
  ...{ confirmedAt: row.confirmed_at, createdAt: row.created_at, createdBy: row.created_by },
})

/** Makes a webhook; refuses a name that is used. */
export const insertSource = async (
  db: Db,
  source: Omit<FeedbackSourceRow, 'confirmedAt'>,
): Promise<FeedbackSourceRow> => {
  const { id, sandboxId, provider, name, settings, createdAt, createdBy } = source
  await db
    .query(
      `insert into feedback_source (id, sandbox_id, provider, name, settings, created_at, created_by)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [id, sandboxId, provider, name, settings, createdAt, createdBy],
    )
    .catch((error: unknown) => {
      if (error instanceof pg.DatabaseError && error.constraint === 'feedback_source_name_key')
        throw new Fault('name_taken', {
          problems: [{ pointer: '/name', message: 'is already used in this sandbox' }],
          cause: error,
        })
      throw error
    })
  return { ...source, confirmedAt: null }
}

/** Webhooks of a sandbox, newest first. They are few. */
export const listSources = async (db: Db, sandboxId: string): Promise<FeedbackSourceRow[]> => {
  const { rows } = await db.query<DbRow>(
    `select ${COLUMNS} from feedback_source where sandbox_id = $1 order by id desc limit 200`,
    [sandboxId],
  )
  return rows.map(toSource)
}

/** The webhook of that id and provider, whatever its sandbox. */
export const findSource = async (
  db: Db,
  id: string,
  provider: FeedbackProvider,
): Promise<FeedbackSourceRow | undefined> => {
  const { rows } = await db.query<DbRow>(
    `select ${COLUMNS} from feedback_source where id = $1 and provider = $2`,
    [id, provider],
  )
  return rows[0] === undefined ? undefined : toSource(rows[0])
}

/** Remembers when a topic was subscribed. */
export const confirmSource = async (db: Db, id: string, now: Date): Promise<void> => {
  await db.query('update feedback_source set confirmed_at = $2 where id = $1', [id, now])
}

/** Removes a webhook with its counts. False: there is none. */
export const deleteSource = async (db: Db, sandboxId: string, id: string): Promise<boolean> => {
  const { rowCount } = await db.query(
    `with gone as (delete from feedback_source where id = $1 and sandbox_id = $2 returning id),
       counts as (delete from feedback_tally t using gone where t.source = gone.id::text),
       seen as (delete from feedback_seen s using gone where s.source_id = gone.id)
     select id from gone`,
    [id, sandboxId],
  )
  return rowCount === 1
}

/** The domains that channel configurations of a sandbox have bounces sent to. */
export const bounceDomains = async (db: Db, sandboxId: string): Promise<string[]> => {
  const { rows } = await db.query<{ readonly domain: string }>(
    `select distinct settings ->> 'bounceDomain' as domain from channel_configuration
     where sandbox_id = $1 and settings ->> 'bounceDomain' is not null order by 1`,
    [sandboxId],
  )
  return rows.map(row => row.domain)
}
