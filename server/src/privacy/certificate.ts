/** The certificate of an erasure: what was done, signed under a key made from the instance's secret. Pure. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { ErasureCertificate } from '@carillon/contract'
import { canonicalJson } from '../lib/canonical-json.ts'

/** A certificate before it is signed. */
export type Unsigned = Omit<ErasureCertificate, 'type' | 'version' | 'signature'>

type Json = Readonly<Record<string, unknown>>

const macOf = (secret: string, content: Json): Buffer =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', secret, '', 'carillon erasure certificate v1', 32)))
    .update(canonicalJson(content))
    .digest()

/** Signs it. The order of members does not matter to the signature. */
export const signCertificate = (secret: string, unsigned: Unsigned): ErasureCertificate => {
  const content = { type: 'carillon-erasure-certificate' as const, version: 1, ...unsigned }
  return { ...content, signature: macOf(secret, content).toString('base64url') }
}

/** Whether this instance signed exactly this. Anything at all may be asked about. */
export const isGenuine = (secret: string, given: Json): boolean => {
  const { signature, ...content } = given
  if (typeof signature !== 'string') return false
  const bytes = Buffer.from(signature, 'base64url')
  const mac = macOf(secret, content)
  // One way of writing alone: what decodes alike and is written otherwise was changed.
  return (
    bytes.toString('base64url') === signature && bytes.length === mac.length && timingSafeEqual(bytes, mac)
  )
}
