/** Check: does the number want nothing from this sender? It concerns every short message, codes and tests too. */
import { erasedOptOuts } from '../consent/erased-sender.store.ts'
import { optedOutOf } from '../consent/sms-opt-out.store.ts'
import type { Db } from '../db/pool.ts'
import type { Asked, Check } from './check.ts'
import type { Known } from './known.ts'

interface Written {
  readonly one: Asked
  readonly sandboxId: string
  readonly sender: string
  readonly number: string
}

const writtenOf = (one: Asked): readonly Written[] => {
  const { sandboxId, address: number } = one
  const { configuration } = one.version
  return configuration?.channel === 'sms' ? [{ one, sandboxId, sender: configuration.sender, number }] : []
}

const among = (some: readonly Written[], is: readonly boolean[]): readonly Asked[] =>
  some.flatMap(({ one }, index) => (is[index] === true ? [one] : []))

// What an erased person refused stays refused, whoever has the number now.
const refusedOfErased = async (
  db: Db,
  written: readonly Written[],
  known: Known,
): Promise<readonly Asked[]> => {
  const erased = written.flatMap(of => {
    const hash = known.erased(of.one)?.hash
    return hash === undefined ? [] : [{ ...of, hash }]
  })
  return erased.length === 0 ? [] : among(erased, await erasedOptOuts(db, erased))
}

/** AJO 050104. Other channels are not asked about. */
export const smsSenderCheck: Check = {
  name: 'SMS sender',
  load: async (db, asked, known) => {
    const written = asked.flatMap(writtenOf)
    const out = written.length === 0 ? [] : among(written, await optedOutOf(db, written))
    const left = new Set([...out, ...(await refusedOfErased(db, written, await known))])
    return one => (left.has(one) ? { kind: 'excluded', reason: 'sms_sender_opted_out' } : undefined)
  },
}
