/** Phone numbers in their one form: E.164 (ITU-T), a plus sign and up to fifteen digits. Knows no profile. */
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'

const LONGEST = 40

/** Whether a country is known by that code (ISO 3166-1 alpha-2). */
export const isPhoneCountry = (code: string): boolean => isSupportedCountry(code)

/**
 * The number in E.164, however it is written; undefined: it can be none. `country` (ISO 3166-1) is where a number without
 * its country code is from; without it such a number is none. A number counts that has a length its country uses: which
 * ranges are given out changes by the week, and the provider knows.
 */
export const parsePhone = (text: string, country?: string): string | undefined => {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.length > LONGEST) return undefined
  const from = country !== undefined && isPhoneCountry(country) ? (country as CountryCode) : undefined
  const found = parsePhoneNumberFromString(trimmed, {
    ...(from === undefined ? {} : { defaultCountry: from }),
    extract: false,
  })
  return found?.isPossible() && found.ext === undefined ? found.number : undefined
}

/** A number of a provider that writes them without their plus sign; what can be none, such as a short code, stays. */
export const withPlus = (text: string): string =>
  (/^\d+$/.test(text) ? parsePhone(`+${text}`) : undefined) ?? text

/** A sender as a provider takes it: a number in E.164, a short code, or a name (up to eleven letters, digits and blanks). */
export type SmsSender = { readonly kind: 'number' | 'short_code' | 'name'; readonly value: string }

/** The sender that a text names; undefined: it is none. */
export const parseSender = (text: string): SmsSender | undefined => {
  const value = text.trim()
  if (/^\d{3,8}$/.test(value)) return { kind: 'short_code', value }
  if (/^(?=.*[A-Za-z])[A-Za-z0-9 _.&+-]{1,11}$/.test(value)) return { kind: 'name', value }
  const number = parsePhone(value)
  return number === undefined ? undefined : { kind: 'number', value: number }
}

/** The country of a number, by its code; null: none or several. */
export const countryOf = (number: string): string | null =>
  parsePhoneNumberFromString(number)?.country ?? null
