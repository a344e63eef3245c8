/**
 * Bounces without a machine's part: qmail, Exim, old gateways, and providers with a text of their own. It looks at the
 * words of the server alone, never at the copy of our mail below them. Pure, of hostile text.
 */
import { bounceOfReport } from '../channels/email/codes.ts'
import { addressIn } from './fields.ts'
import type { ReadMail } from './mail.ts'
import type { ReportedRecipient } from './report.ts'

const DAEMON =
  /(?:mailer-?daemon|mail-?daemon|postmaster|mail delivery (?:sub)?system|mail deli?very service|mdaemon|microsoftexchange[0-9a-f]*)/i
const SUBJECT =
  /(?:undeliver(?:able|ed)|(?:mail|delivery|message) (?:delivery )?(?:status notification|failed|failure|error|report)|failure notice|returned mail|delivery (?:has )?failed|(?:could|was) not (?:be )?delivered|non.?delivery|delivery report|delayed|nicht zustellbar|unzustellbar|niet bezorgd|onbestelbaar)/i

/** Where the copy of the mail begins that could not be delivered. */
const COPY =
  /^(?:[-=]{2,}.{0,40}(?:original message|copy of|message header|returned message|unsent message|undelivered message).{0,60}|[-= ]{0,20}(?:below this line is|this is) a copy of (?:the|your) message.{0,80}|original message headers:.{0,40}|received: from .{0,200}|return-path: .{0,200})$/im

const WARNING =
  /(?:warning|not yet been delivered|delayed|(?:do not|don't|not) need to (?:resend|do anything)|will (?:keep|continue|be (?:re)?tried|retry))/i

const isDaemon = (mail: ReadMail): boolean =>
  mail.fields.has('x-failed-recipients') || DAEMON.test((mail.fields.get('from') ?? '').slice(0, 500))

const serverWords = (text: string): string => {
  const lines = text.slice(0, 16_384)
  const copy = COPY.exec(lines)
  return copy === null || copy.index === 0 ? lines : lines.slice(0, copy.index)
}

const recipientIn = (mail: ReadMail, words: string): string[] => {
  const named = addressIn((mail.fields.get('x-failed-recipients') ?? '').split(',')[0])
  const inText = addressIn(/<[^\s<>@]{1,128}@[^\s<>]{1,255}>/.exec(words)?.[0])
  const first = named ?? inText ?? addressIn(words.slice(0, 4_000).match(/\S{1,128}@\S{1,255}/)?.[0])
  return first === null ? [] : [first]
}

/** The bounce that a mail tells of in words alone; undefined: it does not come from a mail system, or tells of none. */
export const readPlainBounce = (mail: ReadMail): ReportedRecipient | undefined => {
  const subject = (mail.fields.get('subject') ?? '').slice(0, 500)
  if (!isDaemon(mail) || !(SUBJECT.test(subject) || mail.fields.has('x-failed-recipients'))) return undefined
  const words = serverWords(mail.text)
  if (words.trim() === '') return undefined
  const isWarning = /warning|delayed/i.test(subject) || WARNING.test(words.slice(0, 600))
  const diagnostic = words.replace(/\s+/g, ' ').trim().slice(0, 2_000)
  const code = bounceOfReport({ status: isWarning ? '4.0.0' : null, diagnostic })
  return {
    addresses: recipientIn(mail, words),
    action: isWarning ? 'delayed' : 'failed',
    status: null,
    ...{ diagnostic, remoteMta: null, willRetryUntil: null, code },
  }
}
