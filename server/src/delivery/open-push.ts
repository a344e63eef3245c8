/** From a stored push transport to its channel: one connection for each platform that it has a credential for. */
import type { ProviderAnswer, PushSettings } from '@carillon/contract'
import { EMPTY_PUSH } from '@carillon/contract'
import type { TransportRow } from '../campaigns/transport.store.ts'
import type { SendOutcome } from '../channels/channel.ts'
import { createApnsChannel } from '../channels/push/apns/apns.ts'
import { readApnsPrivateKey } from '../channels/push/apns/provider-token.ts'
import type { DeviceChannel } from '../channels/push/device-channel.ts'
import { createPushChannel, type PushChannelOptions } from '../channels/push/fan-out.ts'
import { createFcmChannel } from '../channels/push/fcm/fcm.ts'
import { readServiceAccount } from '../channels/push/fcm/service-account.ts'
import type { DevicePush, PushPlatform } from '../channels/push/push.ts'
import { openStandInPush } from '../channels/push/stand-in/channel.ts'
import { createWebPushChannel } from '../channels/push/web-push/web-push.ts'
import { carrying } from '../channels/rendered.ts'
import { notificationOf } from '../content/push-content.ts'
import { delay } from '../lib/delay.ts'
import type { OpenContext, Opener } from './opener.ts'

type Channels = Partial<Record<PushPlatform, DeviceChannel>>

const fcmOf = ({ fcm, connections }: PushSettings, now: () => Date): Channels => {
  if (!fcm?.serviceAccount) return {}
  const account = readServiceAccount(fcm.serviceAccount)
  return { fcm: createFcmChannel({ account, now, ...(connections === undefined ? {} : { connections }) }) }
}

const apnsOf = ({ apns, connections }: PushSettings, now: () => Date): Channels => {
  if (!apns?.key) return {}
  const { keyId, teamId } = apns
  const key = { keyId, teamId, privateKey: readApnsPrivateKey(apns.key) }
  const more = { key, now, ...(connections === undefined ? {} : { streams: connections }) }
  return {
    apns: createApnsChannel({ ...more, platform: 'apns' }),
    apnsSandbox: createApnsChannel({ ...more, platform: 'apnsSandbox' }),
  }
}

const webOf = ({ web, connections }: PushSettings, now: () => Date): Channels => {
  if (!web?.privateKey || web.publicKey === undefined) return {}
  const { publicKey, privateKey, subject } = web
  const more = connections === undefined ? {} : { connections }
  return { web: createWebPushChannel({ keys: { publicKey, privateKey }, subject, now, ...more }) }
}

const channelsOf = (settings: PushSettings, now: () => Date): Channels => ({
  ...fcmOf(settings, now),
  ...apnsOf(settings, now),
  ...webOf(settings, now),
})

const sharedOf = ({ onDevices }: OpenContext): Pick<PushChannelOptions, 'onDevices' | 'wait'> => ({
  onDevices: onDevices ?? (() => undefined),
  wait: delay,
})

const open = (row: TransportRow, context: OpenContext) => {
  const { push: settings, sandboxName } = row
  const { now, sinks } = context
  if (settings === undefined)
    return openStandInPush({ ...sharedOf(context), ports: sinks.push, now, sandboxName })
  return createPushChannel({ ...sharedOf(context), channels: channelsOf(settings, now) })
}

// A token that no device has: a platform that lets us in refuses it for what it is, and delivers nothing.
const NOBODY: Readonly<Partial<Record<PushPlatform, string>>> = {
  fcm: 'carillon-check',
  apns: '0'.repeat(64),
}

const looksRight = ({ kind }: SendOutcome): boolean => kind === 'reject' || kind === 'accepted'

const lookAt = async (platform: PushPlatform, channel: DeviceChannel) => {
  const token = NOBODY[platform]
  // A push service has no account to log into: the keys are looked at when the channel is made.
  if (token === undefined) return { ok: true, words: `${platform}: the keys are a pair` }
  const push: DevicePush = {
    messageId: '00000000-0000-7000-8000-000000000000',
    target: { appId: 'carillon.check', platform, token },
    notification: notificationOf({ ...EMPTY_PUSH, pushType: 'silent' }, 'app'),
  }
  const outcome = await channel.send(push)
  return { ok: looksRight(outcome), words: `${platform}: ${outcome.code} ${outcome.answer}` }
}

const check = async (row: TransportRow, { now }: OpenContext): Promise<ProviderAnswer> => {
  const { push: settings } = row
  if (settings === undefined) return { ok: true, code: '200', answer: 'The Inbox takes every notification' }
  const channels = channelsOf(settings, now)
  const looked = await Promise.all(
    Object.entries(channels)
      .filter(([platform]) => platform !== 'apnsSandbox')
      .map(([platform, channel]) => lookAt(platform as PushPlatform, channel)),
  )
  await Promise.all(Object.values(channels).map(channel => channel.close()))
  if (looked.length === 0) return { ok: false, code: 'no_credential', answer: 'It has no credential' }
  const ok = looked.every(one => one.ok)
  return {
    ok,
    code: ok ? '200' : 'refused',
    answer: looked
      .map(one => one.words)
      .join('; ')
      .slice(0, 500),
  }
}

/** The push transport. */
export const OPEN_PUSH = {
  push: { open: (row, context) => carrying('push', open(row, context)), check },
} as const satisfies Record<string, Opener>
