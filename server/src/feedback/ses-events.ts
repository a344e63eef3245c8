/**
 * What Amazon SES reports, as notes. A message is found by the tag `carillon_message`, by its own header, or by its signed
 * envelope sender; the content is believed, for its signature was verified. Pure.
 */
import { bounceOfReport } from '../channels/email/codes.ts'
import { MESSAGE_ID_HEADER } from '../channels/email/email.ts'
import { attemptIn, type FeedbackAddresses } from '../channels/email/verp.ts'
import { momentOf, treeOf } from '../lib/loose-json.ts'
import { type Joined, joinKey, listOf, textOf } from './provider-json.ts'
import type { FeedbackNote } from './record.ts'

const headersOf = (mail: unknown): string[] =>
  listOf(treeOf(mail)['headers']).flatMap(header => {
    const { name, value } = treeOf(header)
    return textOf(name).toLowerCase() === MESSAGE_ID_HEADER.toLowerCase() ? [textOf(value)] : []
  })

const joinedTo = (mail: unknown, addresses: FeedbackAddresses): Joined | undefined => {
  const { tags, source } = treeOf(mail)
  const [tag] = listOf(treeOf(tags)['carillon_message'])
  const sender = addresses.read(textOf(source))
  if (sender?.kind === 'bounce') return { messageId: sender.messageId, of: attemptIn(sender) }
  return joinKey(textOf(tag)) ?? joinKey(headersOf(mail)[0] ?? '')
}

type Told = Omit<FeedbackNote, 'messageId' | 'of' | 'sandboxId' | 'source'>

// https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html: types and subtypes of bounces.
const SUBTYPES: Readonly<Record<string, string>> = {
  MailboxFull: '5.2.2',
  MessageTooLarge: '5.3.4',
  NoEmail: '5.1.1',
  Suppressed: '5.1.1',
  OnAccountSuppressionList: '5.1.1',
}

const addressesOf = (recipients: readonly unknown[]): string[] =>
  recipients.map(one => textOf(treeOf(one)['emailAddress'])).filter(one => one !== '')

const bounceTold = (event: unknown): Told[] => {
  const bounce = treeOf(treeOf(event)['bounce'])
  // Each has its own answer: with copies they are about different people.
  const recipients = listOf(bounce['bouncedRecipients'])
  return (recipients.length === 0 ? [{}] : recipients).flatMap(one => bounceOf(bounce, one))
}

const bounceOf = (bounce: Readonly<Record<string, unknown>>, of: unknown): Told[] => {
  const recipient = treeOf(of)
  const type = textOf(bounce['bounceType'])
  const subtype = textOf(bounce['bounceSubType'])
  // An answer of the reader's own program: SES calls it a bounce.
  if (subtype === 'AutoReply') return []
  const status =
    textOf(recipient['status']) || SUBTYPES[subtype] || (type === 'Permanent' ? '5.1.1' : '4.0.0')
  const diagnostic = textOf(recipient['diagnosticCode']).replace(/^smtp;\s*/i, '')
  return [
    {
      kind: 'bounce',
      at: momentOf(bounce['timestamp']),
      code: bounceOfReport({ status, diagnostic: `${diagnostic}` }),
      status,
      answer: diagnostic || `${type} ${subtype}`,
      remote: textOf(bounce['reportingMTA']),
      addresses: addressesOf([of]),
    },
  ]
}

const delayTold = (event: unknown): Told[] => {
  const delay = treeOf(treeOf(event)['deliveryDelay'])
  const recipients = listOf(delay['delayedRecipients'])
  const [recipient] = recipients.map(treeOf)
  const status = textOf(recipient?.['status']) || '4.0.0'
  const diagnostic = textOf(recipient?.['diagnosticCode']).replace(/^smtp;\s*/i, '')
  const at = momentOf(delay['timestamp'])
  const code = bounceOfReport({ status, diagnostic })
  return [
    {
      kind: 'delay',
      key: `${at?.toISOString() ?? code}`,
      at,
      code,
      status,
      answer: diagnostic,
      addresses: addressesOf(recipients),
    },
  ]
}

const deliveryTold = (event: unknown): Told => {
  const delivery = treeOf(treeOf(event)['delivery'])
  const answer = textOf(delivery['smtpResponse'])
  const remote = textOf(delivery['remoteMtaIp'])
  const addresses = listOf(delivery['recipients']).map(textOf)
  return { kind: 'delivered', at: momentOf(delivery['timestamp']), code: null, answer, remote, addresses }
}

const complaintTold = (event: unknown): Told => {
  const complaint = treeOf(treeOf(event)['complaint'])
  const type = textOf(complaint['complaintFeedbackType']) || textOf(complaint['complaintSubType'])
  const addresses = addressesOf(listOf(complaint['complainedRecipients']))
  const kind = type === 'not-spam' ? 'not_spam' : 'complaint'
  // Taken, and not sent: the address is on a list of the account.
  const isLost = textOf(complaint['complaintSubType']) === 'OnAccountSuppressionList'
  return { kind, isLost, at: momentOf(complaint['timestamp']), code: null, answer: type, addresses }
}

const toldBy = (event: unknown): Told[] => {
  const { eventType, notificationType, mail } = treeOf(event)
  const sent = momentOf(treeOf(mail)['timestamp'])
  switch (textOf(eventType) || textOf(notificationType)) {
    case 'Bounce':
      return bounceTold(event)
    case 'Complaint':
      return [complaintTold(event)]
    case 'Delivery':
      return [deliveryTold(event)]
    case 'DeliveryDelay':
      return delayTold(event)
    case 'Send':
      return [{ kind: 'sent', isOfAll: true, at: sent, code: null, addresses: [] }]
    case 'Reject':
    case 'Rendering Failure':
      return [
        {
          ...{ kind: 'bounce', isOfAll: true, at: sent, code: 25 },
          answer: 'refused by Amazon SES',
          addresses: [],
        },
      ]
    default:
      return []
  }
}

/** The notes of one event; none: it is about no message of ours, or of a kind that is not taken here. */
export const notesOfSes = (
  event: unknown,
  addresses: FeedbackAddresses,
): Omit<FeedbackNote, 'sandboxId'>[] => {
  const joined = joinedTo(treeOf(event)['mail'], addresses)
  return joined === undefined ? [] : toldBy(event).map(told => ({ ...told, ...joined, source: 'ses' }))
}
