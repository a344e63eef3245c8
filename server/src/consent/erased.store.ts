/** Hashes of the addresses of erased people, and whether somebody with such an address has said yes again since. */
import type { SuppressionReason } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { idsOfPerson } from '../profiles/known-as.store.ts'

/** A hash in its sandbox. */
export interface HashKey {
  readonly sandboxId: string
  readonly hash: Buffer
}

/** What is kept of an address. `reason`: of the suppression it was under; null: none. */
export interface ErasedAddress extends HashKey {
  readonly erasureId: string
  readonly erasedAt: Date
  readonly reason: SuppressionReason | null
}

/** A hash that an erasure keeps, with the suppression that its address was under. */
export interface KeptHash {
  readonly hash: Buffer
  readonly reason: SuppressionReason | null
}

/** Keeps hashes. One that is there keeps its suppression; a choice counts only after the latest erasure. */
export const keepHashes = async (
  tx: Db,
  of: { readonly sandboxId: string; readonly erasureId: string; readonly now: Date },
  hashes: readonly KeptHash[],
): Promise<void> => {
  await tx.query(
    `insert into erased_address as e (sandbox_id, hash, erasure_id, erased_at, reason)
     select $1, given.hash, $2, $3, given.reason
     from unnest($4::bytea[], $5::text[]) as given (hash, reason) order by given.hash
     on conflict (sandbox_id, hash) do update set
       erasure_id = excluded.erasure_id, erased_at = greatest(e.erased_at, excluded.erased_at),
       reason = coalesce(excluded.reason, e.reason)`,
    [
      ...[of.sandboxId, of.erasureId, of.now],
      ...[hashes.map(one => one.hash), hashes.map(one => one.reason)],
    ],
  )
}

/** What is kept of these. */
export const findErased = async (db: Db, keys: readonly HashKey[]): Promise<ErasedAddress[]> => {
  const { rows } = await db.query<ErasedAddress>({
    name: 'erased-addresses',
    text: `select e.sandbox_id as "sandboxId", e.hash, e.erasure_id as "erasureId", e.erased_at as "erasedAt", e.reason
     from (select distinct * from unnest($1::uuid[], $2::bytea[]) as given (sandbox_id, hash)) as asked
     join erased_address e on e.sandbox_id = asked.sandbox_id and e.hash = asked.hash`,
    values: [keys.map(one => one.sandboxId), keys.map(one => one.hash)],
  })
  return rows
}

/** The hashes that an erasure keeps. */
export const hashesOf = async (
  db: Db,
  erasureId: string,
): Promise<{ readonly hash: Buffer; readonly suppressed: boolean }[]> => {
  const { rows } = await db.query<{ hash: Buffer; suppressed: boolean }>(
    `select hash, reason is not null as suppressed from erased_address where erasure_id = $1 order by hash`,
    [erasureId],
  )
  return rows
}

/** Somebody who has the address of an erased person. */
export interface YesAsk {
  readonly profileId: string
  /** The channel that is asked about, and the namespace of its addresses. */
  readonly channel: 'email' | 'sms' | 'push'
  readonly namespace: string
  readonly address: string
  readonly topicId: string | null
  readonly erasedAt: Date
}

/**
 * For each, whether marketing was agreed to after the erasure, with evidence: the latest word about the channel,
 * the address or the topic is a yes. What a file brought in, or came among attributes, is no evidence of a choice.
 */
export const saidYesAgain = async (db: Db, asks: readonly YesAsk[]): Promise<boolean[]> => {
  const { rows } = await db.query<{ yes: boolean }>({
    name: 'said-yes-again',
    text: `select exists (
       select from (
         select distinct on (c.level, c.channel) c.level, c.value_after from consent_event c
         where c.profile_id = any(${idsOfPerson('asked.profile_id')}) and c.at > asked.erased_at
           and c.source not in ('import', 'profile') and (
           (c.level = 'channel' and c.channel in (asked.channel, 'any'))
           or (c.level = 'identity' and c.channel in (asked.channel, 'any') and c.namespace = asked.namespace
             and lower(c.identity_value) = asked.address)
           or (c.level = 'topic' and c.topic_id = asked.topic_id))
         order by c.level, c.channel, c.id desc
       ) as latest where latest.value_after = 'y') as yes
     from unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[])
       with ordinality as asked (profile_id, address, topic_id, erased_at, channel, namespace, n) order by asked.n`,
    values: [
      asks.map(one => one.profileId),
      asks.map(one => one.address),
      asks.map(one => one.topicId),
      asks.map(one => one.erasedAt),
      asks.map(one => one.channel),
      asks.map(one => one.namespace),
    ],
  })
  return rows.map(row => row.yes)
}
