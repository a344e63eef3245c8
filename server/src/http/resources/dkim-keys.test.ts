/** DKIM keys from the making to the signature on a mail. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'
import { type DnsStub, startDnsStub } from '../../../test/dns-stub.ts'
import { startTestEngine } from '../../../test/engine.ts'
import { hasPython, readByPython } from '../../../test/python.ts'
import { createDns } from '../../channels/email/dns/resolver.ts'
import type { RenderedEmail } from '../../channels/email/email.ts'
import { createMemoryChannel } from '../../channels/memory.ts'

let api: TestApi
let names: DnsStub
beforeAll(async () => {
  names = await startDnsStub()
  api = await createTestApi(undefined, { dns: createDns([names.address]) })
})
afterAll(async () => {
  await api.close()
  await names.close()
})

const make = (algorithm: 'rsa' | 'ed25519', more: object = {}) =>
  api.api('POST /dkim-keys', { domain: 'example.test', algorithm, ...more })
const publish = (record: { name: string; value: string }): void => {
  names.records = { ...names.records, [record.name]: { txt: [record.value] } }
}

describe('a DKIM key', () => {
  test('is made with the record to publish, and without its private half', async () => {
    const { status, body } = await make('rsa', { domain: 'Mail.Example.TEST', selector: 'one' })
    expect([status, body.status, body.domain]).toEqual([201, 'waiting', 'mail.example.test'])
    expect(body.record).toMatchObject({ type: 'TXT', name: 'one._domainkey.mail.example.test' })
    expect(body.record.value).toMatch(/^v=DKIM1; k=rsa; p=MII[\w+/=]{380,}$/)
    expect(JSON.stringify((await api.api('GET /dkim-keys')).body)).not.toMatch(/private/i)
    const { rows } = await api.test.db.query('select sealed_private_key from dkim_key where id = $1', [
      body.id,
    ])
    expect(rows[0].sealed_private_key).not.toContain('PRIVATE')
  })

  test('is refused with a wrong domain or selector, or one that is taken', async () => {
    expect((await make('rsa', { domain: 'no domain' })).body.errors[0].pointer).toBe('/domain')
    expect((await make('rsa', { selector: 'a.b' })).body.errors[0].pointer).toBe('/selector')
    await make('rsa', { selector: 'taken' })
    expect((await make('ed25519', { selector: 'taken' })).body.code).toBe('name_taken')
  })

  test('signs only once its record is published, or when somebody insists', async () => {
    const { body: key } = await make('ed25519', { domain: 'other.test' })
    const refused = await api.api(`POST /dkim-keys/${key.id}/activate`, {})
    expect([refused.status, refused.body.code]).toEqual([400, 'dkim_unpublished'])
    publish(key.record)
    expect((await api.api(`POST /dkim-keys/${key.id}/check`)).body.verdict).toBe('good')
    expect((await api.api(`POST /dkim-keys/${key.id}/activate`, {})).body.status).toBe('active')
    const { body: next } = await make('ed25519', { domain: 'other.test' })
    expect((await api.api(`POST /dkim-keys/${next.id}/activate`, { force: true })).body.status).toBe('active')
    expect((await api.api(`GET /dkim-keys/${key.id}`)).body.status).toBe('retired')
  })

  test('cannot be removed while it signs', async () => {
    const { body: key } = await make('rsa', { domain: 'third.test' })
    await api.api(`POST /dkim-keys/${key.id}/activate`, { force: true })
    expect((await api.api(`DELETE /dkim-keys/${key.id}`)).body.code).toBe('resource_state')
    expect((await api.api(`POST /dkim-keys/${key.id}/retire`)).body.status).toBe('retired')
    expect((await api.api(`DELETE /dkim-keys/${key.id}`)).status).toBe(204)
    expect((await api.api(`GET /dkim-keys/${key.id}`)).status).toBe(404)
  })

  test('is not there for another sandbox', async () => {
    const { body: key } = await make('rsa')
    expect((await api.api(`GET /dkim-keys/${key.id}`, undefined, { 'x-sandbox-name': 'prod' })).status).toBe(
      404,
    )
  })
})

const openMessages = async (): Promise<number> => {
  const { rows } = await api.test.db.query<{ n: number }>(
    `select count(*)::int as n from delivery where state not in ('sent', 'failed')`,
  )
  return rows[0]?.n ?? -1
}
const sendOne = async (fromAddress: string): Promise<Buffer> => {
  const { body: transports } = await api.api('GET /transports')
  const { body: configuration } = await api.api('POST /channel-configurations', {
    ...{ name: `c-${fromAddress}-${Date.now()}`, transportId: transports.items[0].id },
    ...{ fromName: 'Shop', fromAddress, replyTo: null },
  })
  const { body: campaign } = await api.api('POST /campaigns', {
    ...{ name: 'Signed', channelConfigurationId: configuration.id },
    content: { subject: 'Hi {{context.name}}', html: '<p>Hi   {{context.name}}</p>\n\n', text: null },
  })
  await api.api(`POST /campaigns/${campaign.id}/activate`, {})
  const channel = createMemoryChannel<RenderedEmail>()
  const engine = await startTestEngine(api, () => channel)
  await api.trigger({
    ...{ requestId: fromAddress, campaignId: campaign.id },
    recipients: [{ type: 'aep', userId: 'ada@example.org', namespace: 'email', context: { name: 'Ada' } }],
  })
  engine.wake()
  await expect.poll(openMessages, { timeout: 10_000 }).toBe(0)
  await engine.drain()
  return channel.sent[0]?.raw ?? Buffer.alloc(0)
}

describe.skipIf(!hasPython)('a mail', () => {
  test('is signed by both keys of its domain, also from a domain below it, and verifies', async () => {
    const dns: Record<string, string> = {}
    for (const algorithm of ['rsa', 'ed25519'] as const) {
      const { body: key } = await make(algorithm, { domain: 'signed.test' })
      await api.api(`POST /dkim-keys/${key.id}/activate`, { force: true })
      dns[key.record.name] = key.record.value
    }
    const raws = [await sendOne('shop@signed.test'), await sendOne('shop@news.signed.test')]
    const read = readByPython(raws.map(raw => ({ raw, dns })))
    expect(read.map(one => one.dkim)).toEqual([
      [true, true],
      [true, true],
    ])
    expect(read.map(one => one.defects)).toEqual([[], []])
  })

  test('from a domain without a key has no signature', async () => {
    expect((await sendOne('shop@unsigned.test')).toString()).not.toContain('DKIM-Signature')
    expect((await sendOne('shop@notsigned.test')).toString()).not.toContain('DKIM-Signature')
  })

  test('fails, and can be driven again, when its key was sealed under another secret', async () => {
    const { body: key } = await make('rsa', { domain: 'broken.test' })
    await api.api(`POST /dkim-keys/${key.id}/activate`, { force: true })
    await api.test.db.query(`update dkim_key set sealed_private_key = 'a.b.c' where id = $1`, [key.id])
    expect(await sendOne('shop@broken.test')).toHaveLength(0)
    const { body } = await api.api('GET /dead-letters')
    expect(body.items[0]).toMatchObject({ state: 'failed', reason: 'dispatch_error' })
    const { body: message } = await api.api(`GET /messages/${body.items[0].messageId}`)
    expect(JSON.stringify(message)).toContain('CARILLON_SECRET')
  })
})
