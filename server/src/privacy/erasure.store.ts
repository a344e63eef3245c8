/** Erasures in the database: rows that advance, and stay as an account. */
import type { Erasure, ErasureCertificate, ErasureCount } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import type { Subject } from './subject.ts'

/** Where an erasure is. */
export type Phase = Erasure['phase']

/** An erasure. */
export interface ErasureRecord {
  readonly id: string
  readonly sandboxId: string
  readonly state: Erasure['state']
  readonly phase: Phase
  readonly counts: readonly ErasureCount[]
  readonly certificate: ErasureCertificate | null
  readonly createdAt: Date
  readonly createdBy: string
  readonly finishedAt: Date | null
}

/** A running erasure, locked until the end of the transaction. */
export interface OpenErasure extends ErasureRecord {
  readonly subject: Subject
  readonly position: string | null
}

const COLUMNS = `e.id, e.sandbox_id as "sandboxId", e.state, e.phase, e.counts, e.certificate, e.created_at as "createdAt",
  e.created_by as "createdBy", e.finished_at as "finishedAt"`

/** An erasure that is asked for. `key` says whose: only one of a person runs at a time. */
export interface NewErasure {
  readonly id: string
  readonly sandboxId: string
  readonly key: string
  readonly subject: Subject
  readonly by: string
  readonly now: Date
}

/** Begins an erasure, or answers the one of this person that runs already. */
export const beginErasure = async (db: Db, ask: NewErasure): Promise<ErasureRecord | undefined> => {
  await db.query(
    `insert into erasure (id, sandbox_id, state, phase, subject_key, subject, due_at, created_at, created_by)
     values ($1, $2, 'running', 'person', $3, $4, $5, $5, $6) on conflict do nothing`,
    [ask.id, ask.sandboxId, ask.key, ask.subject, ask.now, ask.by],
  )
  const { rows } = await db.query<ErasureRecord>(
    `select ${COLUMNS} from erasure e where e.id = $1
       or (e.sandbox_id = $2 and e.subject_key = $3 and e.state = 'running')`,
    [ask.id, ask.sandboxId, ask.key],
  )
  return rows[0]
}

/** The erasure that is due the longest and that nobody is at. */
export const lockDueErasure = async (tx: Db, now: Date): Promise<OpenErasure | undefined> => {
  const { rows } = await tx.query<OpenErasure>(
    `select ${COLUMNS}, e.subject, e.position from erasure e
     where e.state = 'running' and e.due_at <= $1 order by e.due_at, e.id limit 1 for update skip locked`,
    [now],
  )
  return rows[0]
}

/** What a step came to. */
export interface ErasureStep {
  readonly phase: Phase
  readonly subject: Subject
  readonly position: string | null
  readonly counts: readonly ErasureCount[]
  readonly dueAt: Date
}

/** Writes where an erasure stands. */
export const writeStep = async (tx: Db, id: string, step: ErasureStep): Promise<void> => {
  await tx.query(
    `update erasure set phase = $2, subject = $3, position = $4, counts = $5, due_at = $6 where id = $1`,
    [id, step.phase, step.subject, step.position, JSON.stringify(step.counts), step.dueAt],
  )
}

/** Ends an erasure: with its certificate, and without whom it was about. */
export const finishErasure = async (
  tx: Db,
  id: string,
  end: {
    readonly counts: readonly ErasureCount[]
    readonly certificate: ErasureCertificate
    readonly now: Date
  },
): Promise<void> => {
  await tx.query(
    `update erasure set state = 'finished', phase = 'done', subject = null, subject_key = null, position = null,
       counts = $2, certificate = $3, finished_at = $4 where id = $1`,
    [id, JSON.stringify(end.counts), end.certificate, end.now],
  )
}

/** One erasure of this sandbox. */
export const findErasure = async (
  db: Db,
  sandboxId: string,
  id: string,
): Promise<ErasureRecord | undefined> => {
  const { rows } = await db.query<ErasureRecord>(
    `select ${COLUMNS} from erasure e where e.id = $1 and e.sandbox_id = $2`,
    [id, sandboxId],
  )
  return rows[0]
}

/** Erasures, newest first; one row more than `limit` when there are more. */
export const listErasures = async (
  db: Db,
  page: { readonly sandboxId: string; readonly limit: number; readonly after: string | null },
): Promise<ErasureRecord[]> => {
  const { rows } = await db.query<ErasureRecord>(
    `select ${COLUMNS} from erasure e where e.sandbox_id = $1 and ($2::uuid is null or e.id < $2)
     order by e.id desc limit $3`,
    [page.sandboxId, page.after, page.limit + 1],
  )
  return rows
}

/** The names that a certificate bears. */
export const namesOf = async (
  db: Db,
  sandboxId: string,
): Promise<{ readonly sandbox: string; readonly organization: string }> => {
  const { rows } = await db.query<{ sandbox: string; organization: string | null }>(
    `select s.name as sandbox, (select value #>> '{}' from setting where key = 'organization') as organization
     from sandbox s where s.id = $1`,
    [sandboxId],
  )
  return { sandbox: rows[0]?.sandbox ?? '', organization: rows[0]?.organization ?? '' }
}
