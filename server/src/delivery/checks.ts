/**
 * The one order of checks about a person (delivery-and-governance: order of checks, 6 to 10), the same for sending, dry
 * run and `why`: consent, number of SMS, topic, sender of SMS, frequency caps, quiet hours, suppression, allowed list. The first that objects is the
 * reason.
 */
import type { AddressHash } from '../consent/address-hash.ts'
import type { Db } from '../db/pool.ts'
import type { Asked, Check, Objection } from './check.ts'
import { allowedCheck } from './check-allowed.ts'
import { consentCheck } from './check-consent.ts'
import { frequencyCheck } from './check-frequency.ts'
import { quietHoursCheck } from './check-quiet-hours.ts'
import { smsNumberCheck } from './check-sms-number.ts'
import { smsSenderCheck } from './check-sms-sender.ts'
import { suppressionCheck } from './check-suppression.ts'
import { topicCheck } from './check-topic.ts'
import { loadKnown } from './known.ts'

/** The order. */
export const CHECKS: readonly Check[] = [
  ...[consentCheck, smsNumberCheck, topicCheck, smsSenderCheck, frequencyCheck, quietHoursCheck],
  ...[suppressionCheck, allowedCheck],
]

/** What the checks need. */
export interface CheckDeps {
  readonly db: Db
  readonly addressHash: AddressHash
}

/** The first objection to each, in the order given; undefined: it may be sent. Rejects when the database is away. */
export const objectionsTo = async (
  { db, addressHash }: CheckDeps,
  asked: readonly Asked[],
): Promise<readonly (Objection | undefined)[]> => {
  if (asked.length === 0) return []
  const known = loadKnown(db, addressHash, asked)
  const judges = await Promise.all(CHECKS.map(check => check.load(db, asked, known)))
  return asked.map(one => {
    for (const judge of judges) {
      const objection = judge(one)
      if (objection !== undefined) return objection
    }
    return undefined
  })
}
