/** Who wants nothing from a sender of short messages: numbers that told it so, and those whose person did and was erased. */
import type { Db } from '../db/pool.ts'
import { erasedOptOuts } from './erased-sender.store.ts'
import { optedOutOf, type SenderAndNumber } from './sms-opt-out.store.ts'

/** A number and who would write to it. `hash`: the number's; undefined: it is known that nobody with it was erased. */
export interface Written extends SenderAndNumber {
  readonly hash: Buffer | undefined
}

/** For each, whether it wants nothing from that sender. What an erased person refused stays refused, whoever has the number. */
export const refusesSender = async (db: Db, asked: readonly Written[]): Promise<boolean[]> => {
  if (asked.length === 0) return []
  const out = await optedOutOf(db, asked)
  const erased = asked.flatMap(({ hash, ...one }, index) =>
    hash === undefined || out[index] === true ? [] : [{ ...one, hash, index }],
  )
  if (erased.length === 0) return out
  const refused = await erasedOptOuts(db, erased)
  const left = new Set(erased.flatMap(({ index }, place) => (refused[place] === true ? [index] : [])))
  return out.map((is, index) => is || left.has(index))
}
