/** Numbers that refused marketing by SMS with a word, whoever has them. It decides nothing. */
import type { Db } from '../db/pool.ts'

/** A number in its sandbox. */
export interface NumberKey {
  readonly sandboxId: string
  readonly number: string
}

/** For each, when it refused; null: it did not. */
export const refusedSince = async (db: Db, asked: readonly NumberKey[]): Promise<(Date | null)[]> => {
  const { rows } = await db.query<{ at: Date | null }>({
    name: 'sms-refused',
    text: `select r.at from unnest($1::uuid[], $2::text[]) with ordinality as a (sandbox_id, number, n)
     left join sms_refusal r on r.sandbox_id = a.sandbox_id and r.number = a.number order by a.n`,
    values: [asked.map(one => one.sandboxId), asked.map(one => one.number)],
  })
  return rows.map(row => row.at)
}

/** Keeps the refusal of a number: the latest moment counts. */
export const refuseNumber = async (db: Db, { sandboxId, number }: NumberKey, at: Date): Promise<void> => {
  await db.query(
    `insert into sms_refusal as r (sandbox_id, number, at) values ($1, $2, $3)
     on conflict (sandbox_id, number) do update set at = greatest(r.at, excluded.at)`,
    [sandboxId, number, at],
  )
}

/** The number refuses no more, unless it refused later than at that moment. */
export const liftRefusal = async (db: Db, { sandboxId, number }: NumberKey, at: Date): Promise<void> => {
  await db.query('delete from sms_refusal where sandbox_id = $1 and number = $2 and at <= $3', [
    ...[sandboxId, number, at],
  ])
}
