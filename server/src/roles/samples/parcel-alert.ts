/** Sample campaign: a push alert, and the devices on which sample people get it in the Inbox. */
import { createHash } from 'node:crypto'
import { EMPTY_PUSH, type PushApp, type PushDevice } from '@carillon/contract'
import type { SampleCampaign } from '../seed-samples.ts'

/** The apps of the sample configuration. */
export const SAMPLE_APPS: readonly PushApp[] = [
  { platform: 'fcm', appID: 'test.example.bells' },
  { platform: 'apns', appID: 'test.example.Bells' },
  { platform: 'web', appID: 'bells.example.test' },
]

const hashOf = (name: string): string => createHash('sha256').update(`device of ${name}`).digest('hex')

/** A phone of each kind, with tokens that no platform ever gave out. */
export const sampleDevices = (name: string): PushDevice[] => [
  { platform: 'fcm', appID: 'test.example.bells', token: `sample:${hashOf(name).slice(0, 40)}` },
  { platform: 'apns', appID: 'test.example.Bells', token: hashOf(name) },
]

/** Live from the first start. */
export const parcelAlert: SampleCampaign = {
  name: 'Parcel alert',
  description: 'A push notification when the parcel is at the door; look at it in the Inbox.',
  live: true,
  channel: 'push',
  tags: ['sample', 'orders'],
  content: {
    ...EMPTY_PUSH,
    title: 'Your parcel is here',
    body: '{%= profile.person.name.firstName ?: "Hello" %}, order {{context.order.number}} is at your door.',
    click: 'web_url',
    uri: 'https://shop.example.test/orders/{{context.order.number}}',
    collapseKey: 'order-{{context.order.number}}',
    priority: 'high',
    ttlSeconds: 14_400,
    buttons: [
      {
        ...{ id: 'track', label: 'Where is it?', click: 'web_url' },
        uri: 'https://shop.example.test/orders/{{context.order.number}}/track',
      },
    ],
    data: [{ name: 'order', value: '{{context.order.number}}' }],
    ios: { ...EMPTY_PUSH.ios, category: 'ORDER', threadId: 'orders' },
    android: { ...EMPTY_PUSH.android, channelId: 'orders' },
  },
  messageExpirySeconds: 14_400,
  sample: {
    profile: { person: { name: { firstName: 'Ada' } } },
    context: { order: { number: 'A-1001' } },
  },
}
