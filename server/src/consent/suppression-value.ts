/** What an entry of a list names, in the one form in which it is stored and compared. Pure. */
import type { SuppressionType } from '@carillon/contract'
import { parseAddress } from '../channels/email/address.ts'

/** The part after the `@`. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** An address that has passed `parseAddress`, as lists keep it: providers do not tell case apart. */
export const listedAddress = (address: string): string => address.toLowerCase()

/** The value in lower case, an international domain in its ASCII form; undefined when it is no address, or no domain. */
export const listedValue = (type: SuppressionType, text: string): string | undefined => {
  const given = text.trim()
  const address = parseAddress(type === 'email' ? given : `x@${given}`)?.address.toLowerCase()
  return address === undefined || type === 'email' ? address : domainOf(address)
}
