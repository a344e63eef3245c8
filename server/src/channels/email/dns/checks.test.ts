/** The live checks against a name server of the test's, and against none. */
import { afterEach, expect, test } from 'vitest'
import { type DnsStub, type DnsTable, startDnsStub } from '../../../../test/dns-stub.ts'
import { checkSending, type SendingFacts } from './checks.ts'
import { createDns, type Dns } from './resolver.ts'

const stubs: DnsStub[] = []
afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.close()
})
const serve = async (records: DnsTable) => {
  const stub = await startDnsStub(records)
  stubs.push(stub)
  return createDns([stub.address])
}

const KEY = 'A'.repeat(392)
const facts: SendingFacts = {
  fromDomain: 'news.example.test',
  bounceDomain: 'bounce.example.test',
  ways: [{ kind: 'smtp', host: 'mail.provider.test' }],
  keys: [
    {
      publicKey: KEY,
      record: { type: 'TXT', name: 's1._domainkey.example.test', value: `v=DKIM1; k=rsa; p=${KEY}` },
    },
  ],
  linkHost: { host: 'links.example.test', target: 'carillon.test' },
  mailHost: 'mail.example.test',
}
const GOOD: DnsTable = {
  'bounce.example.test': { txt: ['other=1', 'v=spf1 a:mail.provider.test ~all'], mx: ['mx.example.test'] },
  's1._domainkey.example.test': { txt: [`v=DKIM1; k=rsa; p=${KEY}`] },
  '_dmarc.example.test': { txt: ['v=DMARC1; p=none; rua=mailto:d@example.test'] },
  'news.example.test': { mx: ['mx.example.test'] },
  'links.example.test': { a: ['192.0.2.1'] },
  'carillon.test': { a: ['192.0.2.1', '192.0.2.2'] },
}
const check = (dns: Dns, one: SendingFacts) => checkSending(dns, [one])
const verdicts = async (records: DnsTable) =>
  (await check(await serve(records), facts)).map(one => `${one.name} ${one.verdict}`)

test('a domain with all its records is good, DMARC found at the domain above', async () => {
  expect(await verdicts(GOOD)).toEqual([
    'spf good',
    'dkim good',
    'dmarc good',
    'mx good',
    'mx good',
    'links good',
  ])
})

test('a domain without records is bad, and each check has the record to publish', async () => {
  const checks = await check(await serve({}), facts)
  expect(checks.every(one => one.verdict === 'bad')).toBe(true)
  expect(checks.map(one => one.record)).toEqual([
    { type: 'TXT', name: 'bounce.example.test', value: 'v=spf1 a:mail.provider.test ~all' },
    facts.keys[0]?.record,
    { type: 'TXT', name: '_dmarc.news.example.test', value: 'v=DMARC1; p=none' },
    { type: 'MX', name: 'news.example.test', value: '10 mail.example.test' },
    { type: 'MX', name: 'bounce.example.test', value: '10 mail.example.test' },
    { type: 'CNAME', name: 'links.example.test', value: 'carillon.test' },
  ])
})

const spoilt: readonly (readonly [string, DnsTable, string])[] = [
  [
    'two SPF records',
    { 'bounce.example.test': { txt: ['v=spf1 a:mail.provider.test ~all', 'v=spf1 -all'] } },
    'spf bad',
  ],
  [
    'an SPF record for everybody',
    { 'bounce.example.test': { txt: ['v=spf1 a:mail.provider.test +all'] } },
    'spf bad',
  ],
  ['an SPF record without this way', { 'bounce.example.test': { txt: ['v=spf1 -all'] } }, 'spf bad'],
  [
    'an SPF record with a longer name',
    { 'bounce.example.test': { txt: ['v=spf1 a:mail.provider.test.evil.test -all'] } },
    'spf bad',
  ],
  [
    'an SPF record that names it behind its end, or refuses it',
    { 'bounce.example.test': { txt: ['v=spf1 -a:mail.provider.test -all a:mail.provider.test'] } },
    'spf bad',
  ],
  ['an MX record that says there is none', { 'news.example.test': { mx: ['.'] } }, 'mx bad'],
  ['a host of links that leads elsewhere', { 'links.example.test': { a: ['198.51.100.9'] } }, 'links bad'],
  ['another key', { 's1._domainkey.example.test': { txt: ['v=DKIM1; p=BBB'] } }, 'dkim bad'],
  ['a revoked key', { 's1._domainkey.example.test': { txt: ['v=DKIM1; p='] } }, 'dkim bad'],
  ['DMARC without a policy', { '_dmarc.example.test': { txt: ['v=DMARC1'] } }, 'dmarc bad'],
]
for (const [what, records, verdict] of spoilt)
  test(`${what}: ${verdict}`, async () => expect(await verdicts({ ...GOOD, ...records })).toContain(verdict))

