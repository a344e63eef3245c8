/** Check: did the number itself refuse marketing by SMS, by a word that it wrote? It concerns whoever has the number. */
import { IDENTITY_NAMESPACE } from '@carillon/contract'
import { saidYesAgain } from '../consent/erased.store.ts'
import { refusedSince } from '../consent/sms-refusal.store.ts'
import type { Db } from '../db/pool.ts'
import { type Asked, type Check, isMarketing } from './check.ts'

interface Refused {
  readonly one: Asked
  readonly at: Date
}

// Who said yes by another way after that word is asked about again: a preference page counts as much as a word.
const agreedSince = async (db: Db, refused: readonly Refused[]): Promise<ReadonlySet<Asked>> => {
  const asks = refused.flatMap(({ one, at }) => {
    const { profileId } = one.recipient
    const { topicId } = one.version.properties
    return profileId === undefined
      ? []
      : [
          {
            ...{ one, profileId, topicId, erasedAt: at, address: one.address },
            ...{ channel: 'sms' as const, namespace: IDENTITY_NAMESPACE.sms },
          },
        ]
  })
  if (asks.length === 0) return new Set()
  const yes = await saidYesAgain(db, asks)
  return new Set(asks.flatMap(({ one }, index) => (yes[index] === true ? [one] : [])))
}

/** AJO 050104. Other channels are not asked about, nor is what is no marketing. */
export const smsNumberCheck: Check = {
  name: 'SMS number',
  load: async (db, asked) => {
    const mine = asked.filter(one => one.version.properties.channel === 'sms' && isMarketing(one))
    if (mine.length === 0) return () => undefined
    const since = await refusedSince(
      db,
      mine.map(({ sandboxId, address }) => ({ sandboxId, number: address })),
    )
    const refused = mine.flatMap((one, index) => {
      const at = since[index]
      return at ? [{ one, at }] : []
    })
    const agreed = await agreedSince(db, refused)
    const left = new Map(refused.map(({ one, at }) => [one, at]))
    return one => {
      const at = left.get(one)
      if (at === undefined || agreed.has(one)) return undefined
      const detail = `The number wrote on ${at.toISOString().slice(0, 10)} that it wants no marketing`
      return { kind: 'excluded', reason: 'sms_no_consent', detail }
    }
  },
}
