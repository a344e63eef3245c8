/** Secrets that we hand out: 256 random bits, kept only as their SHA-256. Hashing needs no salt at that length. */
import { createHash, randomBytes } from 'node:crypto'

/** What a secret is for; the prefix lets people and scanners recognise it. */
const PREFIXES = { token: 'crl_', secret: 'crs_', session: 'cse_', link: 'cln_', csrf: 'ccs_' } as const

/** A new secret of that kind. */
export const newSecret = (kind: keyof typeof PREFIXES): string =>
  `${PREFIXES[kind]}${randomBytes(32).toString('base64url')}`

/** What is kept of a secret. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest()
