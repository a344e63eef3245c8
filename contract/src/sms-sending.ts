/** What a configuration of the SMS channel says about each message beside its content. */
import { type Static, Type } from 'typebox'
import { nullable } from './shapes.ts'

/** The members that have defaults. `country` (ISO 3166-1): where a number without its country code is from. */
export const SMS_SENDING_OPTIONAL = {
  country: nullable(Type.String({ pattern: '^[A-Z]{2}$' })),
} as const
/** What they are where nobody said anything. */
export const SMS_SENDING_DEFAULTS = {
  country: null,
} as const satisfies { [K in keyof typeof SMS_SENDING_OPTIONAL]: Static<(typeof SMS_SENDING_OPTIONAL)[K]> }

/** All members. `sender`: a number (E.164), a short code, or a name of up to eleven characters, which nobody can answer. */
export const SMS_SENDING = {
  sender: Type.String({ minLength: 1, maxLength: 40 }),
  ...SMS_SENDING_OPTIONAL,
} as const
