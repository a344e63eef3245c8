/** Seals secrets for the database: AES-256-GCM under a key derived from the instance's secret. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const keyOf = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', 'carillon seal v1', 32))

/** The sealed text: nonce, tag and cipher text, base64url, separated by points. */
export const seal = (secret: string, text: string): string => {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), nonce)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return [nonce, cipher.getAuthTag(), sealed].map(part => part.toString('base64url')).join('.')
}

/** The text again; undefined when it was sealed under another secret or is damaged. */
export const unseal = (secret: string, sealed: string): string | undefined => {
  const [nonce, tag, body] = sealed.split('.').map(part => Buffer.from(part, 'base64url'))
  if (nonce === undefined || tag === undefined || body === undefined) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), nonce)
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
