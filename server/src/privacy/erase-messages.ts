/** Takes a person out of some messages of the ledger, in one transaction. */
import type { ErasureCount } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import {
  anonymise,
  anonymiseCalls,
  cancelOwn,
  type EraseMoment,
  type OwnMessage,
} from '../messages/erase.store.ts'
import { addressesOfRecipient, spellingsOfRecipient } from './subject.ts'

/** What was done, and whom the messages named: addresses, as they were written (`spellings`), and profiles. */
export interface ErasedMessages {
  readonly counts: readonly ErasureCount[]
  readonly addresses: readonly string[]
  readonly spellings: readonly string[]
  readonly profileIds: readonly string[]
}

const DEEDS = {
  ...{ message: 'anonymised', attempt: 'anonymised', message_event: 'anonymised' },
  ...{ inbox: 'removed', bounce_event: 'removed', feedback_event: 'anonymised' },
  ...{ interaction: 'anonymised', mirror_page: 'removed' },
  ...{ execution: 'redacted', trigger_key: 'redacted' },
} as const satisfies Record<string, ErasureCount['deed']>

/** Cancels what was not sent and makes all of them anonymous. They are locked by the caller. */
export const eraseMessages = async (
  tx: Db,
  found: readonly OwnMessage[],
  how: { readonly words: readonly string[]; readonly at: EraseMoment; readonly nobody: string },
): Promise<ErasedMessages> => {
  if (found.length === 0) return { counts: [], addresses: [], spellings: [], profileIds: [] }
  const ids = found.map(one => one.id)
  const addresses = found.flatMap(one => addressesOfRecipient(one.recipient))
  const cancelled = await cancelOwn(tx, ids, how.at)
  const calls = await anonymiseCalls(tx, ids, [...how.words, ...addresses])
  const rows = { ...(await anonymise(tx, ids, how.nobody)), ...calls }
  const tables = Object.keys(DEEDS) as (keyof typeof DEEDS)[]
  return {
    counts: [
      { table: 'delivery', deed: 'cancelled', rows: cancelled },
      ...tables.map((table): ErasureCount => ({ table, deed: DEEDS[table], rows: rows[table] })),
    ],
    addresses,
    spellings: found.flatMap(one => spellingsOfRecipient(one.recipient)),
    profileIds: found.flatMap(({ recipient: { profileId } }) =>
      typeof profileId === 'string' ? [profileId] : [],
    ),
  }
}
