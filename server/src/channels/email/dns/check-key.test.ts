/** The check of a key against a name server of the test's, and against none. */
import { afterEach, expect, test } from 'vitest'
import { type DnsStub, type DnsTable, startDnsStub } from '../../../../test/dns-stub.ts'
import { checkKey, type PublishedKey } from './check-key.ts'
import { createDns } from './resolver.ts'

const stubs: DnsStub[] = []
afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.close()
})

const NAME = 's1._domainkey.example.test'
const publicKey = 'A'.repeat(392)
const key: PublishedKey = {
  publicKey,
  record: { type: 'TXT', name: NAME, value: `v=DKIM1; k=rsa; p=${publicKey}` },
}
const check = async (records: DnsTable) => {
  const stub = await startDnsStub(records)
  stubs.push(stub)
  return checkKey(createDns([stub.address]), key)
}

const cases: readonly (readonly [string, DnsTable, string])[] = [
  ['its record', { [NAME]: { txt: ['other=1', key.record.value] } }, 'good'],
  ['no record', {}, 'bad'],
  ['another key', { [NAME]: { txt: ['v=DKIM1; p=BBB'] } }, 'bad'],
  ['a revoked key', { [NAME]: { txt: ['v=DKIM1; p='] } }, 'bad'],
]
for (const [what, records, verdict] of cases)
  test(`a name with ${what} is ${verdict}, and the record to publish is told`, async () => {
    expect(await check(records)).toMatchObject({ host: NAME, verdict, record: key.record })
  })

test('without a name server the key is unchecked, which is not good', async () => {
  const stub = await startDnsStub()
  await stub.close()
  const { verdict, message } = await checkKey(createDns([stub.address]), key)
  expect(verdict).toBe('unchecked')
  expect(message).toContain('Could not be checked')
})
