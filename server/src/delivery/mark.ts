/**
 * Step 3 of a delivery: the permit to hand over. Limits per person are reserved in the transaction of the mark, so that
 * no two workers can both let a person's last one through.
 */
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { findMarked, type MarkOptions, markMessages } from '../messages/ledger.store.ts'
import type { ClaimedMessage, WorkerIdentity } from '../messages/ledger.ts'
import type { PersonAsk, PersonLimit } from './person.ts'
import { judgeUses, keepUses } from './person-limits.store.ts'

/** A message that asks for its permit. */
export interface PermitAsk {
  readonly message: ClaimedMessage
  readonly personal: PersonAsk | null
}

/** Who asks, when, and whether an earlier answer to the same question was lost. */
export interface PermitOptions {
  readonly worker: WorkerIdentity
  readonly now: Date
  readonly lost: boolean
}

/** Attempt numbers of those permitted; limits of those whose person has had enough. The rest may not go now. */
export interface Permits {
  readonly attempts: ReadonlyMap<string, number>
  readonly excluded: ReadonlyMap<string, PersonLimit>
}

const NOBODY: Permits['excluded'] = new Map()

// A mark whose answer was lost may have been committed; then this worker holds permits it does not know of.
const mark = async (
  db: pg.Pool | pg.PoolClient,
  options: MarkOptions,
  lost: boolean,
): Promise<Map<string, number>> => {
  const attempts = await markMessages(db, options)
  if (!lost) return attempts
  const ids = options.messages.map(message => message.messageId)
  return new Map([...(await findMarked(db, options.worker, ids)), ...attempts])
}

/** Asks for permits in one transaction. Throws when the database is away; then ask again with `lost`. */
export const takePermits = async (
  pool: pg.Pool,
  asks: readonly PermitAsk[],
  { worker, now, lost }: PermitOptions,
): Promise<Permits> => {
  const personal = asks.flatMap(ask => ask.personal ?? [])
  const messages = asks.map(ask => ask.message)
  if (personal.length === 0)
    return { attempts: await mark(pool, { worker, messages, now }, lost), excluded: NOBODY }
  return transaction(pool, async tx => {
    const { refused, fresh } = await judgeUses(tx, personal, now)
    const allowed = messages.filter(message => !refused.has(message.messageId))
    const attempts = await mark(tx, { worker, messages: allowed, now }, lost)
    await keepUses(
      tx,
      fresh.filter(use => attempts.has(use.messageId)),
      now,
    )
    return { attempts, excluded: refused }
  })
}
