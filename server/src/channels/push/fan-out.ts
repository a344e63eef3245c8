/**
 * The push channel: one message to all devices of its person, each over its platform, and one outcome for the ledger
 * (docs/decisions/0009). What became of each device is told beside it.
 */
import { type Channel, NOT_BEGUN, type SendOutcome, trimAnswer } from '../channel.ts'
import { createSlottedChannel } from '../slotted.ts'
import { type DeviceChannel, NO_CREDENTIAL_CODE } from './device-channel.ts'
import type { PayloadFormat, PushPlatform, PushTarget, RenderedPush } from './push.ts'

/** What became of one device. `gone`: its token is of no use any more. */
export interface DeviceOutcome {
  readonly target: PushTarget
  readonly outcome: SendOutcome
  readonly gone: boolean
}

/** What the channel needs. */
export interface PushChannelOptions {
  readonly channels: Readonly<Partial<Record<PushPlatform, DeviceChannel>>>
  /** Set for stand-ins: whose Inbox it is. */
  readonly sandboxName?: string
  readonly onDevices: (push: RenderedPush, outcomes: readonly DeviceOutcome[]) => void
  /** Waits; a stop of the process does not cut it short. */
  readonly wait: (ms: number) => Promise<void>
  /** Messages at once. Default: as many as the platforms' slots together. */
  readonly slots?: number
}

/** A device that was refused for now, beside one that has the message, is tried again so often within the hand-over. */
const TRIES = 3
const WAIT_MS = 1_000
/** A platform that asks for more is not waited for. */
const MOST_WAIT_MS = 5_000

// A credential that is refused, or is not there, is no better in some seconds.
const isLasting = (code: string): boolean =>
  code === NO_CREDENTIAL_CODE || (/^(?:oauth )?4\d\d\b/.test(code) && !/^(?:429|400 IdleTimeout$)/.test(code))
const isLater = ({ outcome: { kind, code } }: DeviceOutcome): boolean =>
  (kind === 'retry' || kind === 'throttle') && !isLasting(code)
const isAccepted = ({ outcome: { kind } }: DeviceOutcome): boolean => kind === 'accepted'

const waitOf = (later: readonly DeviceOutcome[], tries: number): number =>
  Math.max(
    WAIT_MS * tries,
    ...later.map(({ outcome }) => ('retryAfterMs' in outcome ? (outcome.retryAfterMs ?? 0) : 0)),
  )

const SHORT: Readonly<Record<SendOutcome['kind'], string>> = {
  accepted: 'accepted',
  retry: 'refused for now',
  throttle: 'refused for now',
  reject: 'refused',
  unknown: 'unknown',
}

const summaryOf = (outcomes: readonly DeviceOutcome[]): string =>
  trimAnswer(
    outcomes
      .map(
        ({ target, outcome }) =>
          `${target.platform} ${SHORT[outcome.kind]}: ${outcome.code} ${outcome.answer}`,
      )
      .join('; '),
  )

/**
 * One outcome of many. Accepted by any: the person has it. Else one that may have it makes all of it unknown: sent again
 * it could come twice. Else one that asks to come back makes it a retry. Else it is refused.
 */
export const outcomeOfDevices = (outcomes: readonly DeviceOutcome[]): SendOutcome => {
  const [first, ...others] = outcomes
  if (first === undefined) return { kind: 'reject', code: 'no_device', answer: 'The person has no device' }
  if (others.length === 0) return first.outcome
  const order = ['accepted', 'unknown', 'throttle', 'retry', 'reject'] as const
  // What was handed over says more than what was not.
  const begun = outcomes.filter(({ outcome }) => outcome.code !== NOT_BEGUN.code)
  const told = begun.length === 0 ? outcomes : begun
  const found = order.flatMap(kind => told.find(({ outcome }) => outcome.kind === kind) ?? [])[0] ?? first
  const { outcome } = found
  return {
    ...outcome,
    answer: summaryOf(outcomes),
    ...(outcome.kind === 'throttle' ? {} : throttledOf(outcomes)),
  }
}

// The longest that any device asked to slow down for: its platform means everybody.
const throttledOf = (outcomes: readonly DeviceOutcome[]): Pick<SendOutcome, 'throttled'> => {
  const asked = outcomes.flatMap(({ outcome }) =>
    outcome.kind === 'throttle' ? [outcome.retryAfterMs ?? 0] : [],
  )
  const longest = Math.max(0, ...asked)
  if (asked.length === 0) return {}
  return { throttled: longest === 0 ? {} : { retryAfterMs: longest } }
}

// Nothing of the message: it waits until somebody gives the credential.
const missing = (platform: PushPlatform): SendOutcome => ({
  ...{ kind: 'retry', code: NO_CREDENTIAL_CODE, ofRecipient: false },
  answer: `There is no credential for ${platform}`,
})

/** One message on its way to its devices. */
interface Sending {
  readonly push: RenderedPush
  readonly encoded: Map<PayloadFormat, string>
  readonly mayBegin?: () => boolean
}

/** Makes the channel; it closes those it is given. */
export const createPushChannel = (options: PushChannelOptions): Channel<RenderedPush> => {
  const channels = Object.values(options.channels)
  const sendTo = async (sending: Sending, target: PushTarget): Promise<DeviceOutcome> => {
    const { push, encoded, mayBegin } = sending
    const channel = options.channels[target.platform]
    if (channel === undefined) return { target, outcome: missing(target.platform), gone: false }
    const { messageId, notification } = push
    const sandbox = options.sandboxName === undefined ? {} : { sandboxName: options.sandboxName }
    const outcome = await channel.send({ messageId, target, notification, encoded, ...sandbox }, mayBegin)
    return { target, outcome, gone: outcome.kind === 'reject' && channel.isGone(outcome.code) }
  }
  const handOver = async (push: RenderedPush, mayBegin: () => boolean): Promise<SendOutcome> => {
    const sending: Sending = { push, encoded: new Map() }
    let outcomes = await Promise.all(push.targets.map(target => sendTo({ ...sending, mayBegin }, target)))
    for (let tries = 1; tries < TRIES; tries += 1) {
      const later = outcomes.filter(isLater)
      const wait = waitOf(later, tries)
      // Nobody has it: then the ledger waits for its retry, and a stop of the process loses nothing.
      if (later.length === 0 || !outcomes.some(isAccepted) || wait > MOST_WAIT_MS) break
      await options.wait(wait)
      // Without a permit: a device has the message already, so nobody else may send it any more.
      outcomes = await Promise.all(outcomes.map(one => (isLater(one) ? sendTo(sending, one.target) : one)))
    }
    options.onDevices(push, outcomes)
    return outcomeOfDevices(outcomes)
  }
  return createSlottedChannel({
    slots:
      options.slots ??
      Math.max(
        1,
        channels.reduce((sum, { slots }) => sum + slots, 0),
      ),
    handOver,
    end: async () => {
      await Promise.all(channels.map(channel => channel.close()))
    },
  })
}
