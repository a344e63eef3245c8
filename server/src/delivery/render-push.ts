/** Makes push notifications: content, for the devices that its person has, within what their platforms take. */
import { MAX_PUSH_BYTES, type PushContent } from '@carillon/contract'
import type { PushNotification, PushTarget, RenderedPush } from '../channels/push/push.ts'
import { largestSize } from '../channels/push/size.ts'
import { type CompiledPush, notificationOf, shownPush } from '../content/push-content.ts'
import type { TrackedMessage, Tracking } from '../tracking/tracking.ts'
import { targetsIn } from './plan.ts'
import { BROKEN, type ChannelRenderer, type HandOverFacts, NOTHING_SHOWN } from './renderer.ts'
import type { SendableVersion } from './versions.ts'

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

const shownOf = (rendered: PushContent, targets: readonly PushTarget[]) => ({
  ...NOTHING_SHOWN,
  push: {
    devices: targets.map(({ appId: appID, platform, token }) => ({ appID, platform, token })),
    ...shownPush(rendered),
  },
})

/** A version as far as its touches are followed. */
interface Followed {
  readonly links: CompiledPush['links']
  readonly follow: SendableVersion['properties']['tracking']
  readonly message: TrackedMessage | null
  readonly tracking: Tracking
}

// A silent one is not seen, so nobody touches it.
const reportOf = ({ links: book, follow, message, tracking }: Followed): string | undefined => {
  const ids = follow.clicks && book !== null ? book.ids : []
  const links = ids.some(id => id !== 0n) ? ids : []
  if (message === null || (!follow.opens && links.length === 0)) return undefined
  return tracking.pushReportUrl({ ...message, opens: follow.opens, links })
}

// What is followed is an address longer; where that alone is too much, the person gets the notification all the same.
const ways = (notification: PushNotification, followed: Followed): PushNotification[] => {
  const report = notification.kind === 'silent' ? undefined : reportOf(followed)
  return report === undefined ? [notification] : [{ ...notification, report }, notification]
}

type Fitting = { readonly notification: PushNotification } | { readonly problem: string }

const fitting = (
  targets: readonly PushTarget[],
  [first, ...others]: readonly PushNotification[],
): Fitting => {
  if (first === undefined) return { problem: 'there is no notification' }
  const largest = largestSize([...new Set(targets.map(one => one.platform))], first)
  if (largest === undefined || largest.bytes <= MAX_PUSH_BYTES) return { notification: first }
  if (others.length > 0) return fitting(targets, others)
  const { platform, bytes } = largest
  return { problem: `it is ${bytes} bytes for ${platform}, which takes ${MAX_PUSH_BYTES}` }
}

/** The renderer. */
export const renderPush: ChannelRenderer = (version, { address, data, message }, moment) => {
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
  const followed = {
    links: content.links,
    follow: version.properties.tracking,
    message,
    tracking: moment.tracking,
  }
  const fits = fitting(targets, ways(notification, followed))
  if ('problem' in fits) return { ...BROKEN, ...fits }
  if (fits.notification.report !== undefined && followed.follow.clicks) content.links?.followAll()
  return {
    ok: true,
    // Only a dry run asks: nobody else pays for its sizes.
    get shown() {
      return shownOf(rendered, targets)
    },
    mirror: null,
    finish: facts => ({ rendered: toRenderedPush({ targets, ...fits, sandboxId }, facts) }),
  }
}
