/**
 * Questions to the domain name system with answers that tell "there is none" from "could not be asked". Knows no mail.
 */
import { Resolver } from 'node:dns/promises'

/** What came of a question. `unreachable`: nobody answered, so nothing is known; never to be taken for an absence. */
export type DnsAnswer<T> =
  | { readonly kind: 'found'; readonly values: readonly T[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreachable'; readonly words: string }

/** Who answers. */
export interface Dns {
  /** The TXT records of a name, each joined from its pieces. */
  txt(name: string): Promise<DnsAnswer<string>>
}

const TIMEOUT_MS = 3_000
const NONE = new Set(['ENODATA', 'ENOTFOUND'])

const asked = async <T>(question: Promise<readonly T[]>): Promise<DnsAnswer<T>> => {
  try {
    const values = await question
    return values.length === 0 ? { kind: 'none' } : { kind: 'found', values }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    return NONE.has(code) ? { kind: 'none' } : { kind: 'unreachable', words: code }
  }
}

/** Asks the given servers (`address` or `address:port`); none given: those of this machine. */
export const createDns = (servers: readonly string[] = []): Dns => {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 })
  if (servers.length > 0) resolver.setServers([...servers])
  return {
    txt: name => asked(resolver.resolveTxt(name).then(records => records.map(pieces => pieces.join('')))),
  }
}
