/** Makes push notifications: content, for the devices that its person has, within what their platforms take. */
import { MAX_PUSH_BYTES, type RenderedPushContent } from '@carillon/contract'
import type { PushNotification, PushTarget, RenderedPush } from '../channels/push/push.ts'
import { largestSize } from '../channels/push/size.ts'
import { notificationOf } from '../content/push-content.ts'
import { targetsIn } from './plan.ts'
import { BROKEN, type ChannelRenderer, type HandOverFacts, NOTHING_SHOWN } from './renderer.ts'

// Browsers show every push: a silent one is none for them.
const reachable = (targets: readonly PushTarget[], { kind }: PushNotification): readonly PushTarget[] =>
  kind === 'silent' ? targets.filter(one => one.platform !== 'web') : targets

// What a platform would still keep when nobody wants it any more, such as a code, would only disturb.
const within = (notification: PushNotification, { message: { expiresAt }, now }: HandOverFacts) => {
  if (expiresAt === null) return notification
  const left = Math.max(1, Math.ceil((expiresAt.getTime() - now.getTime()) / 1_000))
  return { ...notification, ttlSeconds: Math.min(notification.ttlSeconds, left) }
}

const toRenderedPush = (
  of: Pick<RenderedPush, 'targets' | 'notification' | 'sandboxId'>,
  facts: HandOverFacts,
): RenderedPush => {
  const { messageId, generation, attempt, recipient } = facts.message
  return {
    ...{ channel: 'push', messageId, generation, attempt: attempt + 1 },
    ...{ sandboxId: of.sandboxId, profileId: recipient.profileId, targets: of.targets },
    notification: within(of.notification, facts),
  }
}

const shownOf = (rendered: RenderedPushContent, targets: readonly PushTarget[]) => ({
  ...NOTHING_SHOWN,
  push: {
    devices: targets.map(({ appId: appID, platform, token }) => ({ appID, platform, token })),
    ...rendered,
  },
})

/** The renderer. */
export const renderPush: ChannelRenderer = (version, { address, data }, moment) => {
  const { configuration, content, sandboxId } = version
  if (configuration?.channel !== 'push' || content?.channel !== 'push')
    return { ...BROKEN, problem: version.problem }
  const rendered = content.render(data, moment)
  const notification = notificationOf(rendered, configuration.shownBy)
  const targets = reachable(targetsIn(address), notification)
  if (targets.length === 0)
    return { ok: false, reason: 'push_no_valid_token', problem: 'browsers take no silent notification' }
  if (notification.kind === 'message' && notification.title === '' && notification.body === '')
    return { ...BROKEN, problem: 'title and text came out empty' }
  const largest = largestSize([...new Set(targets.map(one => one.platform))], notification)
  if (largest !== undefined && largest.bytes > MAX_PUSH_BYTES) {
    const { platform, bytes } = largest
    return { ...BROKEN, problem: `it is ${bytes} bytes for ${platform}, which takes ${MAX_PUSH_BYTES}` }
  }
  return {
    ok: true,
    shown: shownOf(rendered, targets),
    mirror: null,
    finish: facts => ({ rendered: toRenderedPush({ targets, notification, sandboxId }, facts) }),
  }
}
