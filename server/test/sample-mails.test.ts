/**
 * The mails of the samples as an inbox sees them: without a defect in two parsers that are not ours, verified by a verifier
 * that is not ours, and by the rules that Gmail and Yahoo have for who sends much.
 */
import PostalMime, { type Email } from 'postal-mime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RenderedEmail } from '../src/channels/email/email.ts'
import { createMemoryChannel } from '../src/channels/memory.ts'
import { createTestApi, type TestApi } from './app.ts'
import { eventually } from './carillon.ts'
import { startTestEngine } from './engine.ts'
import { sendTo } from './marketing.ts'
import { hasPython, type PythonsMail, readByPython } from './python.ts'

interface Sample {
  readonly name: string
  readonly isMarketing: boolean
  readonly mail: RenderedEmail
  readonly fields: readonly { readonly key: string; readonly value: string }[]
  readonly postal: Email
  readonly python: PythonsMail
}

let api: TestApi
const samples: Sample[] = []

const makeKeys = async (domain: string): Promise<Record<string, string>> => {
  const dns: Record<string, string> = {}
  for (const algorithm of ['rsa', 'ed25519']) {
    const { body } = await api.api('POST /dkim-keys', { domain, algorithm })
    await api.api(`POST /dkim-keys/${body.id}/activate`, { force: true })
    dns[body.record.name] = body.record.value
  }
  return dns
}

/** Every sample that is live, sent to one person with its own example data. */
const sendSamples = async (): Promise<{ readonly name: string; readonly isMarketing: boolean }[]> => {
  const { body } = await api.api('GET /campaigns?status=live&limit=200')
  const sent: { name: string; isMarketing: boolean }[] = []
  for (const { id, name } of body.items) {
    const { properties } = (await api.api(`GET /campaigns/${id}`)).body.live
    const recipient = { type: 'aep', userId: 'ada@example.org', namespace: 'email', ...properties.sample }
    await sendTo(api, { requestId: `sample-${id}`, campaignId: id, recipients: [recipient] })
    sent.push({ name, isMarketing: properties.category === 'marketing' })
  }
  return sent
}

beforeAll(async () => {
  if (!hasPython) return
  api = await createTestApi()
  const channel = createMemoryChannel<RenderedEmail>()
  const dns = await makeKeys('example.test')
  const engine = await startTestEngine(api, () => channel)
  const marketing = (await api.api('GET /campaigns?limit=200')).body.items.filter(
    (one: { category: string; status: string }) => one.category === 'marketing' && one.status === 'draft',
  )
  for (const { id } of marketing) await api.api(`POST /campaigns/${id}/activate`, {})
  const names = await sendSamples()
  engine.wake()
  await eventually('every sample is sent', () => (channel.sent.length >= names.length ? true : undefined))
  await engine.drain()
  const python = readByPython(channel.sent.map(({ raw }) => ({ raw, dns })))
  for (const [index, mail] of channel.sent.entries()) {
    const read = python[index]
    if (read === undefined) throw new Error('Python read too few')
    const postal = await PostalMime.parse(mail.raw)
    samples.push({
      ...{ name: postal.subject ?? '', mail, postal, python: read, fields: postal.headers },
      isMarketing: mail.raw.toString().includes('List-Unsubscribe:'),
    })
  }
  expect(samples.filter(one => one.isMarketing)).toHaveLength(names.filter(one => one.isMarketing).length)
})
afterAll(async () => {
  if (hasPython) await api.close()
})

const sameLines = (text: string | null | undefined): string => (text ?? '').replace(/\r\n/g, '\n').trim()

const each = (check: (sample: Sample) => void): void => {
  expect(samples.length).toBeGreaterThan(1)
  for (const sample of samples) check(sample)
}
const only = ({ fields, name }: Sample, key: string): string => {
  const found = fields.filter(field => field.key === key)
  expect(found, `${key} of ${name}`).toHaveLength(1)
  return found[0]?.value ?? ''
}
const signedFields = (sample: Sample): string[][] =>
  sample.fields
    .filter(field => field.key === 'dkim-signature')
    .map(({ value }) => /\bh=([^;]+)/.exec(value.replace(/\s+/g, ''))?.[1]?.split(':') ?? [])

