/**
 * The two ways out of a hold, as statements over any choice of messages: released (ready again, due now) or cancelled.
 * State, sums and the message's own story change in one statement and therefore in one transaction.
 */
import type { Db } from '../db/pool.ts'

/**
 * Which messages: a select of `message_id` and `reason` from `delivery`, locked with `skip locked`, whose `order by` is
 * that of `mark`, the column by which the next statement can go on. `values` are the select's own.
 */
export interface Choice {
  readonly select: string
  readonly mark: 'message_id' | 'due_at'
  readonly values: readonly unknown[]
}

/** Who decided and when; the sums are counted in `hour` and `shard`. */
export interface Decision {
  readonly now: Date
  readonly hour: Date
  readonly shard: number
  readonly by: string
  readonly detail: string
}

/** How many were moved, and the highest mark among them (null: none was moved). */
export interface Moved {
  readonly moved: number
  readonly last: string | null
}

const MARKS = { message_id: 'max(message_id::text)', due_at: 'max(due_at)::text' } as const

const countOf = (choice: Choice): string =>
  `select (select count(*)::int from moved) as moved, (select ${MARKS[choice.mark]} from due) as last`

const run = async (db: Db, text: string, values: readonly unknown[]): Promise<Moved> => {
  const { rows } = await db.query<Moved>(text, [...values])
  return rows[0] ?? { moved: 0, last: null }
}

/**
 * Held messages become ready, due now. The time they were held does not count for their retry period, nor do the claims
 * that met the hold count towards setting them aside. Their reason says that a person let them go: such a message is not
 * measured by the guards again.
 */
export const releaseChosen = async (db: Db, choice: Choice, decision: Decision): Promise<Moved> => {
  const n = choice.values.length
  const [now, by, detail] = [`$${n + 1}::timestamptz`, `$${n + 2}::text`, `$${n + 3}::text`]
  const text = `with due as materialized (${choice.select}), moved as (
      update delivery d set state = 'ready', reason = 'released', due_at = ${now}, changed_at = ${now}, claims = 0,
        first_handover_at = d.first_handover_at + (${now} - d.changed_at)
      from due where d.message_id = due.message_id
      returning d.message_id, d.generation, due.reason
    ), events as (
      insert into message_event (message_id, at, kind, generation, state, reason, detail, actor)
      select message_id, ${now}, 'released', generation, 'held', reason, ${detail}, ${by} from moved
    )
    ${countOf(choice)}`
  return run(db, text, [...choice.values, decision.now, decision.by, decision.detail])
}

/** Ready or held messages end, cancelled by a person. */
export const cancelChosen = async (db: Db, choice: Choice, decision: Decision): Promise<Moved> => {
  const n = choice.values.length
  const [now, by, detail] = [`$${n + 1}::timestamptz`, `$${n + 2}::text`, `$${n + 3}::text`]
  const [hour, shard] = [`$${n + 4}::timestamptz`, `$${n + 5}::smallint`]
  const text = `with due as materialized (${choice.select}), moved as (
      update delivery d set state = 'cancelled', reason = 'cancelled_by_person', changed_at = ${now}
      from due where d.message_id = due.message_id
      returning d.message_id, d.generation, d.execution_id
    ), events as (
      insert into message_event (message_id, at, kind, generation, state, reason, detail, actor)
      select message_id, ${now}, 'cancelled', generation, 'cancelled', 'cancelled_by_person', ${detail}, ${by} from moved
    ), sums as (
      insert into tally (scope, hour, state, reason, shard, n)
      select scope, ${hour}, 'cancelled', 'cancelled_by_person', ${shard}, count(*)
      from moved join execution e on e.id = moved.execution_id,
        unnest(array[e.campaign_version_id, case when e.kind = 'audience' then e.id end]) as scope
      where scope is not null
      group by scope order by 1
      on conflict (scope, hour, state, reason, shard) do update set n = tally.n + excluded.n
    )
    ${countOf(choice)}`
  const { now: at, by: actor, detail: why, hour: inHour, shard: inShard } = decision
  return run(db, text, [...choice.values, at, actor, why, inHour, inShard])
}
