/**
 * Registration tokens: with one a browser registers itself, for the person and the apps that the customer's server named
 * when it asked for it, and nobody else. Signed, so that they can be trusted without being stored.
 */
import { hkdfSync } from 'node:crypto'
import type { Identity } from '@carillon/contract'
import { jwtVerify, SignJWT } from 'jose'
import { Fault } from '../lib/fault.ts'

/** What a token allows. */
export interface RegistrationGrant {
  readonly sandboxId: string
  readonly identity: Identity
  readonly appIDs: readonly string[]
}

const AUDIENCE = 'carillon:push-registration'
const LONGEST = 8_192

const keyOf = (secret: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', 'carillon push registration v1', 32))

/** A token that ends at `expiresAt`. */
export const signRegistration = (
  secret: string,
  grant: RegistrationGrant,
  expiresAt: Date,
): Promise<string> =>
  new SignJWT({
    sandbox: grant.sandboxId,
    namespace: grant.identity.namespace,
    value: grant.identity.value,
    apps: [...grant.appIDs],
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(AUDIENCE)
    .setExpirationTime(Math.floor(expiresAt.getTime() / 1_000))
    .sign(keyOf(secret))

/** Reads a token; throws `token_invalid` when it is not one of this instance, was changed, or is over. */
export const readRegistration = async (
  secret: string,
  token: string,
  now: Date,
): Promise<RegistrationGrant> => {
  if (token.length > LONGEST) throw new Fault('token_invalid')
  try {
    const { payload } = await jwtVerify(token, keyOf(secret), {
      ...{ algorithms: ['HS256'], audience: AUDIENCE, currentDate: now, requiredClaims: ['exp'] },
    })
    // Signed by us, so in our shape.
    const { sandbox, namespace, value, apps } = payload as Record<string, unknown> & { apps: string[] }
    const identity = { namespace: String(namespace), value: String(value) }
    return { sandboxId: String(sandbox), identity, appIDs: apps }
  } catch (cause) {
    throw new Fault('token_invalid', { cause })
  }
}

/** Refuses an app that the token does not name. */
export const refuseOtherApp = (grant: RegistrationGrant, appID: string): void => {
  if (!grant.appIDs.includes(appID))
    throw new Fault('token_invalid', { detail: 'The registration token is for other apps.' })
}