test('without a name server everything is unchecked, and nothing is good', async () => {
  const stub = await startDnsStub()
  const { address } = stub
  await stub.close()
  const checks = await check(createDns([address]), facts)
  expect(new Set(checks.map(one => one.verdict))).toEqual(new Set(['unchecked']))
  expect(checks[0]?.message).toContain('Could not be checked')
})

test('a domain without a key says so', async () => {
  const [, dkim] = await check(await serve(GOOD), { ...facts, keys: [] })
  expect(dkim).toMatchObject({ name: 'dkim', verdict: 'bad', record: null })
})

test('a record that is there is shown whole, with what is missing in its place', async () => {
  const ways = [
    { kind: 'smtp', host: '10.0.0.5' },
    { kind: 'smtp', host: '2001:db8::5' },
    { kind: 'smtp', host: '192.0.2.77' },
  ] as const
  const txt = ['v=spf1 include:other.test ip4:192.0.2.0/24 -all']
  const dns = await serve({ 'bounce.example.test': { txt } })
  const [spf] = await check(dns, { ...facts, ways })
  expect(spf?.record?.value).toBe(
    'v=spf1 include:other.test ip4:192.0.2.0/24 ip4:10.0.0.5 ip6:2001:db8::5 -all',
  )
  const [fresh] = await check(await serve({}), { ...facts, ways: ways.slice(0, 1) })
  expect(fresh?.record?.value).toBe('v=spf1 ip4:10.0.0.5 ~all')
})

test('over the APIs neither SPF of the domain counts, nor over SendGrid a key of ours', async () => {
  const WAYS = { ses: { kind: 'ses' }, sendgrid: { kind: 'sendgrid', selector: null } } as const
  const namesOver = async (...kinds: ('ses' | 'sendgrid')[]) =>
    (await check(await serve(GOOD), { ...facts, ways: kinds.map(kind => WAYS[kind]) }))
      .slice(0, -4)
      .map(one => `${one.name} ${one.host} ${one.verdict}`)
  const [ours, theirs] = [
    'dkim s1._domainkey.example.test good',
    'dkim s1._domainkey.news.example.test unchecked',
  ]
  expect(await namesOver('ses')).toEqual([ours])
  expect(await namesOver('sendgrid')).toEqual([theirs])
  expect(await namesOver('ses', 'sendgrid')).toEqual([ours, theirs])
})

test('SendGrid’s key is found under either of its selectors, and under one that was chosen', async () => {
  const dkimOf = async (selector: string | null, published: string) => {
    const dns = await serve({ [`${published}._domainkey.news.example.test`]: { txt: ['k=rsa; p=AbC'] } })
    const checks = await check(dns, { ...facts, ways: [{ kind: 'sendgrid', selector }] })
    const { host, verdict } = checks.find(one => one.name === 'dkim') ?? {}
    return `${host} ${verdict}`
  }
  expect(await dkimOf(null, 's1')).toBe('s1._domainkey.news.example.test good')
  expect(await dkimOf(null, 's2')).toBe('s2._domainkey.news.example.test good')
  expect(await dkimOf('abc', 'abc')).toBe('abc._domainkey.news.example.test good')
  expect(await dkimOf('abc', 's2')).toBe('s2._domainkey.news.example.test good')
  expect(await dkimOf(null, 'abc')).toBe('s1._domainkey.news.example.test unchecked')
})

test('what several domains share is looked up and told once', async () => {
  const asked: string[] = []
  const counted = async (host: string) => {
    asked.push(host)
    return { kind: 'none' } as const
  }
  const dns: Dns = { txt: counted, mx: counted, addresses: counted }
  const domains = ['a.example.test', 'b.example.test', 'c.example.test']
  const checks = await checkSending(
    dns,
    domains.map(fromDomain => ({ ...facts, fromDomain })),
  )
  expect(checks.map(one => `${one.name} ${one.host}`)).toEqual([
    'spf bounce.example.test',
    'dkim s1._domainkey.example.test',
    'dmarc _dmarc.a.example.test',
    'mx a.example.test',
    'mx bounce.example.test',
    'links links.example.test',
    'dmarc _dmarc.b.example.test',
    'mx b.example.test',
    'dmarc _dmarc.c.example.test',
    'mx c.example.test',
  ])
  expect(asked.filter(host => host === 'bounce.example.test')).toHaveLength(2)
})
