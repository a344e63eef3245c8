/** Who the messages of a configuration are from, in one line. Pure. */
import type { ChannelConfiguration } from '@carillon/contract'

/** The sender. */
export const senderOf = (one: ChannelConfiguration): string =>
  one.channel === 'email' ? `${one.fromName} <${one.fromAddress}>` : one.sender
