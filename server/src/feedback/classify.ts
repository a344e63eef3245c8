/**
 * What a mail that came back is: a report of delivery, of a feedback loop, or nothing. A machine's part is believed before
 * anything else, for bounces are marked as automatic too; words alone count only when a mail system says them.
 */
import { isAutoReply, isChallenge } from './auto-reply.ts'
import { readDeliveryStatus } from './delivery-status.ts'
import { readLoopReport, readPlainComplaint } from './loop-report.ts'
import { type ReadMail, readMail } from './mail.ts'
import { readPlainBounce } from './plain-bounce.ts'
import type { FeedbackMail, ReportedRecipient } from './report.ts'

const DELIVERY_STATUS = ['message/delivery-status', 'message/global-delivery-status'] as const
const RECEIPT = ['message/disposition-notification', 'message/global-disposition-notification'] as const

const partOf = (mail: ReadMail, types: readonly string[]): string | undefined =>
  mail.parts.find(part => types.includes(part.type))?.text

const delivery = (recipients: readonly ReportedRecipient[]): FeedbackMail => ({
  kind: 'delivery',
  recipients,
})

const challenge = (mail: ReadMail): FeedbackMail =>
  delivery([
    {
      addresses: [],
      action: 'challenged',
      ...{ status: null, remoteMta: null, code: 100 },
      diagnostic: (mail.fields.get('subject') ?? '').slice(0, 500),
    },
  ])

// What a report leaves open ("550 5.0.0", no diagnosis) its words for people may say.
const withWords = (mail: ReadMail, recipients: readonly ReportedRecipient[]): ReportedRecipient[] => {
  const plain = recipients.some(one => one.code === 1) ? readPlainBounce(mail) : undefined
  return recipients.map(one =>
    one.code === 1 && plain !== undefined ? { ...one, code: plain.code, diagnostic: plain.diagnostic } : one,
  )
}

const classifyRead = (mail: ReadMail): FeedbackMail => {
  const loop = partOf(mail, ['message/feedback-report'])
  if (loop !== undefined) return readLoopReport(mail, loop)
  const status = partOf(mail, DELIVERY_STATUS)
  const recipients = status === undefined ? [] : readDeliveryStatus(status)
  if (recipients.length > 0) return delivery(withWords(mail, recipients))
  if (partOf(mail, RECEIPT) !== undefined) return { kind: 'ignored', why: 'receipt' }
  const complaint = readPlainComplaint(mail)
  if (complaint !== undefined) return complaint
  const plain = readPlainBounce(mail)
  if (plain !== undefined) return delivery([plain])
  if (isChallenge(mail)) return challenge(mail)
  return { kind: 'ignored', why: isAutoReply(mail) ? 'auto_reply' : 'other' }
}

/** Classifies a raw mail. Never rejects, whatever the bytes. */
export const classifyMail = async (raw: Buffer): Promise<FeedbackMail> => {
  const mail = await readMail(raw)
  return mail === undefined ? { kind: 'ignored', why: 'unreadable' } : classifyRead(mail)
}
