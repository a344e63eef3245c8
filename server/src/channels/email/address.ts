/** Decides what one sendable email address is. Knows nothing of people or of deliverability. */
import { domainToASCII } from 'node:url'

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
// RFC 6531 §3.3 adds what lies outside ASCII; blanks, controls and what is no character have no place in a name.
const WIDE_LOCAL =
  /^(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]|(?=\P{ASCII})[\p{L}\p{M}\p{N}\p{S}])+(?:\.(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]|(?=\P{ASCII})[\p{L}\p{M}\p{N}\p{S}])+)*$/u
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i
const HOSTILE = /[\s\p{Cc}\p{Cf}%/\\?#:<>@[\]]/u

const readDomain = (text: string): string | undefined => {
  if (text === '' || HOSTILE.test(text)) return undefined
  const domain = domainToASCII(text)
  const labels = domain.split('.')
  if (domain.length > 253 || labels.length < 2) return undefined
  if (/^\d+$/.test(labels.at(-1) ?? '')) return undefined
  return labels.every(label => LABEL.test(label)) ? domain : undefined
}

// Most mail goes to a few domains.
const DOMAINS = 1_000
const domains = new Map<string, string | undefined>()

const toDomain = (text: string): string | undefined => {
  const known = domains.get(text)
  if (known !== undefined || domains.has(text)) return known
  if (domains.size >= DOMAINS) domains.clear()
  const domain = readDomain(text)
  domains.set(text, domain)
  return domain
}

const toLocal = (text: string): string | undefined => {
  if (LOCAL.test(text)) return text.length <= 64 ? text : undefined
  // RFC 6532 §3.1: one form for letters that can be written in two.
  const local = text.normalize('NFC')
  return WIDE_LOCAL.test(local) && Buffer.byteLength(local) <= 64 ? local : undefined
}

/**
 * The address as it goes into an SMTP envelope, or undefined when it is not one: exactly one mailbox, local part a
 * dot-string of at most 64 bytes (RFC 5321, with the letters of RFC 6531), a domain name of at least two labels, an
 * international domain turned into its ASCII form. The local part keeps its case. Refused on purpose: quoted local parts,
 * address literals, display names and blanks anywhere. A local part outside ASCII needs a server with SMTPUTF8: whether
 * one has it shows when the mail is handed over (see `isAsciiAddress` for where that is too late).
 */
export const parseAddress = (value: unknown): { readonly address: string } | undefined => {
  if (typeof value !== 'string' || value.length > 320) return undefined
  const at = value.indexOf('@')
  if (at < 1) return undefined
  const local = toLocal(value.slice(0, at))
  const domain = toDomain(value.slice(at + 1))
  if (local === undefined || domain === undefined) return undefined
  const address = `${local}@${domain}`
  return Buffer.byteLength(address) <= 254 ? { address } : undefined
}

/** Whether every server takes the address: senders, reply addresses and copies must not depend on an extension. */
export const isAsciiAddress = (address: string): boolean => /^[\x21-\x7e]*$/.test(address)
