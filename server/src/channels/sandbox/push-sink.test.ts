/** Pushes over the stand-ins of the platforms end in the Inbox, each as its device would get it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { silentLog } from '../../lib/log.ts'
import type { Channel } from '../channel.ts'
import type { RenderedPush } from '../push/push.ts'
import { openStandInPush } from '../push/stand-in/channel.ts'
import { full, plain, TOKENS } from '../push/stand-in/under-test.ts'
import { getInboxMail, listInbox } from './inbox.store.ts'
import { type PushSink, startPushSink } from './push-sink.ts'

let db: TestDatabase
let sink: PushSink
let channel: Channel<RenderedPush>
const clock = { now: () => new Date(), monotonicMs: () => performance.now() }
const newId = () => uuidv7(Date.now())
const gone: string[] = []
beforeAll(async () => {
  db = await createTestDatabase()
  sink = await startPushSink({ db: db.db, host: '127.0.0.1', clock, newId, log: silentLog })
  channel = openStandInPush({
    ...{ ports: sink, now: clock.now, wait: async () => undefined, sandboxName: 'dev' },
    onDevices: (_push, outcomes) => {
      for (const one of outcomes) if (one.gone) gone.push(one.target.token)
    },
  })
})
afterAll(async () => {
  await channel.close()
  await sink.close()
  await db.drop()
})

const PLATFORMS = ['fcm', 'apns', 'apnsSandbox', 'web'] as const
const push = (notification = full, more: RenderedPush['targets'] = []): RenderedPush => ({
  ...{ channel: 'push', messageId: newId(), generation: 1, attempt: 1, sandboxId: 's', profileId: 'p' },
  targets: [
    ...PLATFORMS.map(platform => ({ appId: 'com.bells', platform, token: TOKENS[platform] })),
    ...more,
  ],
  notification,
})
const mails = async () => (await listInbox(db.db, { sandbox: 'dev', limit: 50 })).items

test('one message is one entry for each device, with its words and its message', async () => {
  const sent = push()
  expect(await channel.send(sent)).toMatchObject({ kind: 'accepted' })
  const items = await mails()
  expect(items.map(one => one.recipient.split(' ')[0]).sort()).toEqual(['apns', 'apnsSandbox', 'fcm', 'web'])
  for (const item of items) {
    expect(item).toMatchObject({ channel: 'push', subject: 'Ding é😀', messageId: sent.messageId })
    const entry = await getInboxMail(db.db, { sandbox: 'dev', id: item.id })
    expect(entry?.mail.push).toMatchObject({
      ...{ title: 'Ding é😀', body: 'Ready', media: 'https://x.test/bell.png', pushType: 'message' },
      ...{ click: 'deep_link', uri: 'bells://order/1', data: [{ name: 'order', value: 'A-1' }] },
      buttons: [
        { label: 'Track', click: 'web_url' },
        { label: 'Later', click: 'dismiss' },
      ],
    })
  }
})

test('a device that none of the platforms can have is gone, and the others get theirs', async () => {
  const before = (await mails()).length
  const bad = { appId: 'com.bells', platform: 'web' as const, token: 'no subscription' }
  expect(await channel.send(push(plain, [bad]))).toMatchObject({ kind: 'accepted' })
  expect(gone).toEqual(['no subscription'])
  expect(await mails()).toHaveLength(before + 4)
})

test('a silent one is told as such', async () => {
  const { targets, ...silentPush } = push({ ...plain, kind: 'silent', data: { sync: '1' } })
  await channel.send({ ...silentPush, targets: targets.filter(one => one.platform !== 'web') })
  const silent = (await mails()).filter(one => one.subject === '(silent)')
  expect(silent.map(one => one.recipient.split(' ')[0]).sort()).toEqual(['apns', 'apnsSandbox', 'fcm'])
})
