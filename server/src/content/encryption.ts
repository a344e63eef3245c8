/**
 * What `encrypt` does: AES-256-GCM with a random nonce of 12 bytes and no additional data. The text that goes out is
 * `keyName.version.nonce.authTag.cipherText`, the last three base64url without padding; the clear text is UTF-8. Who
 * has the material of that version (32 bytes) decrypts it with any library. Knows no database.
 */
import { createCipheriv, randomBytes } from 'node:crypto'
import { unseal } from '../lib/seal.ts'

/** The bytes of a material. */
export const MATERIAL_BYTES = 32

/** Which key and version a text is encrypted under; both are part of the encrypted text. */
export interface KeyVersion {
  readonly name: string
  readonly version: string
}

/** A new material, base64url. */
export const newMaterial = (): string => randomBytes(MATERIAL_BYTES).toString('base64url')

/** Encrypts a text under a material (base64url). Each call gives another text. */
export const encryptText = (material: string, key: KeyVersion, text: string): string => {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(material, 'base64url'), nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  const parts = [nonce, cipher.getAuthTag(), body].map(part => part.toString('base64url'))
  return [key.name, key.version, ...parts].join('.')
}

/** One version of a key as it is stored. `active`: it is the current one of a key that is not revoked. */
export interface StoredKeyVersion extends KeyVersion {
  readonly status: 'active' | 'retired' | 'revoked'
  readonly sealedMaterial: string
}

/** An encrypted text, or why there is none. */
export type EncryptionResult =
  | { readonly kind: 'encrypted'; readonly text: string }
  | { readonly kind: 'refused'; readonly why: string }

/** Encrypts under a key by its name; the current version where none is named. */
export type Encryptor = (
  text: string,
  key: { readonly name: string; readonly version: string | null },
) => EncryptionResult

const refused = (why: string): EncryptionResult => ({ kind: 'refused', why })

type Chosen = StoredKeyVersion | string

const choose = (versions: readonly StoredKeyVersion[], name: string, version: string | null): Chosen => {
  if (versions.length === 0) return `There is no encryption key "${name}" in this sandbox.`
  if (versions.some(one => one.status === 'revoked')) return `The encryption key "${name}" was revoked.`
  const found = versions.find(one => (version === null ? one.status === 'active' : one.version === version))
  if (found === undefined) return `The encryption key "${name}" has no version "${version}".`
  return found.status === 'active'
    ? found
    : `Version "${found.version}" of the encryption key "${name}" is retired.`
}

/** An encryptor over the keys of one sandbox. Each material is unsealed once, when it is first used. */
export const createEncryptor = (keys: readonly StoredKeyVersion[], secret: string): Encryptor => {
  const byName = new Map<string, StoredKeyVersion[]>()
  for (const one of keys) byName.set(one.name, [...(byName.get(one.name) ?? []), one])
  const materials = new Map<StoredKeyVersion, string | undefined>()
  return (text, { name, version }) => {
    const chosen = choose(byName.get(name) ?? [], name, version)
    if (typeof chosen === 'string') return refused(chosen)
    if (!materials.has(chosen)) materials.set(chosen, unseal(secret, chosen.sealedMaterial))
    const material = materials.get(chosen)
    if (material === undefined)
      return refused(`The encryption key "${name}" was sealed under another CARILLON_SECRET.`)
    return { kind: 'encrypted', text: encryptText(material, chosen, text) }
  }
}
