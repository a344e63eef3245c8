/**
 * The live checks of a sending domain: what the inboxes look up (SPF, DKIM, DMARC, MX) and where links lead, each with the
 * record to publish. What could not be asked is `unchecked`, never good. Knows no configuration and no store.
 */
import { isIP } from 'node:net'
import type { DnsRecord, LiveCheck } from '@carillon/contract'
import { publishesKey } from '../dkim/keys.ts'
import type { Dns, DnsAnswer } from './resolver.ts'
import { isSpf, letsAll, mechanismOf, names, withMechanisms } from './spf.ts'

/**
 * A way of sending: over a mail server of one's own, by its host, or a provider's API. `selector`: of the key with which
 * SendGrid signs, where somebody chose one.
 */
export type SendingWay =
  | { readonly kind: 'smtp'; readonly host: string }
  | { readonly kind: 'ses' }
  | { readonly kind: 'sendgrid'; readonly selector: string | null }

/** What is to be looked at. */
export interface SendingFacts {
  /** The domain of From. */
  readonly fromDomain: string
  /** The domain of the envelope's sender, which SPF is about. */
  readonly bounceDomain: string
  /** The ways that mail may take, the fallbacks among them. */
  readonly ways: readonly SendingWay[]
  /** The keys that sign mail from the domain. */
  readonly keys: readonly { readonly record: DnsRecord; readonly publicKey: string }[]
  /** The host that links lead to, and where it has to lead itself; null: links lead to this instance's own address. */
  readonly linkHost: { readonly host: string; readonly target: string } | null
  /** The mail server that takes answers and bounces, for the record to publish. */
  readonly mailHost: string
}

type Verdict = Pick<LiveCheck, 'verdict' | 'message'>
const good = (message: string): Verdict => ({ verdict: 'good', message })
const bad = (message: string): Verdict => ({ verdict: 'bad', message })

const unless = <T>(answer: DnsAnswer<T>, judge: (values: readonly T[]) => Verdict): Verdict =>
  answer.kind === 'unreachable'
    ? { verdict: 'unchecked', message: `Could not be checked: no name server answered (${answer.words}).` }
    : judge(answer.kind === 'found' ? answer.values : [])

const judgeSpf = (records: readonly string[], missing: readonly string[]): Verdict => {
  const [record, second] = records
  if (record === undefined) return bad('No SPF record.')
  if (second !== undefined) return bad('More than one SPF record: inboxes then take none of them.')
  if (letsAll(record)) return bad('The record lets everybody send (+all).')
  return missing.length === 0
    ? good('The record lets this way of sending.')
    : bad(
        `The record does not name ${missing.join(' and ')}; add it, unless another part of the record covers this server.`,
      )
}

/** Of the mail servers alone: what SES and SendGrid send has their own sender, and their own record counts. */
const checkSpf = async (
  dns: Dns,
  bounceDomain: string,
  mechanisms: readonly string[],
): Promise<LiveCheck> => {
  const answer = await dns.txt(bounceDomain)
  const records = answer.kind === 'found' ? answer.values.filter(isSpf) : []
  const [record] = records
  const missing = mechanisms.filter(one => record === undefined || !names(record, one))
  return {
    name: 'spf',
    host: bounceDomain,
    ...unless(answer, () => judgeSpf(records, missing)),
    record: { type: 'TXT', name: bounceDomain, value: withMechanisms(record, missing) },
  }
}

/** SendGrid signs with one of two keys, which take turns. */
const SENDGRID_SELECTORS = ['s1', 's2'] as const
const SENDGRID_SIGNS =
  'SendGrid signs the mail itself, with keys of its own: authenticate the domain in SendGrid, and publish what it shows there.'

const hasKey = (answer: DnsAnswer<string>): boolean =>
  answer.kind === 'found' && answer.values.some(record => /(?:^|;)\s*p=[A-Za-z0-9+/]/.test(record))

