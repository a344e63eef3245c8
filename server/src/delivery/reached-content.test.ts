/** What a send reaches beside the call: fragments, lookup tables, keys and metadata, on a real database. */
import { createDecipheriv } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { eventually } from '../../test/carillon.ts'
import { startTestEngine } from '../../test/engine.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createMemoryChannel, type MemoryChannel } from '../channels/memory.ts'
import type { Engine } from './engine.ts'

let api: TestApi
let engine: Engine
let channel: MemoryChannel<RenderedEmail>
let n = 0

const start = (): Promise<Engine> => startTestEngine(api, () => channel)

const ok = async (route: string, body?: object): Promise<{ id: string; material: string }> => {
  const answer = await api.api(route, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

const publish = async (name: string, source: string): Promise<string> => {
  const { id } = await ok('POST /fragments', { name, source })
  await ok(`POST /fragments/${id}/publish`)
  return id
}

const republish = async (id: string, source: string): Promise<void> => {
  await ok(`PATCH /fragments/${id}`, { source })
  await ok(`POST /fragments/${id}/publish`)
}

const createTable = async (name: string, rows: readonly object[]): Promise<void> => {
  const { id } = await ok('POST /lookup-tables', { name })
  await ok(`PUT /lookup-tables/${id}/rows`, { rows })
}

const createCampaign = async (text: string): Promise<string> => {
  const { id } = await ok('POST /campaigns', { name: 'Reach', content: { subject: 's', html: '', text } })
  await ok(`POST /campaigns/${id}/activate`)
  return id
}

const bodyOf = (campaignId: string, context: object): object => ({
  requestId: `r${++n}`,
  campaignId,
  recipients: [{ type: 'external', userId: `p${n}@example.test`, namespace: 'email', context }],
})

interface Settled {
  readonly state: string
  readonly reason: string | null
  readonly messageId: string
}

const send = async (campaignId: string, context: object = {}): Promise<Settled> => {
  const { body } = await api.trigger(bodyOf(campaignId, context))
  return eventually('the message', async () => {
    engine.wake()
    const found: Settled = (await api.api(`GET /executions/${body.executionId}`)).body.messages[0]
    return ['sent', 'excluded', 'failed'].includes(found.state) && found
  })
}

const lastText = (): string => {
  const raw = Buffer.from(channel.sent.at(-1)?.raw ?? '').toString('utf8')
  return raw.slice(raw.indexOf('\r\n\r\n')).trim()
}

const dryRun = async (
  campaignId: string,
  context: object = {},
): Promise<{ outcome: string; reason: string | null }> =>
  (await api.trigger(bodyOf(campaignId, context), { query: '?dryRun=true' })).body.recipients[0]

beforeEach(async () => {
  api = await createTestApi()
  channel = createMemoryChannel<RenderedEmail>()
  engine = await start()
})
afterEach(async () => {
  await engine.drain()
  await api.close()
})

describe('a send', () => {
  it('prints fragments as they are published now, within two seconds of a publication', async () => {
    await publish('Inner', 'inner')
    const id = await publish('Footer', 'one {{fragment id="inner"}}')
    const campaign = await createCampaign('{{fragment id="ajo:footer/1"}}')
    await send(campaign)
    expect(lastText()).toContain('one inner')
    await republish(id, 'two')
    api.clock.move(2_001)
    await send(campaign)
    expect(lastText()).toContain('two')
  })

  it('finds a fragment by data, and fails with a reason where none is published', async () => {
    await publish('Dag', 'Dag {{context.name}}')
    const campaign = await createCampaign('{{fragment id=context.f}}')
    expect(await send(campaign, { f: 'dag', name: 'Ada' })).toMatchObject({ state: 'sent' })
    expect(lastText()).toContain('Dag Ada')
    expect(await send(campaign, { f: 'nope' })).toMatchObject({ state: 'failed', reason: 'render_error' })
    expect(await dryRun(campaign, { f: 'nope' })).toMatchObject({ outcome: 'failed', reason: 'render_error' })
  })

  it('reads lookup tables, and leaves out a person without a required row', async () => {
    await createTable('stores', [{ key: '7', row: { city: 'Utrecht' } }])
    const campaign = await createCampaign(
      '{{datasetLookup datasetId="stores" id=context.store result="s" required=true}}In {{s.city}}',
    )
    expect(await send(campaign, { store: '7' })).toMatchObject({ state: 'sent' })
    expect(lastText()).toContain('In Utrecht')
    const expected = { reason: 'lookup_missing' }
    expect(await send(campaign, { store: '8' })).toMatchObject({ state: 'excluded', ...expected })
    expect(await dryRun(campaign, { store: '8' })).toMatchObject({ outcome: 'excluded', ...expected })
  })

  it('encrypts for whoever has the material, until the key is revoked', async () => {
    const { id, material } = await ok('POST /encryption-keys', { name: 'partner' })
    const campaign = await createCampaign('{{encrypt context.secret keyName="partner" result="e"}}{{e}}')
    await send(campaign, { secret: 'Ada & Co' })
    const [text = ''] = /partner\.[\w.-]+/.exec(lastText().replaceAll('=\r\n', '')) ?? []
    const [name, version, nonce, tag, cipher] = text.split('.')
    expect([name, version]).toEqual(['partner', '1'])
    const bytes = (part = ''): Buffer => Buffer.from(part, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', bytes(material), bytes(nonce))
    decipher.setAuthTag(bytes(tag))
    expect(decipher.update(bytes(cipher), undefined, 'utf8') + decipher.final('utf8')).toBe('Ada & Co')
    await ok(`POST /encryption-keys/${id}/revoke`)
    api.clock.move(1_001)
    expect(await send(campaign, { secret: 'x' })).toMatchObject({ state: 'failed', reason: 'render_error' })
  })

  it('stores the pairs of executionMetadata with the attempt', async () => {
    const campaign = await createCampaign('{{executionMetadata key="tier" value=context.tier}}Hi')
    const { messageId } = await send(campaign, { tier: 'gold' })
    const { body } = await api.api(`GET /messages/${messageId}`)
    expect(body.attempts).toMatchObject([{ outcome: 'accepted', metadata: { tier: 'gold' } }])
  })
})

describe('a campaign', () => {
  it('cannot go live with a fragment that was never published, or is not there', async () => {
    await ok('POST /fragments', { name: 'Only a draft', source: 'x' })
    const content = { subject: 's', html: '', text: '{{fragment id="only-a-draft"}}{{fragment id="nope"}}' }
    const { id } = await ok('POST /campaigns', { name: 'C', content })
    const { body } = await api.api(`POST /campaigns/${id}/validate`)
    expect(
      body.findings.map(({ code, pointer }: { code: string; pointer: string }) => [code, pointer]),
    ).toEqual([
      ['fragment_unknown', '/content/text'],
      ['fragment_not_live', '/content'],
    ])
    expect((await api.api(`POST /campaigns/${id}/activate`)).body.code).toBe('campaign_invalid')
    const preview = await api.api(`POST /campaigns/${id}/preview`, {
      profile: {},
      context: {},
      content: { ...content, text: '{{fragment id="only-a-draft"}}' },
    })
    expect(preview.body.text).toBe('x')
  })

  it('is refused for a path that its context schema does not have, with what was probably meant', async () => {
    const contextSchema = {
      type: 'object',
      properties: { order: { type: 'object', properties: { total: { type: 'number' } } } },
    }
    const content = { subject: 's', html: '', text: '{{context.order.totl}}' }
    const { id } = await ok('POST /campaigns', { name: 'C', content, contextSchema })
    const { body } = await api.api(`POST /campaigns/${id}/validate`)
    expect(body).toMatchObject({
      valid: false,
      findings: [{ code: 'path_unknown', pointer: '/content/text' }],
    })
    expect(body.findings[0].message).toContain('"total"')
  })
})
