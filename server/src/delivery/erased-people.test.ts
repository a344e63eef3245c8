/** Somebody has the address of a person who was erased: what they get, by dry run, by sending, and why. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { eventually } from '../../test/carillon.ts'
import { startTestEngine } from '../../test/engine.ts'
import { createAudience, createMarketing, dryRunTo, sendTo } from '../../test/marketing.ts'
import { eraseAddress } from '../../test/privacy.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createMemoryChannel, type MemoryChannel } from '../channels/memory.ts'
import { saidYesAgain } from '../consent/erased.store.ts'
import type { Engine } from './engine.ts'

let api: TestApi
let engine: Engine
let channel: MemoryChannel<RenderedEmail>
let n = 0
const email = 'zoe@example.test'
const content = { subject: 's', html: '<p>h</p>', text: null }

const known = async (attributes: object = {}): Promise<string> => {
  const identities = [{ namespace: 'email', value: email }]
  return (await api.api('POST /profiles', { identities, attributes })).body.id
}

beforeEach(async () => {
  api = await createTestApi()
  channel = createMemoryChannel<RenderedEmail>({
    answer: () => ({ kind: 'accepted', code: '250', answer: 'ok' }),
  })
  engine = await startTestEngine(api, () => channel)
  await known()
})
afterEach(async () => {
  await engine.drain()
  await api.close()
})

const eraseAndKnowAgain = async (attributes: object = {}): Promise<string> => {
  await eraseAddress(api, email)
  api.clock.move(5_000)
  return known(attributes)
}
const callOf = (campaignId: string) => ({
  requestId: `r${++n}`,
  campaignId,
  recipients: [{ type: 'aep', userId: email, namespace: 'email' }],
})
const campaign = async (more: object): Promise<string> => {
  const { body } = await api.api('POST /campaigns', { name: 'Receipt', content, ...more })
  expect((await api.api(`POST /campaigns/${body.id}/activate`)).status).toBe(200)
  return body.id
}
const offer = async (more: object = {}): Promise<string> =>
  createMarketing(api, { audienceId: await createAudience(api, []), content, ...more })

/** The reason by dry run, by sending and by `why`, which are one. */
const reasonOf = async (campaignId: string): Promise<string | null> => {
  const dry = await dryRunTo(api, callOf(campaignId))
  const { body } = await sendTo(api, callOf(campaignId))
  const settled = await eventually('the message to settle', async () => {
    engine.wake()
    const [message] = (await api.api(`GET /executions/${body.executionId}`)).body.messages
    return ['sent', 'excluded'].includes(message?.state) && message
  })
  const query = new URLSearchParams({ campaign: campaignId, namespace: 'email', value: email })
  const why = (await api.api(`GET /why?${query}`)).body
  expect([settled.reason, why.messages[0].reason]).toEqual([dry.reason, dry.reason])
  return dry.reason
}

it('gets no marketing, whatever an import or a call says of their consent, until they agree anew', async () => {
  const campaignId = await offer()
  expect(await reasonOf(campaignId)).toBe(null)
  const yes = { consents: { marketing: { email: { val: 'y' } } } }
  const id = await eraseAndKnowAgain(yes)
  expect(await reasonOf(campaignId)).toBe('email_no_consent')
  expect((await dryRunTo(api, callOf(campaignId))).detail).toContain('The address was erased on')
  const choice = { level: 'channel', channel: 'email' }
  await api.api(`PUT /profiles/${id}/consent`, { ...choice, value: 'y', shown: 'Yes, please' })
  expect(await reasonOf(campaignId)).toBe(null)
  await api.api(`PUT /profiles/${id}/consent`, { ...choice, value: 'n' })
  await api.api(`PATCH /profiles/${id}`, { attributes: { consents: null } })
  expect(await reasonOf(campaignId)).toBe('email_no_consent')
})

it('gets marketing about a topic that they subscribed to since, and no other', async () => {
  const topic = { key: 'news', name: { en: 'News', nl: '' }, doubleOptIn: false }
  const topicId = (await api.api('POST /topics', topic)).body.id
  const id = await eraseAndKnowAgain()
  await api.api(`PUT /profiles/${id}/consent`, { level: 'topic', topicId, value: 'y' })
  expect(await reasonOf(await offer({ topicId }))).toBe(null)
  expect(await reasonOf(await offer())).toBe('email_no_consent')
})

it('agreed anew, and was merged since: that counts, by today’s id and the old one', async () => {
  const before = await eraseAndKnowAgain()
  const yes = { level: 'channel', channel: 'email', value: 'y', shown: 'Yes, please' }
  await api.api(`PUT /profiles/${before}/consent`, yes)
  const identities = [{ namespace: 'crm', value: 'zoe-4711' }]
  const today = (await api.api('POST /profiles', { identities, attributes: {} })).body.id
  expect((await api.api(`POST /profiles/${today}/merge`, { from: before })).status).toBe(200)
  expect(await reasonOf(await offer())).toBe(null)
  const ask = { channel: 'email', namespace: 'email', address: email, topicId: null } as const
  const erasedAt = new Date(api.clock.now().getTime() - 5_000)
  const asks = [before, today].map(profileId => ({ ...ask, erasedAt, profileId }))
  expect(await saidYesAgain(api.test.db, asks)).toEqual([true, true])
})

it('agreed before the erasure: that counts no more', async () => {
  const id = await known()
  const identity = { namespace: 'email', value: email }
  await api.api(`PUT /profiles/${id}/consent`, { level: 'identity', channel: 'email', identity, value: 'y' })
  await eraseAndKnowAgain()
  expect(await reasonOf(await offer())).toBe('email_no_consent')
})

it('gets what is transactional', async () => {
  const campaignId = await campaign({ createNewProfiles: true })
  await eraseAndKnowAgain()
  expect(await reasonOf(campaignId)).toBe(null)
})

it('stays suppressed, for every kind of message and in any case of the address', async () => {
  await api.api('POST /suppressions', { type: 'email', value: email })
  const campaignId = await campaign({ createNewProfiles: true })
  await eraseAndKnowAgain()
  expect((await api.api(`GET /suppressions?search=${email}`)).body.items).toEqual([])
  expect(await reasonOf(campaignId)).toBe('email_suppressed')
  const bulk = await campaign({ highThroughput: true })
  const recipients = [
    { type: 'external', userId: 'c-1', namespace: 'crm', channelData: { emailAddress: 'ZOE@example.test' } },
  ]
  const body = { requestId: 'bulk', campaignId: bulk, recipients }
  const route = 'POST /ajo/im/executions/highthroughput?dryRun=true'
  const answer = await api.call(route, { headers: api.ajoHeaders(), body })
  expect(answer.body.recipients[0]).toMatchObject({ outcome: 'excluded', reason: 'email_suppressed' })
})

it('is no one else: other addresses are not kept back', async () => {
  await eraseAddress(api, 'other@example.test')
  expect(await reasonOf(await offer())).toBe(null)
})
