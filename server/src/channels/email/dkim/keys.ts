/** Makes DKIM keys and writes the record that publishes one. Knows no store. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { DkimAlgorithm } from './sign.ts'

const generate = promisify(generateKeyPair)

/** A new key pair as it is stored: the private half as PEM, the public one as the `p=` of its record. */
export interface DkimKeyPair {
  readonly privatePem: string
  readonly publicKey: string
}

// RFC 8463 §4.2: for Ed25519 the 32 bytes themselves, which end its DER; for RSA the whole DER (RFC 6376 §3.6.1).
const publicText = (key: KeyObject, algorithm: DkimAlgorithm): string => {
  const der = key.export({ type: 'spki', format: 'der' })
  return (algorithm === 'rsa' ? der : der.subarray(-32)).toString('base64')
}

/** Makes a key pair: RSA of 2,048 bits, or Ed25519. */
export const makeDkimKeyPair = async (algorithm: DkimAlgorithm): Promise<DkimKeyPair> => {
  const { privateKey } =
    algorithm === 'rsa'
      ? await generate('rsa', { modulusLength: 2_048 })
      : await generate('ed25519', undefined)
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicText(createPublicKey(privateKey), algorithm),
  }
}

/** The private half for signing; throws when the text is no key. Costly: keep it. */
export const readDkimKey = (privatePem: string): KeyObject => createPrivateKey(privatePem)

/** The name under which a key's record stands. */
export const dkimRecordName = ({
  selector,
  domain,
}: {
  readonly selector: string
  readonly domain: string
}): string => `${selector}._domainkey.${domain}`

/** The TXT record of a key. */
export const dkimRecord = (key: { readonly algorithm: DkimAlgorithm; readonly publicKey: string }): string =>
  `v=DKIM1; k=${key.algorithm}; p=${key.publicKey}`

/** Whether a TXT record publishes this key: compared by its parts, for their order and blanks are free. */
export const publishesKey = (record: string, publicKey: string): boolean => {
  const key = /(?:^|;)\s*p\s*=([^;]*)/i.exec(record)?.[1] ?? ''
  return key.replace(/\s+/g, '') === publicKey
}
