/** The live check of a DKIM key: whether its record is published. What could not be asked is `unchecked`, never good. */
import type { DnsRecord, LiveCheck } from '@carillon/contract'
import { publishesKey } from '../dkim/keys.ts'
import type { Dns } from './resolver.ts'

/** A key, and the record that publishes it. */
export interface PublishedKey {
  readonly record: DnsRecord
  readonly publicKey: string
}

type Verdict = Pick<LiveCheck, 'verdict' | 'message'>

const judge = (records: readonly string[], publicKey: string): Verdict => {
  if (records.length === 0) return { verdict: 'bad', message: 'The record is not published yet.' }
  return records.some(record => publishesKey(record, publicKey))
    ? { verdict: 'good', message: 'The record publishes this key.' }
    : { verdict: 'bad', message: 'A record is there, and publishes another key.' }
}

/** Looks up a key's record. Never rejects. */
export const checkKey = async (dns: Dns, { record, publicKey }: PublishedKey): Promise<LiveCheck> => {
  const answer = await dns.txt(record.name)
  const verdict: Verdict =
    answer.kind === 'unreachable'
      ? { verdict: 'unchecked', message: `Could not be checked: no name server answered (${answer.words}).` }
      : judge(answer.kind === 'found' ? answer.values : [], publicKey)
  return { host: record.name, ...verdict, record }
}
