/** A message of any channel, ready to hand over, and a channel that takes the messages of one only. */
import type { CampaignChannel } from '@carillon/contract'
import type { Channel } from './channel.ts'
import type { RenderedEmail } from './email/email.ts'
import type { RenderedPush } from './push/push.ts'
import type { RenderedSms } from './sms/sms.ts'

/** A message of some channel: only an email has no `channel` to tell it by. */
export type RenderedMessage = RenderedEmail | RenderedSms | RenderedPush

/** The channel that a message is of. */
export const channelOf = (message: RenderedMessage): CampaignChannel =>
  'channel' in message ? message.channel : 'email'

/** A channel for messages of all kinds that refuses what it cannot carry: nothing of that reaches the provider. */
export const carrying = <R extends RenderedMessage>(
  kind: CampaignChannel,
  channel: Channel<R>,
): Channel<RenderedMessage> => {
  const only =
    (send: Channel<R>['send']): Channel<RenderedMessage>['send'] =>
    async (message, mayBegin, onLeft) =>
      channelOf(message) === kind
        ? send(message as R, mayBegin, onLeft && (follow => onLeft(only(follow))))
        : {
            kind: 'reject',
            code: 'wrong_channel',
            answer: `The transport carries ${kind}, not ${channelOf(message)}`,
          }
  return {
    get slots() {
      return channel.slots
    },
    ...(channel.deduplicates === undefined ? {} : { deduplicates: channel.deduplicates }),
    close: () => channel.close(),
    send: only((...of) => channel.send(...of)),
  }
}
