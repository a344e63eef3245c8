/** Registering push devices: by a customer's server, and by a browser with a registration token. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'
import { eventually } from '../../../test/carillon.ts'
import { apnsKey, subscription, vapidKeys } from '../../channels/push/stand-in/under-test.ts'
import { createVapidKeys } from '../../channels/push/web-push/vapid.ts'
import { carryOut } from '../../profiles/merge.store.ts'
import { denyDevices } from '../../profiles/push-devices.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const email = (value: string) => ({ namespace: 'Email', value })
const fcm = (token: string) => ({ appID: 'com.bells', platform: 'fcm', token })
const register = (value: string, device: object) =>
  api.api('POST /push/devices', { identity: email(value), device })
const devicesOf = async (profileId: string) =>
  (await api.api(`GET /profiles/${profileId}`)).body.attributes.pushNotificationDetails
const profileOf = async (value: string) =>
  (await api.api(`GET /profiles?namespace=email&value=${value}`)).body.items[0]

describe('a device that a server registers', () => {
  it('is the person’s, who is made when there is none; a repeat changes nothing', async () => {
    const first = await register('ada@example.test', fcm('t-1'))
    expect(first).toMatchObject({ status: 200, body: { device: fcm('t-1') } })
    await register('ada@example.test', fcm('t-2'))
    const before = await api.api(`GET /profiles/${first.body.profileId}`)
    api.clock.move(1_000)
    expect((await register('ada@example.test', fcm('t-1'))).body.profileId).toBe(first.body.profileId)
    expect((await api.api(`GET /profiles/${first.body.profileId}`)).body).toEqual(before.body)
    expect(await devicesOf(first.body.profileId)).toEqual([fcm('t-1'), fcm('t-2')])
  })

  it('leaves whoever had it before: a phone that changes hands tells nobody else’s news', async () => {
    const ada = (await register('ada2@example.test', fcm('shared'))).body.profileId
    const bob = (await register('bob2@example.test', fcm('shared'))).body.profileId
    expect(await devicesOf(ada)).toBeUndefined()
    expect(await devicesOf(bob)).toEqual([fcm('shared')])
  })

  it('is one person’s alone when many register it at once', async () => {
    const people = ['a', 'b', 'c', 'd'].map(name => `${name}@race.test`)
    const made = await Promise.all(people.map(person => register(person, fcm('raced'))))
    expect(made.map(one => one.status)).toEqual([200, 200, 200, 200])
    const lists = await Promise.all(made.map(one => devicesOf(one.body.profileId)))
    expect(lists.filter(list => list !== undefined)).toEqual([[fcm('raced')]])
  })

  it('stays with its person who becomes another while it registers', async () => {
    const into = (await register('into@merge.test', fcm('into'))).body.profileId
    const from = (await register('from@merge.test', fcm('from'))).body.profileId
    const { db } = api.test
    const other = await db.connect()
    // Holds both people until the registration waits for one of them; then they become one.
    await other.query('begin')
    await other.query('select from profile where id = any($1) for update', [[into, from]])
    const registering = register('from@merge.test', fcm('meanwhile'))
    await eventually('a registration that waits', async () => {
      const waiting =
        "select from pg_stat_activity where wait_event_type = 'Lock' and query like '%from profile%'"
      return (await db.query(waiting)).rowCount || undefined
    })
    const sandboxId = (await db.query("select id from sandbox where name = 'dev'")).rows[0].id
    const actor = { sandboxId, by: 'test', now: api.clock.now() }
    await carryOut(other, actor, [{ into, from, preferred: into }])
    await other.query('update profile set attributes = $2 where id = $1', [
      into,
      { pushNotificationDetails: [fcm('into'), fcm('from')] },
    ])
    await other.query('commit')
    other.release()
    expect((await registering).body.profileId).toBe(into)
    expect(await devicesOf(into)).toEqual([fcm('into'), fcm('from'), fcm('meanwhile')])
  })

  it('is denied when its platform knows it no more, and back when its app registers it', async () => {
    const { profileId } = (await register('eve@example.test', fcm('gone'))).body
    const { rows } = await api.test.db.query("select id from sandbox where name = 'dev'")
    const sandboxId = rows[0].id
    await denyDevices(api.test.db, api.clock.now(), [
      { sandboxId, profileId, appID: 'com.bells', token: 'gone' },
      { sandboxId, profileId, appID: 'com.bells', token: 'never there' },
    ])
    expect(await devicesOf(profileId)).toEqual([{ ...fcm('gone'), denylisted: true }])
    await register('eve@example.test', fcm('gone'))
    expect(await devicesOf(profileId)).toEqual([fcm('gone')])
  })

  it('is taken away by its app and token, from whoever has it', async () => {
    const { profileId } = (await register('old@example.test', fcm('away'))).body
    const key = { appID: 'com.bells', token: 'away' }
    expect((await api.api('POST /push/devices/remove', key)).status).toBe(204)
    expect((await api.api('POST /push/devices/remove', key)).status).toBe(204)
    expect(await devicesOf(profileId)).toBeUndefined()
  })

  it('is taken away however its token is written: as it was given, or as it is kept', async () => {
    const { endpoint, keys } = JSON.parse(subscription())
    const given = [
      { appID: ' com.Bells ', platform: 'apns', token: 'AB'.repeat(32) },
      { appID: 'shop', platform: 'web', token: JSON.stringify({ expirationTime: null, keys, endpoint }) },
    ]
    for (const device of given) {
      const { profileId } = (await register('written@example.test', device)).body
      expect(await devicesOf(profileId)).toHaveLength(1)
      const { appID, token } = device
      expect((await api.api('POST /push/devices/remove', { appID, token })).status).toBe(204)
      expect(await devicesOf(profileId)).toBeUndefined()
    }
    // A list that somebody wrote as attributes has its tokens as they came.
    const own = { appID: 'com.Bells', platform: 'apns', token: 'CD'.repeat(32) }
    const { body } = await api.api('POST /profiles', {
      ...{ identities: [email('raw@example.test')], attributes: { pushNotificationDetails: [own] } },
    })
    await api.api('POST /push/devices/remove', { appID: 'com.Bells', token: 'cd'.repeat(32) })
    expect(await devicesOf(body.id)).toBeUndefined()
  })

  it('is denied and allowed by hand, without a word about the others', async () => {
    const { profileId } = (await register('hand@example.test', fcm('hand-1'))).body
    await register('hand@example.test', fcm('hand-2'))
    const deny = (token: string, denylisted: boolean) =>
      api.api('POST /push/devices/deny', { appID: 'com.bells', token, denylisted })
    expect((await deny('hand-1', true)).status).toBe(204)
    expect(await devicesOf(profileId)).toEqual([{ ...fcm('hand-1'), denylisted: true }, fcm('hand-2')])
    expect((await deny('hand-1', false)).status).toBe(204)
    expect(await devicesOf(profileId)).toEqual([{ ...fcm('hand-1'), denylisted: false }, fcm('hand-2')])
    expect((await deny('nobody’s', true)).body.code).toBe('not_found')
  })

  it('is refused with its member when it cannot be one', async () => {
    const answer = await register('x@example.test', { appID: 'a', platform: 'apns', token: 'zz' })
    expect(answer.body).toMatchObject({
      ...{ code: 'payload_invalid', errors: [{ pointer: '/device/token', message: 'must be hexadecimal' }] },
    })
    const blank = await api.api('POST /push/devices', { identity: email(' '), device: fcm('t') })
    expect(blank.body.errors).toEqual([{ pointer: '/identity/value', message: 'must not be blank' }])
    expect(await profileOf('x@example.test')).toBeUndefined()
  })
})

describe('a browser with a registration token', () => {
  const tokenFor = async (value: string, more: object = {}): Promise<string> => {
    const asked = { identity: email(value), appIDs: ['shop'], ...more }
    const { body, status } = await api.api('POST /push/registration-tokens', asked)
    expect(status).toBe(201)
    return body.token
  }
  const post = (path: string, token: string | undefined, body: object = {}) =>
    api.call(`POST ${path}`, {
      headers: { authorization: token === undefined ? undefined : `Bearer ${token}` },
      body: { appID: 'shop', subscription: JSON.parse(subscription()), ...body },
    })

  it('registers itself for the person of the token, and takes itself away', async () => {
    const token = await tokenFor('web@example.test')
    expect((await post('/push/devices', token)).status).toBe(204)
    const { endpoint, keys } = JSON.parse(subscription())
    const kept = { appID: 'shop', platform: 'web', token: JSON.stringify({ endpoint, keys }) }
    expect((await profileOf('web@example.test')).attributes).toEqual({ pushNotificationDetails: [kept] })

    expect((await post('/push/devices/remove', await tokenFor('other@example.test'))).status).toBe(204)
    expect((await profileOf('web@example.test')).attributes).toEqual({ pushNotificationDetails: [kept] })
    expect((await post('/push/devices/remove', token)).status).toBe(204)
    expect((await profileOf('web@example.test')).attributes).toEqual({})
  })

  it('is let in by nothing else: no token, an old one, one for other apps, one of the API', async () => {
    const token = await tokenFor('late@example.test', { expiresInSeconds: 60 })
    const others = await tokenFor('late@example.test', { appIDs: ['other'] })
    expect((await post('/push/devices', undefined)).body.code).toBe('token_missing')
    expect((await post('/push/devices', others)).body.code).toBe('token_invalid')
    expect((await post('/push/devices', api.client.token)).body.code).toBe('token_invalid')
    api.clock.move(61_000)
    expect((await post('/push/devices', token)).body.code).toBe('token_invalid')
    expect((await profileOf('late@example.test')).attributes).toEqual({})
  })

  it('brings nobody back: who was removed since the token was asked for stays away', async () => {
    const token = await tokenFor('erased@example.test')
    const { id } = await profileOf('erased@example.test')
    await api.api(`DELETE /profiles/${id}`)
    const answer = await post('/push/devices', token)
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found'])
    expect(await profileOf('erased@example.test')).toBeUndefined()
  })

  it('is kept with the key that it subscribed with', async () => {
    const vapidKey = vapidKeys.publicKey
    expect((await post('/push/devices', await tokenFor('bound@example.test'), { vapidKey })).status).toBe(204)
    const { attributes } = await profileOf('bound@example.test')
    expect(attributes.pushNotificationDetails).toMatchObject([{ platform: 'web', vapidKey }])
  })

  it('may not name an address of its choice', async () => {
    const bad = JSON.parse(subscription('https://169.254.169.254/latest'))
    const answer = await post('/push/devices', await tokenFor('ssrf@example.test'), { subscription: bad })
    expect(answer.body.errors).toEqual([
      { pointer: '/subscription', message: 'must have its endpoint at a known push service' },
    ])
  })

  it('calls from any site, and loads the scripts from there', async () => {
    const asked = await api.call('OPTIONS /push/devices', {
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    })
    expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([204, '*'])
    expect(asked.headers['access-control-allow-headers']).toBe('authorization, content-type')
    for (const script of ['push.js', 'push-worker.js']) {
      const { status, body, headers } = await api.call(`GET /sdk/${script}`)
      expect([status, headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8'])
      expect(headers['cross-origin-resource-policy']).toBe('cross-origin')
      expect(Buffer.byteLength(body)).toBeLessThan(3_072)
    }
  })
})

describe('the key that a browser subscribes with', () => {
  const subject = 'mailto:push@example.test'
  const keyOf = async (appID: string) => {
    const asked = { identity: email('key@example.test'), appIDs: [appID] }
    const { token } = (await api.api('POST /push/registration-tokens', asked)).body
    return api.call(`GET /push/key?appID=${appID}`, { headers: { authorization: `Bearer ${token}` } })
  }
  const configure = (transportId: string, appID: string) =>
    api.api('POST /channel-configurations', {
      ...{ channel: 'push', name: appID, transportId, apps: [{ platform: 'web', appID }] },
    })

  it('is made with the transport, and its private half never comes out', async () => {
    const made = await api.api('POST /transports', { name: 'Web', kind: 'push', push: { web: { subject } } })
    expect(made.status).toBe(201)
    const { publicKey } = made.body.push.web
    expect(made.body.push).toEqual({ web: { subject, publicKey: expect.stringMatching(/^[\w-]{87}$/) } })
    await configure(made.body.id, 'web-1')
    expect((await keyOf('web-1')).body).toEqual({ publicKey })

    const push = { web: { subject: 'https://example.test', publicKey } }
    const put = await api.api(`PUT /transports/${made.body.id}`, { name: 'Web', kind: 'push', push })
    expect(put.body.push.web).toEqual(push.web)
    expect((await api.api(`POST /transports/${made.body.id}/check`)).body).toMatchObject({
      ...{ ok: true, answer: 'web: the keys are a pair' },
    })
  })

  it('stays when the transport is changed, whatever of it is said again', async () => {
    const write = (web: object, more: object = {}) => ({
      name: 'Stays',
      kind: 'push',
      push: { web, ...more },
    })
    const { id, push } = (await api.api('POST /transports', write({ subject }))).body
    const put = (web: object) => api.api(`PUT /transports/${id}`, write(web))
    const { publicKey } = push.web
    expect((await put({ subject: 'mailto:new@example.test' })).body.push.web).toEqual({
      ...{ subject: 'mailto:new@example.test', publicKey },
    })
    expect((await api.api(`POST /transports/${id}/check`)).body.ok).toBe(true)

    const stranger = createVapidKeys()
    const half = await put({ subject, publicKey: stranger.publicKey })
    expect(half.body.errors).toMatchObject([{ pointer: '/push/web/privateKey' }])
    const emptied = await put({ subject, publicKey, privateKey: null })
    expect(emptied.body.errors).toMatchObject([{ pointer: '/push/web/privateKey' }])
    expect((await put({ subject, ...stranger })).body.push.web.publicKey).toBe(stranger.publicKey)
    expect((await api.api(`POST /transports/${id}/check`)).body.ok).toBe(true)
  })

  it('and every other credential come with their secrets, given now or before', async () => {
    const apns = { keyId: 'ABCDE12345', teamId: 'ABCDE12345' }
    const key = apnsKey.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const write = (push: object) => ({ name: 'Secrets', kind: 'push', push })
    const pointersOf = (answer: { body: { errors: { pointer: string }[] } }) =>
      answer.body.errors.map(one => one.pointer)
    for (const [push, pointer] of [
      [{ fcm: {} }, '/push/fcm/serviceAccount'],
      [{ fcm: { serviceAccount: '' } }, '/push/fcm/serviceAccount'],
      [{ apns }, '/push/apns/key'],
      [{ apns: { ...apns, key: null } }, '/push/apns/key'],
      [{ web: { subject, publicKey: vapidKeys.publicKey } }, '/push/web/privateKey'],
    ] as const)
      expect(pointersOf(await api.api('POST /transports', write(push)))).toEqual([pointer])
    const made = await api.api('POST /transports', write({ apns: { ...apns, key } }))
    const put = (push: object) => api.api(`PUT /transports/${made.body.id}`, write(push))
    expect((await put({ apns })).status).toBe(200)
    expect(pointersOf(await put({ apns, fcm: {} }))).toEqual(['/push/fcm/serviceAccount'])
  })

  it('is asked for by a configuration only where its transport has the credential', async () => {
    const made = await api.api('POST /transports', {
      name: 'Web only',
      kind: 'push',
      push: { web: { subject } },
    })
    const apps = [
      { platform: 'web', appID: 'w' },
      { platform: 'fcm', appID: 'f' },
      { platform: 'apnsSandbox', appID: 'a' },
    ]
    const write = { channel: 'push', name: 'Without', transportId: made.body.id, apps }
    const refused = await api.api('POST /channel-configurations', write)
    expect(refused.body.errors.map((one: { pointer: string }) => one.pointer)).toEqual([
      ...['/apps/1/platform', '/apps/2/platform'],
    ])
    expect((await api.api('POST /channel-configurations', { ...write, apps: apps.slice(0, 1) })).status).toBe(
      201,
    )
  })

  it('goes with its credential: one that is taken out is not kept in secret', async () => {
    const key = apnsKey.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const apns = { keyId: 'ABCDE12345', teamId: 'ABCDE12345' }
    const web = { subject }
    const write = (push: object) => ({ name: 'Both', kind: 'push', push })
    const made = await api.api('POST /transports', write({ apns: { ...apns, key }, web }))
    const sealed = async (): Promise<string[]> => {
      const of = "select settings -> 'sealedSecrets' as sealed from transport where id = $1"
      return Object.keys((await api.test.db.query(of, [made.body.id])).rows[0].sealed).sort()
    }
    const put = (push: object) => api.api(`PUT /transports/${made.body.id}`, write(push))
    expect(await sealed()).toEqual(['apns.key', 'web.privateKey'])
    await put({ apns, web: made.body.push.web })
    expect(await sealed()).toEqual(['apns.key', 'web.privateKey'])
    await put({ apns: null, web: made.body.push.web })
    expect(await sealed()).toEqual(['web.privateKey'])
  })

  it('is not there for an app that no configuration has', async () => {
    expect((await keyOf('nowhere')).body.code).toBe('not_found')
  })

  it('comes with credentials that can be read, or the transport is refused', async () => {
    const write = (push: object) => api.api('POST /transports', { name: 'Bad', kind: 'push', push })
    const key = 'A'.repeat(43)
    const apple = { keyId: 'ABCDE12345', teamId: 'ABCDE12345', key: 'no key' }
    const cases: readonly (readonly [object, string])[] = [
      [{}, '/push'],
      [{ fcm: { serviceAccount: '{}' } }, '/push/fcm/serviceAccount'],
      [{ apns: apple }, '/push/apns/key'],
      [{ web: { subject, privateKey: key } }, '/push/web/publicKey'],
      [{ web: { subject, privateKey: key, publicKey: 'B'.repeat(87) } }, '/push/web/privateKey'],
    ]
    for (const [push, pointer] of cases)
      expect((await write(push)).body.errors.map((one: { pointer: string }) => one.pointer)).toEqual([
        pointer,
      ])
    expect(JSON.stringify((await write({ apns: apple })).body)).not.toContain('no key')
  })
})
