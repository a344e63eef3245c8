/** The encryption of web push: the example of RFC 8291, and every text comes out as it went in. */
import { createECDH, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decryptPush } from '../stand-in/web-push-stand-in.ts'
import { encryptPush, WEB_PUSH_OVERHEAD } from './encrypt.ts'

const bytes = (text: string): Buffer => Buffer.from(text, 'base64url')

test('the example of RFC 8291, appendix A, comes out byte for byte', () => {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(bytes('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw'))
  const body = encryptPush(
    'When I grow up, I want to be a watermelon',
    {
      p256dh: bytes(
        'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      ),
      auth: bytes('BTBZMqHH6r4Tts7J_aSIgg'),
    },
    { ecdh, salt: bytes('DGv6ra1nlYgDCS1FRnbzlw') },
  )
  expect(body.toString('base64url')).toBe(
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  )
})

test('any text that fits is read again by the browser, and by nobody else', () => {
  const [ecdh, other] = [createECDH('prime256v1'), createECDH('prime256v1')]
  const p256dh = ecdh.generateKeys()
  other.generateKeys()
  const auth = randomBytes(16)
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 900 }), text => {
      const body = encryptPush(text, { p256dh, auth })
      expect(body.length).toBe(Buffer.byteLength(text) + WEB_PUSH_OVERHEAD)
      expect(decryptPush(body, { ecdh, auth }).equals(Buffer.from(text))).toBe(true)
      expect(() => decryptPush(body, { ecdh: other, auth })).toThrow()
      expect(() => decryptPush(body, { ecdh, auth: randomBytes(16) })).toThrow()
    }),
    { numRuns: 20 },
  )
})

test('the longest text fills a body of 4096 bytes, one more is refused', () => {
  const ecdh = createECDH('prime256v1')
  const subscription = { p256dh: ecdh.generateKeys(), auth: randomBytes(16) }
  expect(encryptPush('x'.repeat(3_993), subscription)).toHaveLength(4_096)
  expect(() => encryptPush('x'.repeat(3_994), subscription)).toThrow(RangeError)
})
