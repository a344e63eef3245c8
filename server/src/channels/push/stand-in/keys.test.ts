/** The stand-ins' credentials are whole ones, and the same in every process. */
import { createPublicKey, sign, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { vapidSigningKey } from '../web-push/vapid.ts'
import { standInAccount, standInApnsKey, standInBrowser, standInVapidKeys } from './keys.ts'

test('sign as real keys do', () => {
  const text = Buffer.from('ding')
  for (const key of [
    standInAccount().privateKey,
    standInApnsKey().privateKey,
    vapidSigningKey(standInVapidKeys()),
  ])
    expect(verify('sha256', text, createPublicKey(key), sign('sha256', text, key))).toBe(true)
  expect(standInAccount().privateKey.asymmetricKeyDetails?.modulusLength).toBe(2_048)
})

test('are the same each time they are made', () => {
  // Two processes never speak of them: what one makes the other must make too.
  expect(standInVapidKeys().publicKey).toBe(
    'BIFHYL2BkOCfNNQKTCiYpe29a3NAebgZwkvF0ZKJeFAQaJpdB3unyy0RLtTJ5C1TZCYOOqKFyLHoedUrWw-ExOA',
  )
  expect(standInBrowser().auth).toHaveLength(16)
})
