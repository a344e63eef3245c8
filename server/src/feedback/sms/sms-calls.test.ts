/** Calls of SMS providers, from the address to the story of a message, the choice of a person, and an answer. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, createMovedClock, createTestApi, TEST_SECRET, type TestApi } from '../../../test/app.ts'
import { startTestEngine } from '../../../test/engine.ts'
import { transportById } from '../../campaigns/transport.store.ts'
import { type HttpSink, startHttpSink } from '../../channels/sandbox/http-sink.ts'
import { STAND_IN_SMS } from '../../channels/sandbox/sms-accounts.ts'
import { signSinch } from '../../channels/sms/sinch/calls.ts'
import { signTwilio } from '../../channels/sms/twilio/calls.ts'
import type { Engine } from '../../delivery/engine.ts'
import { createTransports, type Transports } from '../../delivery/transports.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { silentLog } from '../../lib/log.ts'
import { smsAnswerTask } from './answer-task.ts'

let api: TestApi
let engine: Engine
let sink: HttpSink
let transports: Transports
let transportId: string
let n = 0
const clock = createMovedClock()
const sinks = { smtp: 0, http: 0, push: { http: 0, http2: 0 } }
const ANSWERS = {
  ...{ opt_in: 'Welcome back', opt_out: 'You get nothing more', double_opt_in: 'Reply YES', help: 'Call us' },
  ...{ custom: '', nearly_opt_out: 'Did you mean STOP?', none: 'We do not read this' },
}

beforeAll(async () => {
  api = await createTestApi(clock, { sinks })
  const newId = () => uuidv7(clock.now().getTime())
  sink = await startHttpSink({ db: api.test.db, host: '127.0.0.1', port: 0, clock, newId, log: silentLog })
  sinks.http = sink.port
  transports = createTransports({ sinks, clock, read: id => transportById(api.test.db, id, TEST_SECRET) })
  engine = await startTestEngine(api, id => transports.channel(id))
  const { body } = await api.api('GET /transports')
  transportId = body.items.find((one: { kind: string }) => one.kind === 'sandbox_twilio').id
})
afterAll(async () => {
  await engine.drain()
  await transports.close()
  await sink.close()
  await api.close()
})

let sender: string
let number: string
beforeEach(() => {
  n += 1
  sender = `+3197010${String(200_000 + n)}`
  number = `+316${String(10_000_000 + n)}`
})

const configure = async (more: object = {}): Promise<string> => {
  const { body } = await api.api('POST /channel-configurations', {
    ...{ channel: 'sms', name: `c${n}`, transportId, sender, answers: ANSWERS, ...more },
  })
  expect(body.errors).toBeUndefined()
  return body.id
}
const content = { text: 'Hello', messageType: 'sms', title: null, mediaUri: null }
const campaign = async (channelConfigurationId: string): Promise<string> => {
  const { body } = await api.api('POST /campaigns', {
    ...{ name: `k${n}`, channel: 'sms', content, channelConfigurationId },
  })
  expect((await api.api(`POST /campaigns/${body.id}/activate`, {})).status).toBe(200)
  return body.id
}
type Sent = { messageId: string; state: string; reason: string | null; profileId: string | null }
const send = async (campaignId: string): Promise<Sent> => {
  const { body } = await api.trigger({
    ...{ requestId: `r${n}-${Math.random()}`, campaignId },
    recipients: [{ type: 'aep', userId: number, namespace: 'phone' }],
  })
  engine.wake()
  const read = async () => (await api.api(`GET /messages?executionId=${body.executionId}`)).body.items[0]
  await expect
    .poll(async () => (await read())?.state, { timeout: 20_000 })
    .toMatch(/^(sent|failed|excluded)$/)
  return read()
}
const addressOf = async (id = transportId): Promise<URL> =>
  new URL((await api.api(`GET /transports/${id}/calls`)).body.url)
const post = (url: URL, body: string, headers: Record<string, string>): Promise<Answer> =>
  api.call(`POST ${url.pathname}${url.search}`, { text: body, headers })
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const twilio = async (form: Record<string, string>, more: { message?: string } = {}): Promise<Answer> => {
  const url = await addressOf()
  if (more.message !== undefined) url.searchParams.set('message', more.message)
  const body = new URLSearchParams(form).toString()
  const signature = signTwilio(url, body, STAND_IN_SMS.twilio.authToken)
  return post(url, body, { ...FORM, 'x-twilio-signature': signature })
}
const write = (text: string, sid = `SM${n}-${text}`): Promise<Answer> =>
  twilio({ MessageSid: sid, SmsStatus: 'received', From: number, To: sender, Body: text })
const inbound = async () =>
  (await api.api(`GET /sms/inbound?number=${encodeURIComponent(number)}`)).body.items
const story = async (id: string) => (await api.api(`GET /messages/${id}`)).body
const choiceOf = async (profileId: string | null): Promise<string | undefined> => {
  const { body } = await api.api(`GET /profiles/${profileId}`)
  return body.attributes.consents?.marketing?.sms?.val
}

describe('a report of a provider', () => {
  test('is in the story of its message, and is refused when it comes again', async () => {
    const { messageId } = await send(await campaign(await configure()))
    const form = { MessageSid: `SM${n}`, MessageStatus: 'delivered' }
    expect((await twilio(form, { message: `${messageId}.1.1` })).status).toBe(204)
    expect(JSON.stringify(await story(messageId))).toContain('Twilio')
    const again = await twilio(form, { message: `${messageId}.1.1` })
    expect([again.status, again.body.code]).toEqual([403, 'webhook_replayed'])
  })

  test('is refused when it is forged: without a signature, with another’s, about another message, elsewhere', async () => {
    const url = await addressOf()
    const body = 'MessageSid=SM1&MessageStatus=delivered'
    const signature = signTwilio(url, body, 'another token')
    const good = signTwilio(url, body, STAND_IN_SMS.twilio.authToken)
    const moved = new URL(`${url.href}&message=01931f6e-0000-7000-8000-000000000001.1.1`)
    for (const answer of [
      await post(url, body, FORM),
      await post(url, body, { ...FORM, 'x-twilio-signature': signature }),
      await post(url, `${body}&x=1`, { ...FORM, 'x-twilio-signature': good }),
      await post(moved, body, { ...FORM, 'x-twilio-signature': good }),
    ])
      expect([answer.status, answer.body.code]).toEqual([401, 'webhook_forged'])
    const nowhere = new URL(`/api/v1/sms/calls/${uuidv7(Date.now())}`, url)
    expect((await post(nowhere, body, FORM)).status).toBe(404)
  })

  test('of Sinch is refused when it is old, and believed for its signature alone', async () => {
    const sinch = { region: 'eu', servicePlanId: 'p', apiToken: 't', webhookSecret: 'hook' }
    const { body: made } = await api.api('POST /transports', { name: `s${n}`, kind: 'sinch', sinch })
    const url = await addressOf(made.id)
    const body = JSON.stringify({ type: 'mo_text', id: `i${n}`, from: number, to: sender, body: 'hi' })
    const signed = (secret: string, at: Date) =>
      signSinch(body, {
        secret,
        nonce: `${n}${at.getTime()}`,
        timestamp: String(Math.floor(at.getTime() / 1_000)),
      })
    const json = { 'content-type': 'application/json' }
    const old = new Date(clock.now().getTime() - 2 * 86_400_000)
    expect((await post(url, body, { ...json, ...signed('hook', old) })).body.code).toBe('webhook_replayed')
    expect((await post(url, body, { ...json, ...signed('other', clock.now()) })).body.code).toBe(
      'webhook_forged',
    )
    expect((await post(url, body, json)).body.code).toBe('webhook_forged')
    expect((await post(url, body, { ...json, ...signed('hook', clock.now()) })).status).toBe(204)
    expect(await inbound()).toEqual([expect.objectContaining({ text: 'hi', kind: 'none' })])
  })

  test('of Infobip is believed for the secret of its address', async () => {
    const infobip = { endpoint: 'https://x.api.infobip.com', apiKey: 'k' }
    const { body: made } = await api.api('POST /transports', { name: `i${n}`, kind: 'infobip', infobip })
    const url = await addressOf(made.id)
    const body = JSON.stringify({
      results: [{ messageId: `m${n}`, from: number.slice(1), to: '1', text: 'stop' }],
    })
    const json = { 'content-type': 'application/json' }
    const without = new URL(url.pathname, url)
    expect((await post(without, body, json)).body.code).toBe('webhook_forged')
    expect((await post(url, body, json)).status).toBe(204)
    expect((await post(url, body, json)).body.code).toBe('webhook_replayed')
    expect(await inbound()).toEqual([expect.objectContaining({ number, kind: 'opt_out' })])
  })
})

describe('a word that somebody writes', () => {
  test('STOP refuses marketing by SMS, with evidence of the message and the very words, and START agrees again', async () => {
    const { messageId } = await send(await campaign(await configure()))
    expect((await write('Stop!')).status).toBe(204)
    const [row] = await inbound()
    expect(row).toMatchObject({ kind: 'opt_out', keyword: 'STOP', messageId, answer: ANSWERS.opt_out })
    expect(await choiceOf(row.profileId)).toBe('n')
    const { body: evidence } = await api.api(`GET /consent-events?profileId=${row.profileId}`)
    expect(JSON.stringify(evidence)).toContain('Stop!')
    await write('start')
    expect(await choiceOf(row.profileId)).toBe('y')
  })

  test('is taken once, however often the provider brings it', async () => {
    await send(await campaign(await configure()))
    expect((await write('STOP', 'SM-same')).status).toBe(204)
    await write('START')
    // Another call with the same message, as a provider makes it that saw no answer.
    const url = await addressOf()
    const body = new URLSearchParams({
      ...{ MessageSid: 'SM-same', SmsStatus: 'received', From: number, To: sender, Body: 'STOP', Again: '1' },
    }).toString()
    const signature = signTwilio(url, body, STAND_IN_SMS.twilio.authToken)
    expect((await post(url, body, { ...FORM, 'x-twilio-signature': signature })).status).toBe(204)
    expect((await inbound()).map((one: { kind: string }) => one.kind)).toEqual(['opt_in', 'opt_out'])
    expect(await choiceOf((await inbound())[0].profileId)).toBe('y')
  })

  test('that only looks like one changes nothing, and is asked about', async () => {
    await send(await campaign(await configure()))
    await write('stpo')
    const [row] = await inbound()
    expect(row).toMatchObject({ kind: 'nearly_opt_out', answer: ANSWERS.nearly_opt_out })
    expect(await choiceOf(row.profileId)).toBeUndefined()
  })

  test('of the first step of a double opt-in waits for the second', async () => {
    const keywords = {
      opt_in: ['YES'],
      opt_out: ['STOP'],
      double_opt_in: ['JOIN'],
      help: [],
      custom: ['MENU'],
    }
    await send(await campaign(await configure({ keywords })))
    await write('join')
    const [row] = await inbound()
    expect([row.kind, await choiceOf(row.profileId)]).toEqual(['double_opt_in', 'p'])
    await write('yes')
    expect(await choiceOf(row.profileId)).toBe('y')
    await write('menu')
    expect((await inbound())[0]).toMatchObject({ kind: 'custom', keyword: 'MENU', answerState: 'none' })
  })

  test('ends a sender, for codes too, where the configuration says so; another sender goes on', async () => {
    const id = await campaign(await configure({ optOutLevel: 'sender' }))
    await send(id)
    await write('STOP')
    expect(await send(id)).toMatchObject({ state: 'excluded', reason: 'sms_sender_opted_out' })
    const [row] = await inbound()
    expect(await choiceOf(row.profileId)).toBeUndefined()
    const other = await api.api('POST /channel-configurations', {
      ...{ channel: 'sms', name: `o${n}`, transportId, sender: '12345' },
    })
    expect((await send(await campaign(other.body.id))).state).toBe('sent')
    await write('START')
    expect((await send(id)).state).toBe('sent')
  })

  test('is answered from the same sender, once', async () => {
    await send(await campaign(await configure()))
    await write('HELP')
    const task = smsAnswerTask({
      ...{ pool: api.test.db, clock, transports },
    })
    while (await task.advance());
    const { body } = await api.api('GET /inbox?limit=50')
    const mine = body.items.filter((one: { recipient: string }) => one.recipient === number)
    expect(mine.map((one: { subject: string }) => one.subject)).toEqual(['Call us', 'Hello'])
    expect(mine[0].sender).toBe(sender)
    expect((await inbound())[0].answerState).toBe('sent')
  })
})
