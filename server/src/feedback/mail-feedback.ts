/**
 * A mail that came to an address of ours, turned into reports of messages. The address says which message is meant, and
 * is signed; at the mailbox of feedback loops the mail complained about must bring such a sign itself.
 */
import type { FeedbackKind } from '@carillon/contract'
import type { FeedbackAddress, FeedbackAddresses } from '../channels/email/verp.ts'
import { classifyMail } from './classify.ts'
import { type FeedbackNote, type RecordDeps, recordFeedback } from './record.ts'
import type { FeedbackMail, LoopVerdict, ReportedAction, ReportedRecipient } from './report.ts'

/** A mail as it came in: to an address that was read, from whom (empty: from no one, as bounces are). */
export interface IncomingMail {
  readonly to: FeedbackAddress
  readonly sender: string
  readonly raw: Buffer
}

const KIND_OF: Readonly<Record<ReportedAction, FeedbackKind>> = {
  failed: 'bounce',
  challenged: 'bounce',
  delayed: 'delay',
  delivered: 'delivered',
  relayed: 'sent',
  expanded: 'sent',
}

// Our mail has one recipient. Where a list or an alias made several of it, the mildest word is the one about our address.
const MILDEST: readonly ReportedAction[] = [
  'delivered',
  'relayed',
  'expanded',
  'delayed',
  'challenged',
  'failed',
]
const theOne = (recipients: readonly ReportedRecipient[]): ReportedRecipient | undefined =>
  [...recipients].sort((a, b) => MILDEST.indexOf(a.action) - MILDEST.indexOf(b.action))[0]

type Of = Pick<FeedbackNote, 'messageId' | 'of'>
const NOTHING = { at: null, source: 'smtp', code: null } as const

const deliveryNote = (of: Of, recipient: ReportedRecipient): FeedbackNote => ({
  ...NOTHING,
  ...of,
  kind: KIND_OF[recipient.action],
  // Of one attempt several delays may be told, one for each reason.
  key: recipient.action === 'delayed' ? `${recipient.code ?? ''}` : '',
  code: recipient.code,
  isLost: recipient.action === 'failed',
  status: recipient.status ?? '',
  answer: recipient.diagnostic,
  remote: recipient.remoteMta ?? '',
  addresses: recipient.addresses,
})

const VERDICT_KIND: Readonly<Record<LoopVerdict, FeedbackKind>> = {
  complaint: 'complaint',
  unsubscribe: 'unsubscribe',
  not_spam: 'not_spam',
}

const loopNote = (of: Of, mail: Extract<FeedbackMail, { kind: 'loop' }>): FeedbackNote => ({
  ...NOTHING,
  ...of,
  kind: VERDICT_KIND[mail.verdict],
  at: mail.arrivedAt,
  answer: mail.type,
  way: 'provider',
  addresses: mail.addresses,
})

const ofAddress = (address: FeedbackAddress | undefined): Of | undefined =>
  address?.kind === 'bounce'
    ? {
        messageId: address.messageId,
        of: { generation: address.generation, attempt: address.attempt },
      }
    : undefined

/** The message that a loop's report is about: by a signed sender in it, else by the id, which only its reader knows. */
const ofOriginal = (
  { original }: Extract<FeedbackMail, { kind: 'loop' }>,
  addresses: FeedbackAddresses,
): Of | undefined => {
  for (const address of original.addresses) {
    const of = ofAddress(addresses.read(address))
    if (of !== undefined) return of
  }
  const [messageId] = original.messageIds
  return messageId === undefined ? undefined : { messageId, of: undefined }
}

/** The report that a mail makes; undefined: it makes none. */
export const noteOfMail = async (
  incoming: IncomingMail,
  addresses: FeedbackAddresses,
): Promise<FeedbackNote | undefined> => {
  const { to, sender, raw } = incoming
  if (to.kind === 'unsubscribe')
    // A mail from no one is a bounce or an automatic answer, and nobody's wish.
    return sender === ''
      ? undefined
      : {
          ...{ ...NOTHING, messageId: to.messageId, of: undefined, kind: 'unsubscribe', way: 'mailto' },
          addresses: [],
        }
  const mail = await classifyMail(raw)
  if (mail.kind === 'ignored') return undefined
  if (mail.kind === 'loop') {
    const of = ofAddress(to) ?? ofOriginal(mail, addresses)
    return of === undefined ? undefined : loopNote(of, mail)
  }
  const of = ofAddress(to)
  const recipient = theOne(mail.recipients)
  return of === undefined || recipient === undefined ? undefined : deliveryNote(of, recipient)
}

/** Takes a mail. Answers whether it meant something to a message of ours; rejects when it could not be taken now. */
export const takeMail = async (
  deps: RecordDeps & { readonly addresses: FeedbackAddresses },
  incoming: IncomingMail,
): Promise<'received' | 'ignored'> => {
  const note = await noteOfMail(incoming, deps.addresses)
  if (note === undefined) return 'ignored'
  return (await recordFeedback(deps, note)) === 'unknown' ? 'ignored' : 'received'
}
