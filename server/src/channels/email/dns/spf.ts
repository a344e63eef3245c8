/** SPF records (RFC 7208), as far as a sender has to write them: which ways of sending one names, and how to add one. Pure. */
import { BlockList, isIP } from 'node:net'

/** The mechanism for a mail server: by its name, or by its address where that is all there is (§5.3, §5.6). */
export const mechanismOf = (host: string): string => {
  const family = isIP(host)
  return family === 0 ? `a:${host.toLowerCase()}` : `ip${family}:${host}`
}

/** Whether a TXT record is one. */
export const isSpf = (record: string): boolean => /^v=spf1(?:\s|$)/i.test(record)

const termsOf = (record: string): string[] => record.trim().split(/\s+/).slice(1)

const IS_ALL = /^[+\-~?]?all$/i

// What stands behind `all` is never looked at (§5.1).
const countingTerms = (record: string): string[] => {
  const terms = termsOf(record)
  const all = terms.findIndex(term => IS_ALL.test(term))
  return all < 0 ? terms : terms.slice(0, all)
}

/** Whether it lets everybody send. */
export const letsAll = (record: string): boolean => termsOf(record).some(term => /^\+?all$/i.test(term))

const coversAddress = (term: string, mechanism: string): boolean => {
  const [, family, address] = /^ip([46]):(.+)$/.exec(mechanism) ?? []
  const [, network, bits] = new RegExp(`^ip${family}:([^/]+)(?:/(\\d{1,3}))?$`, 'i').exec(term) ?? []
  if (family === undefined || address === undefined || network === undefined) return false
  const type = family === '4' ? 'ipv4' : 'ipv6'
  const most = family === '4' ? 32 : 128
  if (isIP(network) !== Number(family) || Number(bits ?? most) > most) return false
  const list = new BlockList()
  list.addSubnet(network, Number(bits ?? most), type)
  return list.check(address, type)
}

/** Whether the record lets a way of sending pass, by that very mechanism or by a network around its address. */
export const names = (record: string, mechanism: string): boolean =>
  countingTerms(record)
    .filter(term => !/^[-~?]/.test(term))
    .map(term => term.replace(/^\+/, ''))
    .some(term => term.toLowerCase() === mechanism.toLowerCase() || coversAddress(term, mechanism))

/** The record with mechanisms more, in front of what is for all others; a new one where there is none. */
export const withMechanisms = (record: string | undefined, mechanisms: readonly string[]): string => {
  if (record === undefined) return ['v=spf1', ...mechanisms, '~all'].join(' ')
  const terms = termsOf(record)
  const end = terms.findIndex(term => IS_ALL.test(term) || /^redirect=/i.test(term))
  const at = end < 0 ? terms.length : end
  return ['v=spf1', ...terms.slice(0, at), ...mechanisms, ...terms.slice(at)].join(' ')
}
