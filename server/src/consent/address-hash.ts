/**
 * The one form in which the address of an erased person is kept: a hash under a key made from the instance's secret.
 * Without the secret nobody can try addresses against it; with another secret none of the hashes is found any more.
 */
import { createHmac, hkdfSync } from 'node:crypto'
import { listedAddress } from './suppression-value.ts'

/** An address in a sandbox. */
export interface HashedAddress {
  readonly sandboxId: string
  readonly kind: 'email' | 'phone'
  readonly value: string
}

/** Hashes addresses: email addresses without regard to case, as lists compare them. */
export type AddressHash = (address: HashedAddress) => Buffer

/** The hash of an instance. The sandbox is part of it, so that equal addresses of two sandboxes cannot be told to be equal. */
export const createAddressHash = (secret: string): AddressHash => {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'carillon erased address v1', 32))
  return ({ sandboxId, kind, value }) =>
    createHmac('sha256', key)
      .update(`${sandboxId}\n${kind}\n${kind === 'email' ? listedAddress(value) : value}`)
      .digest()
}
