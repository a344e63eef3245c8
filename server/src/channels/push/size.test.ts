/** The size that a review measures is that of the bytes which are sent. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { apnsPayload } from './apns/apns-payload.ts'
import { fcmMessage } from './fcm/fcm-message.ts'
import { encodedSize, largestSize } from './size.ts'
import { full, MESSAGE_ID, plain, subscription } from './stand-in/under-test.ts'
import { encryptPush } from './web-push/encrypt.ts'
import { readSubscription } from './web-push/subscription.ts'
import { webPayload } from './web-push/web-payload.ts'

test('is the number of bytes that each platform gets, for any text', () => {
  const browser = readSubscription(subscription())
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), body => {
      const notification = { ...full, body }
      expect(encodedSize('fcm', notification)).toBe(
        Buffer.byteLength(JSON.stringify(fcmMessage(MESSAGE_ID, notification))),
      )
      expect(encodedSize('apns', notification)).toBe(Buffer.byteLength(apnsPayload(MESSAGE_ID, notification)))
      if (browser !== undefined)
        expect(encodedSize('web', notification)).toBe(
          encryptPush(webPayload(MESSAGE_ID, notification), browser).length,
        )
    }),
    { numRuns: 50 },
  )
})

test('the largest of the platforms is the one that counts', () => {
  expect(largestSize(['apns', 'fcm'], plain)?.platform).toBe('fcm')
  expect(largestSize([], plain)).toBeUndefined()
})
