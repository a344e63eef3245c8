/** Signs rendered mail with the keys of its sandbox. The keys are read once and kept; a rotation shows within two seconds. */
import type { TransportKind } from '@carillon/contract'
import { type StoredSigningKey, signingKeys } from '../campaigns/dkim-key.store.ts'
import { parseAddress } from '../channels/email/address.ts'
import { type DkimKey, SIGNATURE_ROOM, signMail } from '../channels/email/dkim/sign.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import { createKeep } from '../lib/keep.ts'
import { domainOf } from './place.ts'

/** Gives the keys that sign in a sandbox. */
export type SigningKeys = (sandboxId: string) => Promise<readonly StoredSigningKey[]>

const CHANGED_MS = 2_000

/** The keys of all sandboxes. */
export const createSigningKeys = (deps: {
  readonly db: Db
  readonly clock: Clock
  readonly secret: string
}): SigningKeys =>
  createKeep({ clock: deps.clock, ms: CHANGED_MS }, sandboxId => signingKeys(deps.db, sandboxId, deps.secret))

/**
 * The keys for mail from a domain: its own, else those of the nearest domain above that has some, which DMARC takes for
 * the same (RFC 7489 §3.1.1, relaxed).
 */
export const keysFor = (
  keys: readonly StoredSigningKey[],
  fromDomain: string,
): readonly StoredSigningKey[] => {
  if (keys.length === 0) return keys
  const covering = keys.filter(key => fromDomain === key.domain || fromDomain.endsWith(`.${key.domain}`))
  const nearest = Math.max(0, ...covering.map(key => key.domain.length))
  return covering.filter(key => key.domain.length === nearest)
}

// Mail without its signature would end as spam.
const unreadable = ({ selector, domain }: StoredSigningKey): string =>
  `The DKIM key ${selector} of ${domain} was sealed under another CARILLON_SECRET; make a new one.`

/**
 * The keys that sign a mail from an address: none where the provider builds the mail anew. A text says why it cannot be
 * signed.
 */
export const signersOf = (
  keys: readonly StoredSigningKey[],
  { from, kind }: { readonly from: string; readonly kind: TransportKind | undefined },
): readonly DkimKey[] | string => {
  if (kind === 'sendgrid' || kind === 'sandbox_sendgrid') return []
  const readable: DkimKey[] = []
  // Keys are kept under the ASCII form of their domain.
  for (const key of keysFor(keys, domainOf(parseAddress(from)?.address ?? from))) {
    const { privateKey } = key
    if (privateKey === undefined) return unreadable(key)
    readable.push({ ...key, privateKey })
  }
  return readable
}

/** The mail, built with headroom for them, signed by all of these keys; without a key it stays as it is. */
export const signed = async (
  email: RenderedEmail,
  keys: readonly DkimKey[],
  now: Date,
): Promise<RenderedEmail> => {
  if (keys.length === 0) return email
  const headroom = keys.length * SIGNATURE_ROOM
  return { ...email, raw: await signMail(email.raw, keys, { now, headroom }) }
}
