/** Who the messages of a configuration are from, in one line. Pure. */
import type { ChannelConfiguration } from '@carillon/contract'

/** The sender. */
export const senderOf = (one: ChannelConfiguration): string => {
  switch (one.channel) {
    case 'email':
      return `${one.fromName} <${one.fromAddress}>`
    case 'sms':
      return one.sender
    case 'push':
      return one.apps.map(app => app.appID).join(', ')
  }
}