/** Looks for a key that SendGrid signs with: under a selector that was chosen there, or under those that it takes itself. */
const checkSendgridKey = async (dns: Dns, domain: string, chosen: string | null): Promise<LiveCheck> => {
  const selectors = chosen === null ? SENDGRID_SELECTORS : [chosen, ...SENDGRID_SELECTORS]
  const hosts = selectors.map(selector => `${selector}._domainkey.${domain}`)
  const answers = await Promise.all(hosts.map(host => dns.txt(host)))
  const at = answers.findIndex(hasKey)
  // An answer that nobody gave is told before one that says there is none.
  const told = answers[at] ?? answers.find(answer => answer.kind === 'unreachable') ?? { kind: 'none' }
  const judge = (): Verdict =>
    at >= 0 ? good('SendGrid’s key is published.') : { verdict: 'unchecked', message: SENDGRID_SIGNS }
  return { name: 'dkim', host: hosts[Math.max(at, 0)] ?? domain, ...unless(told, judge), record: null }
}

const checkDkim = async (dns: Dns, key: SendingFacts['keys'][number]): Promise<LiveCheck> => {
  const judge = (records: readonly string[]): Verdict => {
    if (records.length === 0) return bad('The record is not published yet.')
    return records.some(record => publishesKey(record, key.publicKey))
      ? good('The record publishes this key.')
      : bad('A record is there, and publishes another key.')
  }
  return {
    name: 'dkim',
    host: key.record.name,
    ...unless(await dns.txt(key.record.name), judge),
    record: key.record,
  }
}

/** Looks up one key's record. */
export const checkKey = checkDkim

const NO_KEY =
  'Mail from this domain is not signed by Carillon. Make a key below, unless your mail server signs.'

const parentsOf = (domain: string): string[] => {
  const labels = domain.split('.')
  return labels.slice(0, -1).map((_label, index) => labels.slice(index).join('.'))
}

/** The record of the domain itself, or of one above it (RFC 7489 §6.6.3). */
const findDmarc = async (dns: Dns, domain: string): Promise<DnsAnswer<string>> => {
  for (const parent of parentsOf(domain)) {
    const answer = await dns.txt(`_dmarc.${parent}`)
    if (answer.kind === 'unreachable') return answer
    const values = answer.kind === 'found' ? answer.values.filter(one => /^v=DMARC1\s*(?:;|$)/.test(one)) : []
    if (values.length > 0) return { kind: 'found', values }
  }
  return { kind: 'none' }
}

const judgeDmarc = (records: readonly string[]): Verdict => {
  if (records.length === 0) return bad('No DMARC record: Gmail and Yahoo want one from who sends much.')
  if (records.length > 1) return bad('More than one DMARC record: inboxes then take none of them.')
  return /;\s*p\s*=\s*(?:none|quarantine|reject)\b/i.test(records[0] ?? '')
    ? good('The record has a policy.')
    : bad('The record has no policy (p=).')
}

const checkDmarc = async (dns: Dns, { fromDomain }: SendingFacts): Promise<LiveCheck> => ({
  name: 'dmarc',
  host: `_dmarc.${fromDomain}`,
  ...unless(await findDmarc(dns, fromDomain), judgeDmarc),
  record: { type: 'TXT', name: `_dmarc.${fromDomain}`, value: 'v=DMARC1; p=none' },
})

const checkMx = async (dns: Dns, host: string, mailHost: string): Promise<LiveCheck> => ({
  name: 'mx',
  host,
  // RFC 7505: a server without a name says that there is none.
  ...unless(await dns.mx(host), found => judgeMx(found.filter(one => one !== '' && one !== '.'))),
  record: { type: 'MX', name: host, value: `10 ${mailHost}` },
})

const judgeMx = (servers: readonly string[]): Verdict =>
  servers.length === 0
    ? bad(
        'No mail server takes mail for this domain: answers and bounces are lost, and many inboxes refuse it.',
      )
    : good(`Mail is taken by ${servers.slice(0, 3).join(', ')}.`)

