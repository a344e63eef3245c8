/**
 * The one place that reads SMTP answers: from reply code (RFC 5321 §4.2), enhanced status (RFC 3463) and, where these
 * leave it open, words, to what became of the hand-over and to AJO's bounce reason. Knows no connection.
 */
import { type SendOutcome, trimAnswer } from '../channel.ts'

/** AJO's bounce classes (`messageFailure.type`): only `hard` suppresses an address at once. */
export type BounceClass = 'hard' | 'soft' | 'ignored' | 'admin'

/** AJO's email error list: `messageFailure.code` to label and class. */
export const BOUNCE_REASONS = {
  1: { label: 'Undetermined', class: 'ignored' },
  10: { label: 'Invalid Recipient', class: 'hard' },
  15: { label: 'Recipient Refused', class: 'hard' },
  20: { label: 'Soft Bounce', class: 'soft' },
  21: { label: 'DNS Failure', class: 'soft' },
  22: { label: 'Mailbox Full', class: 'soft' },
  23: { label: 'Too Large', class: 'ignored' },
  24: { label: 'Timeout', class: 'ignored' },
  25: { label: 'Admin Failure', class: 'admin' },
  30: { label: 'Generic Bounce: NO RCPT', class: 'ignored' },
  40: { label: 'Generic Bounce', class: 'ignored' },
  50: { label: 'Mail Block', class: 'ignored' },
  51: { label: 'Spam Block', class: 'ignored' },
  52: { label: 'Spam Content', class: 'ignored' },
  54: { label: 'Relaying Denied', class: 'soft' },
  60: { label: 'Auto-Reply', class: 'ignored' },
  70: { label: 'Transient Failure', class: 'ignored' },
  100: { label: 'Challenge-Response', class: 'soft' },
} as const satisfies Record<number, { label: string; class: BounceClass }>

/** A code of AJO's email error list. */
export type BounceCode = keyof typeof BOUNCE_REASONS

type RefusalKind = 'retry' | 'throttle' | 'reject'
interface Rule {
  /** First digits of the reply code. */
  readonly codes: RegExp
  readonly enhanced?: RegExp
  readonly words?: RegExp
  readonly kind: RefusalKind
  readonly bounce: BounceCode
}

const RATE =
  /\b(?:rate|throttl\w*|too (?:many|fast|quickly|much mail)|slow(?:ing)? down|concurren\w*|flood\w*)\b/i
const FULL =
  /\b(?:mailbox (?:is )?full|(?:over|exceed\w*)[^.]{0,20} quota|quota exceeded|insufficient mailbox)\b/i
