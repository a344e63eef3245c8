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
  /** Its mail servers, the preferred one first. */
  mx(name: string): Promise<DnsAnswer<string>>
  /** Its IPv4 and IPv6 addresses, aliases followed. */
  addresses(name: string): Promise<DnsAnswer<string>>
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

const either = (one: DnsAnswer<string>, other: DnsAnswer<string>): DnsAnswer<string> => {
  if (one.kind === 'found')
    return other.kind === 'found' ? { kind: 'found', values: [...one.values, ...other.values] } : one
  return other.kind === 'found' || one.kind === 'none' ? other : one
}

/** Asks the given servers (`address` or `address:port`); none given: those of this machine. */
export const createDns = (servers: readonly string[] = []): Dns => {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 })
  if (servers.length > 0) resolver.setServers([...servers])
  return {
    txt: name => asked(resolver.resolveTxt(name).then(records => records.map(pieces => pieces.join('')))),
    mx: name =>
      asked(
        resolver
          .resolveMx(name)
          .then(records => [...records].sort((a, b) => a.priority - b.priority).map(one => one.exchange)),
      ),
    addresses: async name =>
      either(await asked(resolver.resolve4(name)), await asked(resolver.resolve6(name))),
  }
}
