/** Decides what one sendable email address is. Knows nothing of people or of deliverability. */
import { domainToASCII } from 'node:url'

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i
const HOSTILE = /[\s\p{Cc}\p{Cf}%/\\?#:<>@[\]]/u

const toDomain = (text: string): string | undefined => {
  if (text === '' || HOSTILE.test(text)) return undefined
  const domain = domainToASCII(text)
  const labels = domain.split('.')
  if (domain.length > 253 || labels.length < 2) return undefined
  if (/^\d+$/.test(labels.at(-1) ?? '')) return undefined
  return labels.every(label => LABEL.test(label)) ? domain : undefined
}

/**
 * The address as it goes into an SMTP envelope, or undefined when it is not one: exactly one mailbox, local part an
 * RFC 5321 dot-string of at most 64 characters, a domain name of at least two labels, an international domain turned
 * into its ASCII form. The local part keeps its case. Refused on purpose: quoted local parts, address literals,
 * display names, blanks anywhere, and local parts outside ASCII (they need SMTPUTF8 at every hop).
 */
export const parseAddress = (value: unknown): { readonly address: string } | undefined => {
  if (typeof value !== 'string' || value.length > 320) return undefined
  const at = value.indexOf('@')
  const local = value.slice(0, at)
  if (at < 1 || local.length > 64 || !LOCAL.test(local)) return undefined
  const domain = toDomain(value.slice(at + 1))
  if (domain === undefined) return undefined
  const address = `${local}@${domain}`
  return address.length <= 254 ? { address } : undefined
}
