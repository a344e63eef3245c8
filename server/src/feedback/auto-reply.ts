/** Tells what people's programs answer by themselves from what mail systems report. Such a mail is no bounce. Pure. */
import type { ReadMail } from './mail.ts'

const SUBJECT =
  /^(?:auto(?:matic|mated)?[ -]?(?:reply|response|answer)|autoreply|out of (?:the )?office|vacation|away from|ooo\b|abwesen|automatisch(?:e)? (?:antwort|antwoord)|afwezig|respuesta autom|réponse automatique|risposta automatica|i am (?:out|away|on))/i
const MARKS = [
  'x-autoreply',
  'x-autorespond',
  'x-autoresponder',
  'x-auto-response-from',
  'x-vacation',
] as const

const isSaid = (mail: ReadMail, name: string, words: RegExp): boolean =>
  words.test(mail.fields.get(name) ?? '')

/** Whether a program of the reader answered: out of office, on holiday, ticket systems, lists. */
export const isAutoReply = (mail: ReadMail): boolean =>
  isSaid(mail, 'auto-submitted', /^\s*auto-(?:replied|generated|notified)/i) ||
  isSaid(mail, 'precedence', /^\s*(?:auto_?reply|bulk|junk|list)/i) ||
  isSaid(mail, 'x-auto-response-suppress', /\b(?:all|oof|autoreply|dr)\b/i) ||
  MARKS.some(name => mail.fields.has(name)) ||
  SUBJECT.test((mail.fields.get('subject') ?? '').slice(0, 200))

const CHALLENGE_MARKS = [
  'x-boxbe-challenge',
  'x-spamarrest',
  'x-tmda-challenge',
  'x-challenge-response',
] as const
const CHALLENGE =
  /(?:confirm (?:that )?(?:you (?:are|sent)|your (?:email|message|mail))|verify that you (?:are|sent)|please confirm (?:your|this) (?:e?-?mail|message)|held until you|challenge.?response|guest list|approved senders?)/i

/** Whether the reader's side wants to know first whether the sender is a person. */
export const isChallenge = (mail: ReadMail): boolean =>
  CHALLENGE_MARKS.some(name => mail.fields.has(name)) ||
  (/(?:confirm|verif|challenge|please (?:reply|respond)|action required|waiting for)/i.test(
    (mail.fields.get('subject') ?? '').slice(0, 300),
  ) &&
    CHALLENGE.test(mail.text.slice(0, 8_000)))
