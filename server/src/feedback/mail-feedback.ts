/**
 * A mail that came to an address of ours, turned into reports of messages. The address says which message is meant, and
 * is signed; at the mailbox of feedback loops the mail complained about must bring such a sign itself.
 */
import type { FeedbackKind } from '@carillon/contract'
import { attemptIn, type FeedbackAddress, type FeedbackAddresses } from '../channels/email/verp.ts'
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

// A mail without copies has one recipient. Where a list or an alias made several of it, the mildest word is the one about
// our address; where there were copies, each word is about whom it names.
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
  address?.kind === 'bounce' ? { messageId: address.messageId, of: attemptIn(address) } : undefined

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

const deliveryNotes = (of: Of, recipients: readonly ReportedRecipient[]): FeedbackNote[] => {
  if (of.of?.hasCopies === true) return recipients.map(one => deliveryNote(of, one))
  const one = theOne(recipients)
  return one === undefined ? [] : [deliveryNote(of, one)]
}

/** The reports that a mail makes. */
export const notesOfMail = async (
  incoming: IncomingMail,
  addresses: FeedbackAddresses,
): Promise<FeedbackNote[]> => {
  const { to, sender, raw } = incoming
  if (to.kind === 'unsubscribe')
    // A mail from no one is a bounce or an automatic answer, and nobody's wish.
    return sender === ''
      ? []
      : [
          {
            ...{ ...NOTHING, messageId: to.messageId, of: undefined, kind: 'unsubscribe', way: 'mailto' },
            addresses: [],
          },
        ]
  const mail = await classifyMail(raw)
  if (mail.kind === 'ignored') return []
  if (mail.kind === 'loop') {
    const of = ofAddress(to) ?? ofOriginal(mail, addresses)
    return of === undefined ? [] : [loopNote(of, mail)]
  }
  const of = ofAddress(to)
  return of === undefined ? [] : deliveryNotes(of, mail.recipients)
}

/** Takes a mail. Answers whether it meant something to a message of ours; rejects when it could not be taken now. */
export const takeMail = async (
  deps: RecordDeps & { readonly addresses: FeedbackAddresses },
  incoming: IncomingMail,
): Promise<'received' | 'ignored'> => {
  let taken: 'received' | 'ignored' = 'ignored'
  for (const note of await notesOfMail(incoming, deps.addresses))
    if ((await recordFeedback(deps, note)) !== 'unknown') taken = 'received'
  return taken
}
