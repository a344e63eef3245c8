/** Reads reports of feedback loops: ARF (RFC 5965), and the older shape of one provider. Pure, of hostile text. */
import { readDate } from './delivery-status.ts'
import { addressIn, readBlocks } from './fields.ts'
import type { ReadMail } from './mail.ts'
import { marksOf } from './original.ts'
import type { FeedbackMail, LoopVerdict } from './report.ts'

// RFC 5965 §3.5: an unknown type is "other", which says nothing of what the reader wants.
const VERDICTS: Readonly<Record<string, LoopVerdict>> = {
  abuse: 'complaint',
  fraud: 'complaint',
  'opt-out': 'unsubscribe',
  'opt-out-list': 'unsubscribe',
  'not-spam': 'not_spam',
}

const ADDRESS_FIELDS = ['original-rcpt-to', 'removal-recipient'] as const

/** The report of a mail with a `message/feedback-report` part. */
export const readLoopReport = (mail: ReadMail, part: string): FeedbackMail => {
  const fields = readBlocks(part)[0] ?? new Map<string, string>()
  const [type = ''] = (fields.get('feedback-type') ?? '').toLowerCase().split(/[\s;(]/, 1)
  const verdict = Object.hasOwn(VERDICTS, type) ? VERDICTS[type] : undefined
  if (verdict === undefined) return { kind: 'ignored', why: 'other_report' }
  const marks = marksOf(mail)
  const sender = addressIn(fields.get('original-mail-from'))
  return {
    kind: 'loop',
    verdict,
    type,
    addresses: [...new Set(ADDRESS_FIELDS.flatMap(name => addressIn(fields.get(name)) ?? []))],
    arrivedAt: readDate(fields.get('arrival-date') ?? fields.get('received-date')),
    original: {
      ...marks,
      addresses: [...(sender === null ? [] : [sender.toLowerCase()]), ...marks.addresses],
    },
  }
}

const PLAIN_SUBJECT = /^complaint about message from\b/i

/** A complaint without a machine's part: the mail complained about is attached to a fixed subject. */
export const readPlainComplaint = (mail: ReadMail): FeedbackMail | undefined => {
  const isOne = PLAIN_SUBJECT.test(mail.fields.get('subject') ?? '')
  const original = mail.parts.find(part => part.type === 'message/rfc822')
  if (!isOne || original === undefined) return undefined
  const fields = readBlocks(original.text)[0] ?? new Map<string, string>()
  const address = addressIn(fields.get('x-hmxmroriginalrecipient'))
  const addresses = address === null ? [] : [address]
  return {
    kind: 'loop',
    verdict: 'complaint',
    type: 'abuse',
    addresses,
    arrivedAt: null,
    original: marksOf(mail),
  }
}