const rules: readonly (readonly [string, (sample: Sample) => void])[] = [
  [
    'parses without a defect, alike in both parsers',
    ({ python, postal }) => {
      expect(python.defects).toEqual([])
      expect(python.subject).toBe(postal.subject)
      expect(sameLines(python.html)).toBe(sameLines(postal.html))
    },
  ],
  [
    'is signed by both keys, and both signatures verify',
    ({ python }) => expect(python.dkim).toEqual([true, true]),
  ],
  [
    'has the domain of From in its signature and in its envelope (DMARC alignment)',
    sample => {
      const domain = sample.postal.from?.address?.split('@')[1] ?? ''
      for (const { value } of sample.fields.filter(field => field.key === 'dkim-signature'))
        expect(domain.endsWith(/\bd=([^;]+)/.exec(value)?.[1] ?? 'nothing')).toBe(true)
      expect(sample.mail.envelope.from.split('@')[1]).toBe(domain)
    },
  ],
  [
    'has each field of RFC 5322 once, with one address in From and one in To',
    sample => {
      for (const key of ['from', 'to', 'subject', 'date', 'message-id', 'mime-version', 'content-type'])
        only(sample, key)
      expect(only(sample, 'message-id')).toMatch(/^<[\w-]+@[\w.-]+>$/)
      expect(Math.abs(Date.parse(only(sample, 'date')) - Date.now())).toBeLessThan(3_600_000)
      expect(sample.python.from).toHaveLength(1)
      expect(sample.python.to).toHaveLength(1)
    },
  ],
  [
    'is from no address of a free mail provider, and not empty',
    ({ postal }) => {
      expect(postal.from?.address).not.toMatch(/@(?:gmail|googlemail|yahoo|aol|outlook|hotmail)\./)
      expect(postal.subject?.trim()).not.toBe('')
      expect(postal.text?.trim()).not.toBe('')
    },
  ],
  [
    'is ASCII in short lines that end with CRLF',
    ({ mail }) => {
      const text = mail.raw.toString('latin1')
      expect(mail.raw.every(byte => byte < 128)).toBe(true)
      expect(/[^\r]\n|\r[^\n]/.test(text)).toBe(false)
      expect(text.split('\r\n').every(line => line.length <= 998)).toBe(true)
    },
  ],
  [
    'lets nobody add a second From, To, Subject or way out',
    sample => {
      for (const fields of signedFields(sample))
        for (const name of ['from', 'to', 'subject', 'list-unsubscribe', 'list-unsubscribe-post'])
          expect(fields.filter(one => one === name).length).toBe(
            sample.fields.filter(field => field.key === name).length + 1,
          )
    },
  ],
  [
    'has one-click unsubscribe in the header, signed, where it is marketing, and else none',
    sample => {
      if (!sample.isMarketing) {
        expect(sample.fields.map(field => field.key)).not.toContain('list-unsubscribe')
        return
      }
      expect(only(sample, 'list-unsubscribe')).toMatch(/^<https?:\/\/[^>\s]+>/)
      expect(only(sample, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
      for (const fields of signedFields(sample))
        expect(fields).toEqual(expect.arrayContaining(['list-unsubscribe', 'list-unsubscribe-post']))
    },
  ],
  [
    'shows a way out in its body where it is marketing',
    ({ isMarketing, postal }) => {
      if (isMarketing) expect(postal.html).toMatch(/href="[^"]*\/(?:u|p)\/[^"]+"/)
    },
  ],
]
for (const [rule, check] of rules) test.skipIf(!hasPython)(`each sample ${rule}`, () => each(check))
