/** Registering devices: the list of a person, and tokens that a browser registers itself with. */
import { MAX_PUSH_DEVICES } from '@carillon/contract'
import { describe, expect, it } from 'vitest'
import { subscription } from '../channels/push/stand-in/under-test.ts'
import { normalizeDevice, withNewDevice } from './push-devices.ts'
import { readRegistration, refuseOtherApp, signRegistration } from './registration-token.ts'

const device = (token: string) => ({ appID: 'shop', token, platform: 'fcm' }) as const
const denied = (token: string) => ({ ...device(token), denylisted: true })

describe('the devices of a person', () => {
  it('get a new one at their end, and keep one that they have as it is', () => {
    expect(withNewDevice([device('a')], device('b'))).toEqual([device('a'), device('b')])
    const known = { ...device('a'), identity: { id: 'x' } }
    expect(withNewDevice([known, device('b')], device('a'))).toEqual([known, device('b')])
  })
  it('have one back that was denied, when its app registers it', () => {
    expect(withNewDevice([denied('a'), device('b')], device('a'))).toEqual([device('b'), device('a')])
  })
  it('are told apart by what their platform takes for one, however it was written', () => {
    const apple = { appID: 'a', token: 'AB'.repeat(32), platform: 'apns' } as const
    expect(withNewDevice([apple], normalizeDevice(apple))).toEqual([apple])
    const { endpoint, keys } = JSON.parse(subscription())
    const web = { appID: 'a', token: JSON.stringify({ keys, endpoint }), platform: 'web' } as const
    expect(withNewDevice([web], normalizeDevice(web))).toEqual([web])
    // FCM's tokens are its own: their letters count.
    const [upper, lower] = [device('AB'.repeat(32)), device('ab'.repeat(32))]
    expect(withNewDevice([upper], lower)).toEqual([upper, lower])
  })
  it('have a browser anew when it is bound to another key', () => {
    const web = { appID: 'a', token: subscription(), platform: 'web' } as const
    const bound = { ...web, vapidKey: 'K' }
    expect(withNewDevice([web], bound)).toEqual([bound])
  })
  it('are never too many: a denied one leaves first, else the oldest', () => {
    const full = Array.from({ length: MAX_PUSH_DEVICES }, (_, n) => device(`${n}`))
    expect(withNewDevice(full, device('new')).map(one => one['token'])).toEqual([
      ...full.slice(1).map(one => one.token),
      'new',
    ])
    const [first, ...others] = full
    const some = [first ?? device('0'), denied('gone'), ...others.slice(1)]
    expect(withNewDevice(some, device('new'))).not.toContainEqual(denied('gone'))
    expect(withNewDevice(some, device('new'))).toContainEqual(device('0'))
  })
})

const offCurve = (): string => {
  const { endpoint, keys } = JSON.parse(subscription())
  const p256dh = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]).toString('base64url')
  return JSON.stringify({ endpoint, keys: { ...keys, p256dh } })
}

describe('a device that registers', () => {
  it('is kept in one way of writing', () => {
    expect(normalizeDevice({ appID: ' a ', platform: 'apns', token: `${'AB'.repeat(32)} ` })).toEqual({
      ...{ appID: 'a', platform: 'apns', token: 'ab'.repeat(32) },
    })
    const { endpoint, keys } = JSON.parse(subscription())
    const reordered = JSON.stringify({ keys: { ...keys, more: 1 }, expirationTime: 5, endpoint })
    expect(normalizeDevice({ appID: 'a', platform: 'web', token: reordered }).token).toBe(
      JSON.stringify({ endpoint, keys }),
    )
  })
  const bad = [
    { appID: 'a', platform: 'apns', token: 'not hex' },
    { appID: 'a', platform: 'apnsSandbox', token: 'ab' },
    { appID: 'a', platform: 'fcm', token: ' ' },
    { appID: 'a', platform: 'web', token: '{}' },
    { appID: 'a', platform: 'web', token: subscription('https://10.0.0.1/x') },
    { appID: 'a', platform: 'web', token: offCurve() },
  ] as const
  for (const one of bad)
    it(`is refused with its member when it cannot be one: ${one.platform} ${one.token.slice(0, 40)}`, () => {
      expect(() => normalizeDevice(one)).toThrow(
        expect.objectContaining({
          code: 'payload_invalid',
          details: { problems: [expect.objectContaining({ pointer: '/device/token' })] },
        }),
      )
    })
})

describe('a registration token', () => {
  const now = new Date('2026-03-01T09:00:00Z')
  const later = new Date('2026-03-01T09:15:00Z')
  const identity = { namespace: 'email', value: 'ada@example.com' }
  const grant = { sandboxId: '01931f6e-0000-7000-8000-000000000001', identity, appIDs: ['shop'] }
  const secret = 'a secret of the tests'
  const invalid = expect.objectContaining({ code: 'token_invalid' })

  it('says whose it is and for which apps, until it ends', async () => {
    const token = await signRegistration(secret, grant, later)
    expect(await readRegistration(secret, token, now)).toEqual(grant)
    await expect(readRegistration(secret, token, later)).rejects.toEqual(invalid)
    expect(() => refuseOtherApp(grant, 'shop')).not.toThrow()
    expect(() => refuseOtherApp(grant, 'other')).toThrow(invalid)
  })
  it('is of no use when it was changed, or is of another instance', async () => {
    const token = await signRegistration(secret, grant, later)
    const [head = '', body = '', mac = ''] = token.split('.')
    const claims = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), value: 'bob@example.com' }
    const forged = [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), mac].join('.')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    for (const one of [forged, `${none}.${body}.`, '', 'x', 'x'.repeat(10_000)])
      await expect(readRegistration(secret, one, now)).rejects.toEqual(invalid)
    await expect(readRegistration('another secret', token, now)).rejects.toEqual(invalid)
  })
})