const NOBODY =
  /\b(?:(?:user|recipient|mailbox|address|account) (?:is )?(?:unknown|not found|disabled|inactive)|unknown (?:user|recipient|mailbox|address)|no such (?:user|recipient|mailbox|person)|does not exist|doesn't exist|invalid (?:recipient|mailbox|user))\b/i
const GONE =
  /\b(?:unrouteable address|no mailbox here|not listed in|(?:mailbox|user|address|recipient|account) (?:has been |is )?(?:no longer|closed|deactivated|disabled|inactive|suspended|expired)|(?:doesn't|does not|don't) have an? \S{1,60} account|not our customer|not recognized|addressee unknown|RecipNotFound|RecipientNotFound)\b/i
const NO_HOST =
  /\b(?:host or domain name not found|name service error|(?:couldn't|could not) find any host|(?:host|domain) (?:not found|does not exist)|no such domain|unresolvable|no (?:valid )?mx\b|dns (?:error|failure))/i
const EXPIRED =
  /\b(?:message (?:has )?expired|retry time(?:out)? (?:was )?(?:exceeded|not reached)|retry timeout exceeded|in the queue too long|delivery time ?expired|exceeded its maximum time|could not be delivered for \d)/i
const CHALLENGE =
  /\b(?:challenge.?response|(?:confirm|verify) (?:that )?(?:you(?:r| are| have)|this) (?:email|message|mail|a (?:real )?(?:person|human)|a human|delivery|sent)|held (?:for|until) (?:your )?(?:confirm\w*|verif\w*)|approved senders? list|guest ?list)/i
const REFUSED =
  /\b(?:recipient (?:has )?(?:refused|rejected|blocked)|not (?:accept\w*|receiv\w*) (?:e?mails?|messages?) from (?:you|this sender|your)|only accepts? (?:e?mails?|messages?) from|NotAuthorized|RecipientRestricted|AuthenticationRequired|blocked by (?:the )?recipient)/i
const TOO_LARGE =
  /\b(?:(?:message|mail) (?:size )?(?:is )?(?:too (?:large|big)|exceeds)|maximum (?:message )?size|size limit)/i

const BLOCKED = /\b(?:black ?list\w*|block ?list\w*|dnsbl|rbl|spamhaus|reputation|blocked)\b/i

/**
 * First match wins. A refused log-in or a protocol out of step says something about the transport, never about the
 * message, so it must not settle one. A 5xx about rate stays a refusal: the server said not to come back with it.
 */
const RULES: readonly Rule[] = [
  { codes: /^5(?:30|34|35|38)/, kind: 'retry', bounce: 25 },
  { codes: /^5/, enhanced: /^5\.7\.(?:8|9|11|14)$/, kind: 'retry', bounce: 25 },
  { codes: /^50[023]/, kind: 'retry', bounce: 25 },
  { codes: /^421/, kind: 'throttle', bounce: 70 },
  { codes: /^4/, enhanced: /^4\.2\.2$/, kind: 'retry', bounce: 22 },
  { codes: /^4/, words: FULL, kind: 'retry', bounce: 22 },
  { codes: /^45[0-2]/, words: RATE, kind: 'throttle', bounce: 50 },
  { codes: /^4/, enhanced: /^4\.(?:4\.[34]|1\.2)$/, kind: 'retry', bounce: 21 },
  { codes: /^4/, enhanced: /^4\.4\.7$/, kind: 'retry', bounce: 24 },
  { codes: /^4/, words: EXPIRED, kind: 'retry', bounce: 24 },
  { codes: /^4/, words: NO_HOST, kind: 'retry', bounce: 21 },
  { codes: /^4/, words: CHALLENGE, kind: 'retry', bounce: 100 },
  { codes: /^4/, kind: 'retry', bounce: 20 },
  { codes: /^5/, words: CHALLENGE, kind: 'reject', bounce: 100 },
  { codes: /^5/, enhanced: /^5\.(?:1\.(?:0|1|2|3|6|10)|2\.1)$/, kind: 'reject', bounce: 10 },
  { codes: /^5/, enhanced: /^5\.7\.26$/, kind: 'reject', bounce: 25 },
  { codes: /^5/, enhanced: /^5\.4\.1$/, words: /access denied/i, kind: 'reject', bounce: 10 },
  { codes: /^5/, enhanced: /^5\.7\.(?:12[49]|13[346])$/, kind: 'reject', bounce: 15 },
  { codes: /^5/, enhanced: /^5\.2\.2$/, kind: 'reject', bounce: 22 },
  { codes: /^5/, words: FULL, kind: 'reject', bounce: 22 },
  { codes: /^5/, enhanced: /^5\.(?:2\.3|3\.4)$/, kind: 'reject', bounce: 23 },
  { codes: /^552/, kind: 'reject', bounce: 23 },
  { codes: /^5/, enhanced: /^5\.4\.(?:[34]|310)$/, kind: 'reject', bounce: 21 },
  { codes: /^5/, enhanced: /^5\.4\.(?:7|300|316)$/, kind: 'reject', bounce: 24 },
  { codes: /^5/, enhanced: /^5\.4\.(?:6|14)$/, kind: 'reject', bounce: 40 },
  { codes: /^5/, words: EXPIRED, kind: 'reject', bounce: 24 },
  { codes: /^5/, words: NO_HOST, kind: 'reject', bounce: 21 },
  { codes: /^5/, words: TOO_LARGE, kind: 'reject', bounce: 23 },
  { codes: /^5/, words: /\brelay(?:ing)?\b/i, kind: 'reject', bounce: 54 },
  { codes: /^5/, words: BLOCKED, kind: 'reject', bounce: 51 },
  { codes: /^5/, words: /\bspam\b/i, kind: 'reject', bounce: 52 },
  { codes: /^5/, words: RATE, kind: 'reject', bounce: 50 },
  { codes: /^5/, words: /\b(?:dmarc|spf|dkim)\b/i, kind: 'reject', bounce: 25 },
  { codes: /^5/, words: REFUSED, kind: 'reject', bounce: 15 },
  { codes: /^55[0136]|^521/, words: NOBODY, kind: 'reject', bounce: 10 },
  { codes: /^5/, enhanced: /^5\.7\./, kind: 'reject', bounce: 1 },
  { codes: /^5/, words: GONE, kind: 'reject', bounce: 10 },
  { codes: /^5/, kind: 'reject', bounce: 1 },
]

const parseAnswer = (words: string): { readonly code: string; readonly enhanced: string } => {
  const match = /^(\d{3})(?:[ -]([245]\.\d{1,3}\.\d{1,3})(?=\s|$))?/.exec(words)
  return { code: match?.[1] ?? '', enhanced: match?.[2] ?? '' }
}

const findRule = (words: string): Rule | undefined => {
  const { code, enhanced } = parseAnswer(words)
  return RULES.find(
    rule =>
      rule.codes.test(code) &&
      (rule.enhanced === undefined || rule.enhanced.test(enhanced)) &&
      (rule.words === undefined || rule.words.test(words)),
  )
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }
const DAY_MS = 86_400_000

/** Greylisters and rate limiters say when to come back in words only ("try again in 300 seconds"). */
const readRetryAfter = (words: string): { readonly retryAfterMs?: number } => {
  const match = /\b(?:in|after|wait|for)\s+(\d{1,6})\s*(s|m|h)(?:ec|in|our|\b)/i.exec(words)
  const ms = Number(match?.[1]) * (UNIT_MS[(match?.[2] ?? '').toLowerCase()] ?? Number.NaN)
  return ms > 0 ? { retryAfterMs: Math.min(ms, DAY_MS) } : {}
}

const joinCode = (words: string): string => {
  const { code, enhanced } = parseAnswer(words)
  return enhanced === '' ? code : `${code} ${enhanced}`
}

/**
 * The outcome of a whole SMTP answer to MAIL, RCPT, DATA or the final dot. Not for 3xx. A 421 closes the connection, so
 * it is about all of it; any other request to slow down is about the recipient's domain.
 */
export const outcomeOfAnswer = (words: string): SendOutcome => {
  const answer = trimAnswer(words)
  const code = joinCode(words)
  if (code.startsWith('2')) return { kind: 'accepted', code, answer }
  const kind = findRule(words)?.kind ?? 'retry'
  if (kind === 'reject') return { kind, code, answer }
  const refusal = { code, answer, ...readRetryAfter(words) }
  if (kind === 'retry') return { kind, ...refusal }
  return { kind, ...refusal, ...(code.startsWith('421') ? { scope: 'transport' } : {}) }
}

/** The outcome of a refusal before any message was spoken of (greeting, EHLO, STARTTLS, AUTH): never final. */
export const outcomeOfSessionRefusal = (words: string): SendOutcome => {
  const outcome = outcomeOfAnswer(words)
  if (outcome.kind === 'throttle') return { ...outcome, scope: 'transport' }
  return { kind: 'retry', code: outcome.code, answer: outcome.answer }
}

/** AJO's bounce reason for an SMTP answer of 4xx or 5xx; undetermined (1) when nothing fits. */
export const bounceOfAnswer = (words: string): BounceCode => findRule(words)?.bounce ?? 1

const OF_SENDER = /\bsender\b|\bmail from\b|\breturn[- ]path\b|\bfrom (?:address|header)\b/i
const DEFERRED = /\bgr[ae]y-?list\w*|\bdeferr?\w*/i

/**
 * The bounce reason as far as it may be held against the address. A complaint about the sender is an admin failure (25),
 * and what only puts off (grey lists, trouble of the server itself, "come back in 5 minutes") is a transient one (70):
 * who counted these would suppress everybody while one provider or one setting is wrong.
 */
export const bounceOfRecipient = (words: string): BounceCode => {
  const bounce = bounceOfAnswer(words)
  const { code, enhanced } = parseAnswer(words)
  if (BOUNCE_REASONS[bounce].class === 'ignored') return bounce
  // A recipient that takes mail from some senders only speaks of senders, and means itself.
  if (bounce === 15) return bounce
  if (OF_SENDER.test(words) || /^[45]\.1\.[78]$/.test(enhanced)) return 25
  if (bounce !== 20) return bounce
  const isPutOff = code === '454' || /^4\.[37]\./.test(enhanced) || DEFERRED.test(words)
  return isPutOff || readRetryAfter(words).retryAfterMs !== undefined ? 70 : bounce
}

/** What a report says of one recipient: the enhanced status it names, and the words of the server it speaks of. */
export interface ReportedFailure {
  readonly status: string | null
  readonly diagnostic: string
}

// A bare X.0.0 says nothing that the words do not say better.
const isTelling = (status: string): boolean =>
  /^[245]\.\d{1,3}\.\d{1,3}$/.test(status) && !/\.0\.0$/.test(status)

const MOST_WORDS = 2_000
const CODE_IN_WORDS = /(?:^|[\s:;(<[])([45]\d\d)(?:[ -]+#?([245]\.\d{1,3}\.\d{1,3}))?(?=[\s:;,.)>\]-]|$)/
const ENHANCED_IN_WORDS = /(?:^|[\s(#'"])([45]\.\d{1,3}\.\d{1,3})(?=[\s):;,'"]|$)/

/**
 * The answer that a report stands for, as a server would have given it: the enhanced status first, then the reply code,
 * then the words. Where the report has words alone, they are taken for a final refusal.
 */
const answerOfReport = ({ status, diagnostic }: ReportedFailure): string => {
  const words = diagnostic.slice(0, MOST_WORDS).replace(/\s+/g, ' ').trim()
  const said = CODE_IN_WORDS.exec(words)
  const own = status !== null && isTelling(status) ? status : undefined
  const enhanced = said?.[2] ?? own ?? ENHANCED_IN_WORDS.exec(words)?.[1]
  const code = said?.[1] ?? `${(enhanced ?? status ?? '5').startsWith('4') ? 4 : 5}50`
  return `${code} ${enhanced === undefined ? '' : `${enhanced} `}${words}`
}

/** AJO's bounce reason for what a report says of a recipient, as far as it may be held against the address. */
export const bounceOfReport = (failure: ReportedFailure): BounceCode =>
  bounceOfRecipient(answerOfReport(failure))
