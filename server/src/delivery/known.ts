/**
 * What is known of the addresses of a batch beside the profiles: entries of the suppression list, and addresses of
 * people who were erased. Read once for all checks; where nobody was erased, the second costs nothing.
 */
import { IDENTITY_NAMESPACE } from '@carillon/contract'
import type { AddressHash } from '../consent/address-hash.ts'
import { type ErasedAddress, findErased, saidYesAgain } from '../consent/erased.store.ts'
import { findListed, type Suppressed } from '../consent/suppression.store.ts'
import { domainOf, listedAddress } from '../consent/suppression-value.ts'
import type { Db } from '../db/pool.ts'
import { type Asked, isEmail, isMarketing } from './check.ts'

/** An erased address that a message would go to. `agreed`: the person who has it now chose marketing since. */
export interface ErasedFact extends ErasedAddress {
  readonly agreed: boolean
}

/** What is known. */
export interface Known {
  /** The entry of an address or a domain. */
  suppressed(sandboxId: string, value: string): Suppressed | undefined
  erased(one: Asked): ErasedFact | undefined
}

/** A message's address and domain as the lists have them. */
export const addresseeOf = ({ sandboxId, address }: Pick<Asked, 'sandboxId' | 'address'>) => {
  const listed = listedAddress(address)
  return { sandboxId, address: listed, domain: domainOf(listed) }
}

const keyOf = (sandboxId: string, value: string): string => `${sandboxId} ${value}`

const namespaceOf = ({ version }: Asked): string => IDENTITY_NAMESPACE[version.properties.channel]
const topicOf = ({ version }: Asked): string | null => version.properties.topicId

/** A message that is asked about, and a moment at which its address refused marketing or was erased. */
export interface AskedSince {
  readonly one: Asked
  readonly since: Date
}

/**
 * Those of them that are marketing which the person agreed to after that moment, with evidence: a preference page counts as
 * much as a word.
 */
export const agreedSince = async (db: Db, some: readonly AskedSince[]): Promise<ReadonlySet<Asked>> => {
  const asks = some.flatMap(({ one, since: erasedAt }) => {
    const { profileId } = one.recipient
    return profileId === undefined || !isMarketing(one)
      ? []
      : [
          {
            ...{ one, profileId, topicId: topicOf(one), erasedAt, address: listedAddress(one.address) },
            ...{ channel: one.version.properties.channel, namespace: namespaceOf(one) },
          },
        ]
  })
  if (asks.length === 0) return new Set()
  const yes = await saidYesAgain(db, asks)
  return new Set(asks.flatMap(({ one }, index) => (yes[index] === true ? [one] : [])))
}

const erasedAmong = async (
  db: Db,
  hashOf: AddressHash,
  asked: readonly Asked[],
): Promise<ReadonlyMap<Asked, ErasedFact>> => {
  if (asked.length === 0) return new Map()
  const keys = asked.map(one => {
    const { sandboxId, address: value } = one
    return { one, sandboxId, hash: hashOf({ sandboxId, kind: isEmail(one) ? 'email' : 'phone', value }) }
  })
  const rows = new Map(
    (await findErased(db, keys)).map(row => [keyOf(row.sandboxId, row.hash.toString('hex')), row]),
  )
  const found = keys.flatMap(({ one, sandboxId, hash }) => {
    const row = rows.get(keyOf(sandboxId, hash.toString('hex')))
    return row === undefined ? [] : [{ one, row, since: row.erasedAt }]
  })
  const agreed = await agreedSince(db, found)
  return new Map(found.map(({ one, row }) => [one, { ...row, agreed: agreed.has(one) }]))
}

/** Reads it for all who are asked. */
export const loadKnown = async (db: Db, hashOf: AddressHash, asked: readonly Asked[]): Promise<Known> => {
  const { entries, sandboxesWithErased } = await findListed(db, asked.map(addresseeOf))
  const byKey = new Map(entries.map(entry => [keyOf(entry.sandboxId, entry.value), entry]))
  const concerned = asked.filter(one => sandboxesWithErased.has(one.sandboxId))
  const erased = await erasedAmong(db, hashOf, concerned)
  return {
    suppressed: (sandboxId, value) => byKey.get(keyOf(sandboxId, value)),
    erased: one => erased.get(one),
  }
}
