/** Studio users, one-time links and sessions in the database. Links and session tokens are kept as hashes only. */
import { randomUUID } from 'node:crypto'
import type { Sandbox } from '@carillon/contract'
import { type Db, within } from '../../db/pool.ts'
import { hashSecret, newSecret } from './tokens.ts'

const LINK_MS = 3_600_000
// Every call waits for the sandboxes: a database that went silent must end in an answer.
const LOOK_UP_MS = 10_000
const SESSION_MS = 30 * 86_400_000

/** A person of the studio. */
export interface StudioUser {
  readonly id: string
  readonly name: string
  readonly passwordHash: string | null
}

/** A session with its person. */
export interface StudioSession {
  readonly user: StudioUser
  readonly csrfToken: string
}

interface UserRow {
  readonly id: string
  readonly name: string
  readonly password_hash: string | null
}

const toUser = (row: UserRow): StudioUser => ({ id: row.id, name: row.name, passwordHash: row.password_hash })

/** Makes a one-time link's token, good for an hour. The first one makes the studio's first user, `admin`. */
export const createLoginLink = async (db: Db, options: { readonly now: Date }): Promise<string> => {
  const token = newSecret('link')
  await db.query(
    `insert into studio_user (id, name, created_at) select $1, 'admin', $2 where not exists (select 1 from studio_user)
     on conflict do nothing`,
    [randomUUID(), options.now],
  )
  await db.query(
    `insert into login_link (token_hash, user_id, created_at, expires_at)
     select $1, u.id, $2, $3 from studio_user u order by u.created_at, u.id limit 1`,
    [hashSecret(token), options.now, new Date(options.now.getTime() + LINK_MS)],
  )
  return token
}

/** Uses a link up; undefined when it is unknown, used or too old. Two uses at once: one wins. */
export const useLoginLink = async (db: Db, token: string, now: Date): Promise<StudioUser | undefined> => {
  const { rows } = await db.query<UserRow>(
    `update login_link l set used_at = $2 from studio_user u
     where l.token_hash = $1 and l.used_at is null and l.expires_at > $2 and u.id = l.user_id
     returning u.id, u.name, u.password_hash`,
    [hashSecret(token), now],
  )
  return rows[0] === undefined ? undefined : toUser(rows[0])
}

/** A person by name. */
export const userByName = async (db: Db, name: string): Promise<StudioUser | undefined> => {
  const { rows } = await db.query<UserRow>(
    'select id, name, password_hash from studio_user where name = $1',
    [name],
  )
  return rows[0] === undefined ? undefined : toUser(rows[0])
}

/** Sets name and password, and ends every other session of the person. */
export const setPassword = async (
  db: Db,
  change: {
    readonly userId: string
    readonly name: string
    readonly passwordHash: string
    readonly keepToken: string
  },
): Promise<void> => {
  await db.query('update studio_user set name = $2, password_hash = $3 where id = $1', [
    change.userId,
    change.name,
    change.passwordHash,
  ])
  await db.query('delete from studio_session where user_id = $1 and token_hash <> $2', [
    change.userId,
    hashSecret(change.keepToken),
  ])
}

/** Begins a session; the token goes into the cookie. */
export const createSession = async (
  db: Db,
  userId: string,
  now: Date,
): Promise<{ readonly token: string; readonly csrfToken: string }> => {
  const made = { token: newSecret('session'), csrfToken: newSecret('csrf') }
  await db.query('delete from studio_session where expires_at < $1', [now])
  await db.query(
    'insert into studio_session (token_hash, user_id, csrf_token, created_at, expires_at) values ($1, $2, $3, $4, $5)',
    [hashSecret(made.token), userId, made.csrfToken, now, new Date(now.getTime() + SESSION_MS)],
  )
  return made
}

/** The session of a cookie, unless it has ended. */
export const findSession = async (db: Db, token: string, now: Date): Promise<StudioSession | undefined> => {
  const { rows } = await db.query<UserRow & { readonly csrf_token: string }>(
    `select u.id, u.name, u.password_hash, s.csrf_token from studio_session s join studio_user u on u.id = s.user_id
     where s.token_hash = $1 and s.expires_at > $2`,
    [hashSecret(token), now],
  )
  return rows[0] === undefined ? undefined : { user: toUser(rows[0]), csrfToken: rows[0].csrf_token }
}

/** Ends a session. */
export const endSession = async (db: Db, token: string): Promise<void> => {
  await db.query('delete from studio_session where token_hash = $1', [hashSecret(token)])
}

/** All sandboxes, by name. */
export const listSandboxes = async (db: Db): Promise<Sandbox[]> => {
  const { rows } = await db.query<Sandbox>(
    within(LOOK_UP_MS, {
      text: 'select id, name, production, test_clock as "testClock" from sandbox order by name',
    }),
  )
  return rows
}
