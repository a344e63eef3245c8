/** APNs' provider token: a JWT of the team's .p8 key. Apple wants it renewed no sooner than 20, no later than 60 minutes. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'

/** A team's key. `keyId` and `teamId` have ten characters each. */
export interface ApnsKey {
  readonly keyId: string
  readonly teamId: string
  readonly privateKey: KeyObject
}

/** Reads a .p8 file. Throws a TypeError that says what is wrong, and never a secret of it. */
export const readApnsPrivateKey = (pem: string): KeyObject => {
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch {
    throw new TypeError('The key cannot be read')
  }
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new TypeError('The key is no EC key of the curve P-256')
  return key
}

/** The token of one key. */
export interface ProviderToken {
  get(now: Date): Promise<string>
  /** Apple called it too old: the next `get` makes another, unless this one is too young for that. */
  renew(now: Date): void
}

const MINUTE_MS = 60_000
const RENEWED_MS = 40 * MINUTE_MS
const YOUNG_MS = 20 * MINUTE_MS

/** Makes none before it is asked for one. */
export const createProviderToken = ({ keyId, teamId, privateKey }: ApnsKey): ProviderToken => {
  let kept: { readonly madeMs: number; readonly token: Promise<string> } | undefined
  const make = (now: Date): Promise<string> =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setIssuedAt(Math.floor(now.getTime() / 1_000))
      .sign(privateKey)
  return {
    get: now => {
      if (kept === undefined || now.getTime() - kept.madeMs >= RENEWED_MS)
        kept = { madeMs: now.getTime(), token: make(now) }
      return kept.token
    },
    renew: now => {
      if (kept !== undefined && now.getTime() - kept.madeMs >= YOUNG_MS) kept = undefined
    },
  }
}