const listed = (values: readonly string[]): string => values.slice(0, 3).join(', ')

const judgeLinks = (found: readonly string[], wanted: DnsAnswer<string>): Verdict => {
  if (found.length === 0) return bad('The host of links leads nowhere.')
  if (wanted.kind !== 'found')
    return {
      verdict: 'unchecked',
      message: `The host leads to ${listed(found)}; where this instance is could not be looked up.`,
    }
  return found.some(one => wanted.values.includes(one))
    ? good(`The host leads to ${listed(found)}.`)
    : bad(
        `The host leads to ${listed(found)}, and this instance is at ${listed(wanted.values)}: links would open something else, unless that passes them on.`,
      )
}

const addressesOf = async (dns: Dns, host: string): Promise<DnsAnswer<string>> =>
  isIP(host) === 0 ? dns.addresses(host) : { kind: 'found', values: [host] }

const checkLinks = async (dns: Dns, links: NonNullable<SendingFacts['linkHost']>): Promise<LiveCheck> => {
  const wanted = await addressesOf(dns, links.target)
  return {
    name: 'links',
    host: links.host,
    ...unless(await dns.addresses(links.host), found => judgeLinks(found, wanted)),
    // An alias of an address there is none.
    record: isIP(links.target) === 0 ? { type: 'CNAME', name: links.host, value: links.target } : null,
  }
}

const unsigned = (host: string): LiveCheck => ({
  ...{ name: 'dkim', host, verdict: 'bad', message: NO_KEY, record: null },
})

interface Planned {
  /** Two checks of one key find the same. */
  readonly key: string
  readonly look: () => Promise<LiveCheck>
}

const planned = (dns: Dns, facts: SendingFacts): Planned[] => {
  const { keys, fromDomain, bounceDomain, linkHost, mailHost, ways } = facts
  const mechanisms = [...new Set(ways.flatMap(way => (way.kind === 'smtp' ? [mechanismOf(way.host)] : [])))]
  const isSignedHere = ways.some(way => way.kind !== 'sendgrid')
  const selectors = [...new Set(ways.flatMap(way => (way.kind === 'sendgrid' ? [way.selector] : [])))]
  const hosts = [...new Set([fromDomain, bounceDomain])]
  const plan = (key: string, look: Planned['look']): Planned => ({ key, look })
  return [
    ...(mechanisms.length === 0
      ? []
      : [plan(`spf ${bounceDomain}`, () => checkSpf(dns, bounceDomain, mechanisms))]),
    ...(isSignedHere && keys.length === 0
      ? [plan(`unsigned ${fromDomain}`, async () => unsigned(fromDomain))]
      : []),
    ...(isSignedHere ? keys.map(key => plan(`dkim ${key.record.name}`, () => checkDkim(dns, key))) : []),
    ...selectors.map(one =>
      plan(`sendgrid ${fromDomain} ${one}`, () => checkSendgridKey(dns, fromDomain, one)),
    ),
    plan(`dmarc ${fromDomain}`, () => checkDmarc(dns, facts)),
    ...hosts.map(host => plan(`mx ${host}`, () => checkMx(dns, host, mailHost))),
    ...(linkHost === null ? [] : [plan(`links ${linkHost.host}`, () => checkLinks(dns, linkHost))]),
  ]
}

/**
 * All checks that these ways need, domain by domain in the order in which a person does them; what several domains share is
 * looked up and answered once. Never rejects.
 */
export const checkSending = async (dns: Dns, facts: readonly SendingFacts[]): Promise<LiveCheck[]> => {
  const all = new Map<string, Planned>()
  for (const one of facts.flatMap(each => planned(dns, each))) if (!all.has(one.key)) all.set(one.key, one)
  return Promise.all([...all.values()].map(({ look }) => look()))
}
