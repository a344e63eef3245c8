/** Every message to one person, page by page, whatever identity it went to. Reads only. */
import type { MessageState, MessageSummary } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { COLUMNS, JOINS, type MessageRow, type PersonKey, toMessage } from './read.store.ts'

/** Where the ledger may know a person from; namespaces in lower case. */
export interface PersonInLedger {
  readonly profileIds: readonly string[]
  /** Whatever went here is the person's, unless it went to another person who is there still. */
  readonly identities: readonly PersonKey[]
  /** What went here is the person's only where the message says so itself. */
  readonly former: readonly PersonKey[]
}

// Who was merged away is somebody who is there still.
const isOfOther = (recipient: string): string => `(
    exists (select from profile other where other.id = (${recipient} ->> 'profileId')::uuid)
    or exists (select from merged_profile other where other.id = (${recipient} ->> 'profileId')::uuid))`

/** Whether a message is the person's by whom it names. `ids` are the person's, as texts. */
export const namesPerson = (recipient: string, ids: string): string =>
  `${recipient} ->> 'profileId' = any(${ids}::text[])`

/** Whether a message went to nobody who is there still. */
export const namesNobody = (recipient: string): string =>
  `(${recipient} ->> 'profileId' is null or not ${isOfOther(recipient)})`

/** Which of a person's messages a list shows. */
export interface PersonMessagePage {
  readonly sandboxId: string
  readonly limit: number
  readonly after: string | null
  readonly state: MessageState | undefined
}

/**
 * $1, $2, $3: identities, each one's namespace, value, and whether it is a former one; $4: the person's ids; $5: the
 * sandbox; $6: below this message; $7: in this state; $8: how many. One identity at a time: the index gives each one's
 * messages newest first, so a page reads no more than a page of each.
 */
export const OF_PERSON = `select ${COLUMNS} from unnest($1::text[], $2::text[], $3::boolean[]) as p (namespace, value, former)
  cross join lateral (
    select m.id from message m join delivery d on d.message_id = m.id
    where hashtextextended(lower(m.recipient ->> 'namespace') || ' ' || (m.recipient ->> 'userId'), 0)
        = hashtextextended(p.namespace || ' ' || p.value, 0)
      and lower(m.recipient ->> 'namespace') = p.namespace and m.recipient ->> 'userId' = p.value
      and (${namesPerson('m.recipient', '$4')} or not p.former and ${namesNobody('m.recipient')})
      and d.sandbox_id = $5 and ($6::uuid is null or m.id < $6) and ($7::text is null or d.state = $7)
    order by m.id desc limit $8
  ) found
  join delivery d on d.message_id = found.id ${JOINS}
  order by m.id desc limit $8`

/** Messages to a person, newest first; one more than `limit` when there are more. */
export const listMessagesOfPerson = async (
  db: Db,
  person: PersonInLedger,
  page: PersonMessagePage,
): Promise<MessageSummary[]> => {
  const keys = [...person.identities, ...person.former]
  const { rows } = await db.query<MessageRow>(OF_PERSON, [
    keys.map(one => one.namespace),
    keys.map(one => one.value),
    keys.map((_, index) => index >= person.identities.length),
    person.profileIds,
    page.sandboxId,
    page.after,
    page.state ?? null,
    page.limit + 1,
  ])
  return rows.map(toMessage)
}
