/**
 * The ways out of a hold, as statements over any choice of messages: released (ready again, due now), cancelled by a
 * person, or left out because it lasted too long.
 * State, sums and the message's own story change in one statement and therefore in one transaction.
 */
import type { Db } from '../db/pool.ts'
import type { StoredEvent } from './story.ts'

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

// How messages end without a worker: their state with its reason, and the kind of the event that tells it.
interface End {
  readonly state: 'cancelled' | 'excluded'
  readonly reason: 'cancelled_by_person' | 'held_too_long'
  readonly event: StoredEvent['kind']
}

const endChosen = async (
  db: Db,
  choice: Choice,
  { now, by, detail, hour, shard, end }: Decision & { readonly end: End },
): Promise<Moved> => {
  const values = [now, by, detail, hour, shard, end.state, end.reason, end.event]
  const types = ['timestamptz', 'text', 'text', 'timestamptz', 'smallint', 'text', 'text', 'text']
  const [at, actor, why, inHour, inShard, state, reason, event] = types.map(
    (type, index) => `$${choice.values.length + index + 1}::${type}`,
  )
  const text = `with due as materialized (${choice.select}), moved as (
      update delivery d set state = ${state}, reason = ${reason}, changed_at = ${at}
      from due where d.message_id = due.message_id
      returning d.message_id, d.generation, d.execution_id
    ), events as (
      insert into message_event (message_id, at, kind, generation, state, reason, detail, actor)
      select message_id, ${at}, ${event}, generation, ${state}, ${reason}, ${why}, ${actor} from moved
    ), sums as (
      insert into tally (scope, hour, state, reason, shard, n)
      select scope, ${inHour}, ${state}, ${reason}, ${inShard}, count(*)
      from moved join execution e on e.id = moved.execution_id,
        unnest(array[e.campaign_version_id, case when e.kind = 'audience' then e.id end]) as scope
      where scope is not null
      group by scope order by 1
      on conflict (scope, hour, state, reason, shard) do update set n = tally.n + excluded.n
    )
    ${countOf(choice)}`
  return run(db, text, [...choice.values, ...values])
}

/** Ready or held messages end, cancelled by a person. */
export const cancelChosen = (db: Db, choice: Choice, decision: Decision): Promise<Moved> =>
  endChosen(db, choice, {
    ...decision,
    end: { state: 'cancelled', reason: 'cancelled_by_person', event: 'cancelled' },
  })

/** Held messages are left out: nobody let them go on in time. */
export const excludeChosen = (db: Db, choice: Choice, decision: Decision): Promise<Moved> =>
  endChosen(db, choice, {
    ...decision,
    end: { state: 'excluded', reason: 'held_too_long', event: 'refused' },
  })
