/** What a configuration of the SMS channel says about each message beside its content, and how it answers. */
import { type Static, Type } from 'typebox'
import { choice, closed, nullable } from './shapes.ts'

const Words = Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: 100, uniqueItems: true })
/** The longest answer, in characters. */
export const MAX_SMS_ANSWER = 1_600
const Answer = Type.String({ maxLength: MAX_SMS_ANSWER })

/** What an answer can ask for. */
export const SMS_KEYWORD_KINDS = ['opt_in', 'opt_out', 'double_opt_in', 'help', 'custom'] as const
/** What an answer can ask for. */
export type SmsKeywordKind = (typeof SMS_KEYWORD_KINDS)[number]

/** The words that are understood, by what they ask for. They take the place of the defaults, which are in seven languages. */
export const SmsKeywords = closed({
  opt_in: Words,
  opt_out: Words,
  double_opt_in: Words,
  help: Words,
  custom: Words,
})
/** The words that are understood. */
export type SmsKeywords = Static<typeof SmsKeywords>

/**
 * The words where a configuration says nothing, of English, Dutch, German, French, Spanish, Portuguese and Italian. The
 * English ones are AJO's and those that carriers ask for.
 */
export const SMS_DEFAULT_KEYWORDS: SmsKeywords = {
  opt_out: [
    ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'NO', 'OPTOUT', 'REVOKE'],
    ...['STOPPEN', 'AFMELDEN', 'UITSCHRIJVEN', 'STOPP', 'ABMELDEN', 'ABBESTELLEN'],
    ...['ARRET', 'ARRETER', 'DESABONNER', 'DESINSCRIRE', 'BAJA', 'ALTO', 'PARAR', 'CANCELAR'],
    ...['SAIR', 'DESCADASTRAR', 'FERMA', 'BASTA', 'ANNULLA', 'DISISCRIVI'],
  ],
  opt_in: [
    ...['START', 'SUBSCRIBE', 'YES', 'UNSTOP', 'CONTINUE', 'RESUME', 'BEGIN'],
    ...['AANMELDEN', 'INSCHRIJVEN', 'JA', 'ANMELDEN', 'OUI', 'ABONNER', 'INSCRIRE'],
    ...['ALTA', 'SI', 'SUSCRIBIR', 'SIM', 'INSCREVER', 'ISCRIVI'],
  ],
  double_opt_in: [],
  help: ['HELP', 'INFO', 'INFORMATION', 'HULP', 'HILFE', 'AIDE', 'AYUDA', 'AJUDA', 'AIUTO'],
  custom: [],
}

/** What is answered to each; an empty text: nothing. `nearly_opt_out`: to what looks like an opt-out. `none`: to the rest. */
export const SmsAnswers = closed({
  opt_in: Answer,
  opt_out: Answer,
  double_opt_in: Answer,
  help: Answer,
  custom: Answer,
  nearly_opt_out: Answer,
  none: Answer,
})
/** What is answered. */
export type SmsAnswers = Static<typeof SmsAnswers>

/** What an opt-out ends: marketing by SMS, or everything from this sender, codes too. */
export const SMS_OPT_OUT_LEVELS = ['channel', 'sender'] as const
/** What an opt-out ends. */
export type SmsOptOutLevel = (typeof SMS_OPT_OUT_LEVELS)[number]

/** What a provider charges for one segment, in a currency (ISO 4217). It is only shown. */
export const SmsPrice = closed({
  amount: Type.Number({ minimum: 0, maximum: 1_000 }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
})
/** What a provider charges for one segment. */
export type SmsPrice = Static<typeof SmsPrice>
/** The currency of a price where nobody chose one. */
export const DEFAULT_CURRENCY = 'EUR'

/**
 * The members that have defaults. `country` (ISO 3166-1): where a number without its country code is from. `keywords` null:
 * the defaults. `shortenLinks`: web links become short ones of this instance that count clicks, for 30 days; `linkHost`: their
 * host, which has to lead to this instance; null: the instance's own address. `segmentPrice` null: nobody said.
 */
export const SMS_SENDING_OPTIONAL = {
  country: nullable(Type.String({ pattern: '^[A-Z]{2}$' })),
  keywords: nullable(SmsKeywords),
  answers: SmsAnswers,
  optOutLevel: choice(SMS_OPT_OUT_LEVELS),
  shortenLinks: Type.Boolean(),
  linkHost: nullable(Type.String({ minLength: 3, maxLength: 253 })),
  segmentPrice: nullable(SmsPrice),
} as const
/** What they are where nobody said anything. */
export const SMS_SENDING_DEFAULTS = {
  country: null,
  keywords: null,
  answers: {
    opt_in: '',
    opt_out: '',
    double_opt_in: '',
    help: '',
    custom: '',
    nearly_opt_out: '',
    none: '',
  },
  optOutLevel: 'channel',
  shortenLinks: false,
  linkHost: null,
  segmentPrice: null,
} as const satisfies { [K in keyof typeof SMS_SENDING_OPTIONAL]: Static<(typeof SMS_SENDING_OPTIONAL)[K]> }

/** All members. `sender`: a number (E.164), a short code, or a name of up to eleven characters, which nobody can answer. */
export const SMS_SENDING = {
  sender: Type.String({ minLength: 1, maxLength: 40 }),
  ...SMS_SENDING_OPTIONAL,
} as const
