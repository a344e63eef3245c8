/**
 * Who wanted nothing from a sender of short messages and was erased: the number stays refused, as a hash. A word that lets
 * the sender go on (START) lifts it, when it was written after the refusal, whenever either of them arrived. It decides nothing.
 */
import type { Db } from '../db/pool.ts'

/** A number and its hash. */
export interface HashedNumber {
  readonly number: string
  readonly hash: Buffer
}

const cameBack = (refusal: string, number: string): string => `exists (
  select from sms_inbound i where i.sandbox_id = ${refusal}.sandbox_id and i.number = ${number}
    and i.sender = ${refusal}.sender and i.kind = 'opt_in' and i.at > ${refusal}.at)`

/**
 * Keeps what numbers refused, before the numbers and what they wrote are removed. A refusal that is kept and was lifted
 * since goes: what lifted it is removed as well.
 */
export const keepOptOuts = async (
  tx: Db,
  sandboxId: string,
  numbers: readonly HashedNumber[],
): Promise<void> => {
  const values = [sandboxId, numbers.map(one => one.number), numbers.map(one => one.hash)]
  await tx.query(
    `delete from erased_opt_out e using unnest($2::text[], $3::bytea[]) as given (number, hash)
     where e.sandbox_id = $1 and e.hash = given.hash and ${cameBack('e', 'given.number')}`,
    values,
  )
  await tx.query(
    `insert into erased_opt_out as e (sandbox_id, sender, hash, at)
     select o.sandbox_id, o.sender, given.hash, max(o.at)
     from unnest($2::text[], $3::bytea[]) as given (number, hash)
     join sms_opt_out o on o.sandbox_id = $1 and o.number = given.number group by 1, 2, 3 order by 1, 2, 3
     on conflict (sandbox_id, sender, hash) do update set at = greatest(e.at, excluded.at)`,
    values,
  )
}

/** A number that was erased, and who would write to it. */
export interface SenderAndHash extends HashedNumber {
  readonly sandboxId: string
  readonly sender: string
}

/** For each, whether it wanted nothing from that sender when it was erased, and did not come back since. */
export const erasedOptOuts = async (db: Db, asked: readonly SenderAndHash[]): Promise<boolean[]> => {
  const { rows } = await db.query<{ is: boolean }>({
    name: 'erased-opt-outs',
    text: `select exists (
       select from erased_opt_out e
       where e.sandbox_id = a.sandbox_id and e.sender = a.sender and e.hash = a.hash
         and not ${cameBack('e', 'a.number')}) as is
     from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[]) with ordinality
       as a (sandbox_id, sender, number, hash, n) order by a.n`,
    values: [
      asked.map(one => one.sandboxId),
      asked.map(one => one.sender),
      asked.map(one => one.number),
      asked.map(one => one.hash),
    ],
  })
  return rows.map(row => row.is)
}
