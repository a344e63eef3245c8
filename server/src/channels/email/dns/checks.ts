/**
 * The live checks of a sending domain: what the inboxes look up (SPF, DKIM, DMARC, MX) and where links lead, each with the
 * record to publish. What could not be asked is `unchecked`, never good. Knows no configuration and no store.
 */
import type { DnsRecord, LiveCheck } from '@carillon/contract'
import { publishesKey } from '../dkim/keys.ts'
import type { Dns, DnsAnswer } from './resolver.ts'

/** What is to be looked at. */
export interface SendingFacts {
  /** The domain of From. */
  readonly fromDomain: string
  /** The domain of the envelope's sender, which SPF is about. */
  readonly bounceDomain: string
  /** The SPF mechanism of the way that mail takes, such as `include:amazonses.com`. */
  readonly spfMechanism: string
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

const judgeSpf = (records: readonly string[], mechanism: string): Verdict => {
  const [record, second] = records.filter(one => /^v=spf1(?:\s|$)/i.test(one))
  if (record === undefined) return bad('No SPF record.')
  if (second !== undefined) return bad('More than one SPF record: inboxes then take none of them.')
  if (/(?:^|\s)\+?all(?:\s|$)/i.test(record)) return bad('The record lets everybody send (+all).')
  return record.toLowerCase().includes(mechanism.toLowerCase())
    ? good('The record lets this way of sending.')
    : bad(
        `The record does not name ${mechanism}; add it, unless another part of the record covers this server.`,
      )
}

const checkSpf = async (dns: Dns, { bounceDomain, spfMechanism }: SendingFacts): Promise<LiveCheck> => ({
  name: 'spf',
  host: bounceDomain,
  ...unless(await dns.txt(bounceDomain), records => judgeSpf(records, spfMechanism)),
  record: { type: 'TXT', name: bounceDomain, value: `v=spf1 ${spfMechanism} ~all` },
})

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
  ...unless(await dns.mx(host), servers =>
    servers.length === 0
      ? bad(
          'No mail server takes mail for this domain: answers and bounces are lost, and many inboxes refuse it.',
        )
      : good(`Mail is taken by ${servers.slice(0, 3).join(', ')}.`),
  ),
  record: { type: 'MX', name: host, value: `10 ${mailHost}` },
})

const checkLinks = async (dns: Dns, links: NonNullable<SendingFacts['linkHost']>): Promise<LiveCheck> => ({
  name: 'links',
  host: links.host,
  ...unless(await dns.addresses(links.host), addresses =>
    addresses.length === 0
      ? bad('The host of links leads nowhere.')
      : good(`The host leads to ${addresses.slice(0, 3).join(', ')}.`),
  ),
  record: { type: 'CNAME', name: links.host, value: links.target },
})

/** All checks, in the order in which a person does them. Never rejects. */
export const checkSending = async (dns: Dns, facts: SendingFacts): Promise<LiveCheck[]> => {
  const { keys, fromDomain, bounceDomain, linkHost, mailHost } = facts
  const unsigned: LiveCheck = {
    name: 'dkim',
    host: fromDomain,
    verdict: 'bad',
    message: NO_KEY,
    record: null,
  }
  return Promise.all([
    checkSpf(dns, facts),
    ...(keys.length === 0 ? [unsigned] : keys.map(key => checkDkim(dns, key))),
    checkDmarc(dns, facts),
    ...[...new Set([fromDomain, bounceDomain])].map(host => checkMx(dns, host, mailHost)),
    ...(linkHost === null ? [] : [checkLinks(dns, linkHost)]),
  ])
}
