/**
 * Encryption of a web push message (RFC 8291) in the content coding aes128gcm (RFC 8188), as one record. Pure but for
 * the fresh key pair and salt of each message, which tests may give.
 */
import { createCipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto'
import type { Subscription } from './subscription.ts'

const CURVE = 'prime256v1'
const POINT_BYTES = 65
const SALT_BYTES = 16
const TAG_BYTES = 16
const RECORD_SIZE = 4_096
/** Ends the last record (RFC 8188 §2). */
const LAST = Buffer.from([2])

/** Bytes that the encryption adds: salt, record size, key and its length, delimiter, tag. */
export const WEB_PUSH_OVERHEAD = SALT_BYTES + 4 + 1 + POINT_BYTES + LAST.length + TAG_BYTES

/** Key pair and salt of one message. Never twice the same pair with one subscription. */
export interface MessageKeys {
  readonly ecdh: ECDH
  readonly salt: Buffer
}

/** Fresh ones. */
export const createMessageKeys = (): MessageKeys => {
  const ecdh = createECDH(CURVE)
  ecdh.generateKeys()
  return { ecdh, salt: randomBytes(SALT_BYTES) }
}

const derive = (key: Buffer, how: { salt: Buffer; info: Buffer; bytes: number }): Buffer =>
  Buffer.from(hkdfSync('sha256', key, how.salt, how.info, how.bytes))

const info = (name: string): Buffer => Buffer.from(`Content-Encoding: ${name}\0`)

/** Content key and nonce of both ends: `shared` is the secret of ECDH (RFC 8291 §3.3 and §3.4). */
export const contentKeys = (
  shared: Buffer,
  parts: { readonly auth: Buffer; readonly receiver: Buffer; readonly sender: Buffer; readonly salt: Buffer },
): { readonly key: Buffer; readonly nonce: Buffer } => {
  const { auth, receiver, sender, salt } = parts
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), receiver, sender])
  const material = derive(shared, { salt: auth, info: keyInfo, bytes: 32 })
  return {
    key: derive(material, { salt, info: info('aes128gcm'), bytes: 16 }),
    nonce: derive(material, { salt, info: info('nonce'), bytes: 12 }),
  }
}

/** The body of the request: header and one record. Throws a RangeError when the text is too long for one record. */
export const encryptPush = (
  text: string,
  subscription: Pick<Subscription, 'p256dh' | 'auth'>,
  { ecdh, salt }: MessageKeys = createMessageKeys(),
): Buffer => {
  const plain = Buffer.from(text)
  if (plain.length + WEB_PUSH_OVERHEAD > RECORD_SIZE) throw new RangeError('too long for one record')
  const { p256dh: receiver, auth } = subscription
  const sender = ecdh.getPublicKey()
  const { key, nonce } = contentKeys(ecdh.computeSecret(receiver), { auth, receiver, sender, salt })
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  const size = Buffer.alloc(5)
  size.writeUInt32BE(RECORD_SIZE)
  size.writeUInt8(sender.length, 4)
  return Buffer.concat([
    ...[salt, size, sender],
    ...[cipher.update(plain), cipher.update(LAST), cipher.final(), cipher.getAuthTag()],
  ])
}
