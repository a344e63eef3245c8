/** The address that a provider of short messages calls, with the secret that stands for a signature where it gives none. */
import { createHmac, hkdfSync } from 'node:crypto'
import { isSandboxTransport, type TransportKind } from '@carillon/contract'
import { TOKEN_QUERY } from './callbacks.ts'

/** Where the calls go, below the public address of an instance. */
export const SMS_CALLS_PATH = '/api/v1/sms/calls/'

/** A transport that is called about. */
export interface AddressedTransport {
  readonly id: string
  readonly kind: TransportKind
}

/** Addresses of one instance. */
export interface CallAddresses {
  /** The secret in the address of a transport. */
  tokenOf(transportId: string): string
  urlOf(transportId: string): string
  /** Whether a provider elsewhere can call this instance. */
  readonly reachable: boolean
  /** What the messages of a transport name for their reports; undefined: the provider could not call it. */
  callbackUrl(transport: AddressedTransport): string | undefined
}

const LOCAL = /^(?:localhost|127\.|0\.0\.0\.0$|\[::1\]$|10\.|192\.168\.)/

/** Makes them. */
export const createCallAddresses = (of: {
  readonly secret: string
  readonly publicUrl: string
}): CallAddresses => {
  const key = Buffer.from(hkdfSync('sha256', of.secret, '', 'carillon sms calls v1', 32))
  const tokenOf = (transportId: string): string =>
    createHmac('sha256', key).update(transportId).digest('base64url').slice(0, 32)
  const urlOf = (transportId: string): string =>
    `${of.publicUrl}${SMS_CALLS_PATH}${transportId}?${TOKEN_QUERY}=${tokenOf(transportId)}`
  const reachable = !LOCAL.test(new URL(of.publicUrl).hostname)
  return {
    tokenOf,
    urlOf,
    reachable,
    // A stand-in is on this machine, and Twilio refuses a message whose address it cannot call.
    callbackUrl: ({ id, kind }) => (reachable || isSandboxTransport(kind) ? urlOf(id) : undefined),
  }
}
