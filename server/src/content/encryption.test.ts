import { createDecipheriv } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seal } from '../lib/seal.ts'
import { createEncryptor, encryptText, newMaterial, type StoredKeyVersion } from './encryption.ts'

const material = newMaterial()
const key = { name: 'orders_2', version: '3' }

// What a customer does, with the parts as documented.
const decrypt = (text: string, secret: string): string => {
  const [nonce, tag, body] = text
    .split('.')
    .slice(2)
    .map(part => Buffer.from(part, 'base64url'))
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(secret, 'base64url'), nonce!)
  decipher.setAuthTag(tag!)
  return Buffer.concat([decipher.update(body!), decipher.final()]).toString('utf8')
}

describe('an encrypted text', () => {
  it('is decrypted again by who has the material, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(decrypt(encryptText(material, key, text), material)).toBe(text)
      }),
    )
  })

  it('names its key and version, then nonce, tag and cipher text in base64url without padding', () => {
    const parts = encryptText(material, key, 'four').split('.')
    expect(parts.slice(0, 2)).toEqual(['orders_2', '3'])
    expect(parts.slice(2).map(part => Buffer.from(part, 'base64url').length)).toEqual([12, 16, 4])
    expect(parts.slice(2).join('')).toMatch(/^[\w-]+$/)
  })

  it('is another one each time, and worthless under another material', () => {
    const [one, two] = [encryptText(material, key, 'same'), encryptText(material, key, 'same')]
    expect(one).not.toBe(two)
    expect(() => decrypt(one, newMaterial())).toThrow()
  })
})

describe('an encryptor', () => {
  const secret = 'the secret of the instance'
  const version = (name: string, number: string, status: StoredKeyVersion['status']): StoredKeyVersion => ({
    name,
    version: number,
    status,
    sealedMaterial: seal(secret, material),
  })
  const keys = [
    version('orders', '2', 'active'),
    version('orders', '1', 'retired'),
    version('old', '2', 'revoked'),
    version('old', '1', 'revoked'),
  ]
  const encrypt = createEncryptor(keys, secret)

  it.each([null, '2'])('uses the current version where %j is named', named => {
    const result = encrypt('text', { name: 'orders', version: named })
    expect(result.kind === 'encrypted' && result.text).toMatch(/^orders\.2\./)
    expect(result.kind === 'encrypted' && decrypt(result.text, material)).toBe('text')
  })

  it.each([
    ['orders', '1', 'Version "1" of the encryption key "orders" is retired.'],
    ['orders', '3', 'The encryption key "orders" has no version "3".'],
    ['old', null, 'The encryption key "old" was revoked.'],
    ['old', '1', 'The encryption key "old" was revoked.'],
    ['none', null, 'There is no encryption key "none" in this sandbox.'],
  ])('refuses key %s of version %j', (name, named, why) => {
    expect(encrypt('text', { name, version: named })).toEqual({ kind: 'refused', why })
  })

  it('refuses a material that another secret sealed', () => {
    const result = createEncryptor(keys, 'another secret')('text', { name: 'orders', version: null })
    expect(result).toMatchObject({ kind: 'refused', why: expect.stringContaining('CARILLON_SECRET') })
  })
})
