/** What follows from what people write: refusals of people and of numbers, whose sender is meant, and the answers. */
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'
import { createAudience } from '../../../test/marketing.ts'
import type { SendOutcome } from '../../channels/channel.ts'
import { createMemoryChannel, type MemoryChannel } from '../../channels/memory.ts'
import type { RenderedMessage } from '../../channels/rendered.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { smsAnswerTask } from './answer-task.ts'

let api: TestApi
let sandboxId: string
let transportId: string
let n = 0
const newId = () => uuidv7(api.clock.now().getTime())

const MAP = {
  report: null,
  inbound: { idPath: 'id', fromPath: 'from', toPath: 'to', textPath: 'text', timePath: 'at' },
}
const CUSTOM = {
  ...{ method: 'POST', url: 'https://c.test/', contentType: 'application/json', headers: [] },
  ...{ payload: '{"to":"{{toNumber}}","text":"{{message}}"}', auth: { kind: 'none' } },
  ...{ idPath: '', errorPath: '', ...MAP, signatureHeader: 'x-sign', signatureSecret: 'key' },
}
const ANSWERS = {
  ...{ opt_in: 'Welcome back', opt_out: 'You get nothing more', double_opt_in: 'Reply YES', help: 'Call us' },
  ...{ custom: '', nearly_opt_out: 'Did you mean STOP?', none: 'We do not read this' },
}
const KEYWORDS = { opt_in: ['YES'], opt_out: ['STOP'], double_opt_in: ['JOIN'], help: [], custom: [] }

const makeTransport = async (): Promise<string> => {
  n += 1
  const { status, body } = await api.api('POST /transports', {
    ...{ name: `own ${n}`, kind: 'custom_sms', custom_sms: CUSTOM },
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.id
}

let sender: string
let number: string
beforeAll(async () => {
  api = await createTestApi()
  const { rows } = await api.test.db.query<{ id: string }>(`select id from sandbox where name = 'dev'`)
  sandboxId = rows[0]?.id ?? ''
})
afterAll(() => api.close())
beforeEach(async () => {
  transportId = await makeTransport()
  sender = `+3197010${String(200_000 + n)}`
  number = `+316${String(10_000_000 + n)}`
})

const configure = async (more: object = {}): Promise<string> => {
  n += 1
  const { status, body } = await api.api('POST /channel-configurations', {
    ...{ channel: 'sms', name: `c${n}`, transportId, sender, answers: ANSWERS, ...more },
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.id
}
const content = { text: 'Offer. Reply STOP to opt out.', messageType: 'sms', title: null, mediaUri: null }
const marketing = async (channelConfigurationId: string): Promise<string> => {
  const audienceId = await createAudience(api, [])
  const { body } = await api.api('POST /campaigns', {
    ...{ name: `k${n}`, category: 'marketing', channel: 'sms', content, channelConfigurationId, audienceId },
  })
  const { status, body: live } = await api.api(`POST /campaigns/${body.id}/activate`, {})
  expect(status, JSON.stringify(live)).toBe(200)
  return body.id
}
const person = async (attributes: object = {}, phone = true): Promise<string> => {
  n += 1
  const identities = [
    { namespace: 'crm', value: `p${n}` },
    ...(phone ? [{ namespace: 'phone', value: number }] : []),
  ]
  const { status, body } = await api.api('POST /profiles', { identities, attributes })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.id
}
const fateOf = async (campaignId: string, namespace = 'phone', value = number) =>
  (await api.api(`POST /campaigns/${campaignId}/check`, { namespace, value })).body
const contact = async (profileId: string | null, to = number) =>
  api.test.db.query(
    `insert into sms_contact (sandbox_id, number, profile_id, message_id, campaign_id, at)
     values ($1, $2, $3, $4, $5, $6)`,
    [sandboxId, to, profileId, newId(), newId(), api.clock.now()],
  )
const call = async (members: object, via = transportId) => {
  const url = new URL((await api.api(`GET /transports/${via}/calls`)).body.url)
  const text = JSON.stringify(members)
  const sign = createHmac('sha256', 'key').update(text).digest('hex')
  return api.call(`POST ${url.pathname}${url.search}`, {
    ...{ text, headers: { 'content-type': 'application/json', 'x-sign': sign } },
  })
}
const write = async (text: string, more: object = {}, via = transportId): Promise<void> => {
  const members = { id: `m${++n}`, from: number, to: sender, text, ...more }
  expect((await call(members, via)).status).toBe(204)
}
const inbound = async (of = number) =>
  (await api.api(`GET /sms/inbound?number=${encodeURIComponent(of)}`)).body.items
const choiceOf = async (profileId: string): Promise<string | undefined> =>
  (await api.api(`GET /profiles/${profileId}`)).body.attributes.consents?.marketing?.sms?.val
const choose = (profileId: string, choice: string) =>
  api.api(`PUT /profiles/${profileId}/consent`, { level: 'channel', channel: 'sms', value: choice })

const minutesAgo = (minutes: number): string =>
  new Date(api.clock.now().getTime() - minutes * 60_000).toISOString()

describe('a refusal of a number', () => {
  test('counts where no profile has the number yet, and ends with a word to come back', async () => {
    const campaign = await marketing(await configure())
    await write('STOP')
    expect((await inbound())[0]).toMatchObject({ profileId: null, kind: 'opt_out' })
    await person()
    expect(await fateOf(campaign)).toMatchObject({ outcome: 'excluded', reason: 'sms_no_consent' })
    await write('START')
    expect(await fateOf(campaign)).toMatchObject({ outcome: 'send' })
  })

  test('concerns everybody who has the number, and nobody else', async () => {
    const campaign = await marketing(await configure())
    const last = await person({ mobilePhone: { number } }, false)
    await person({ mobilePhone: { number } }, false)
    const other = `p${n}`
    await contact(last)
    await write('STOP')
    expect(await choiceOf(last)).toBe('n')
    expect(await fateOf(campaign, 'crm', other)).toMatchObject({ reason: 'sms_no_consent' })
    await person({ mobilePhone: { number: '+31698765432' } }, false)
    expect(await fateOf(campaign, 'crm', `p${n}`)).toMatchObject({ outcome: 'send' })
  })

  test('ends for a person who says yes later by another way, with evidence', async () => {
    const campaign = await marketing(await configure())
    const id = await person()
    await write('STOP')
    api.clock.move(1_000)
    const chosen = await choose(id, 'y')
    expect(chosen.status, JSON.stringify(chosen.body)).toBe(200)
    expect(await fateOf(campaign)).toMatchObject({ outcome: 'send' })
  })

  test('is not lifted by the first of two words, only by the second', async () => {
    await configure({ keywords: KEYWORDS })
    const id = await person()
    await write('STOP')
    await write('join')
    expect([(await inbound())[0].kind, await choiceOf(id)]).toEqual(['double_opt_in', 'n'])
    await write('yes')
    expect(await choiceOf(id)).toBe('y')
  })

  test('is not lifted by an older word that comes after it', async () => {
    await configure()
    const id = await person()
    await write('STOP', { at: minutesAgo(1) })
    await write('START', { at: minutesAgo(2) })
    expect(await choiceOf(id)).toBe('n')
    expect((await inbound())[0]).toMatchObject({ kind: 'opt_in', answer: '', answerState: 'none' })
    await write('START', { at: minutesAgo(0) })
    expect(await choiceOf(id)).toBe('y')
  })

  const optedOutOf = async (one: string): Promise<boolean> =>
    (await api.test.db.query('select from sms_opt_out where sender = $1 and number = $2', [one, number]))
      .rowCount === 1

  test('is not lifted by an older word to another sender that comes after it', async () => {
    const campaign = await marketing(await configure())
    await configure({ sender: 'Second' })
    const id = await person()
    await write('STOP', { to: 'Second', at: minutesAgo(5) })
    await write('START', { at: minutesAgo(10) })
    expect((await inbound())[0]).toMatchObject({ sender, kind: 'opt_in', answerState: 'none' })
    expect(await choiceOf(id)).toBe('n')
    const { rowCount } = await api.test.db.query('select from sms_refusal where number = $1', [number])
    expect(rowCount).toBe(1)
    await write('START', { at: minutesAgo(5) })
    expect([await choiceOf(id), (await fateOf(campaign)).outcome]).toEqual(['y', 'send'])
  })

  test('is not lifted by an older word that lets one sender go on, which it does', async () => {
    const ofSender = await configure({ optOutLevel: 'sender', keywords: KEYWORDS })
    await configure({ sender: 'Second' })
    const id = await person()
    await write('STOP', { at: minutesAgo(15) })
    expect(await optedOutOf(sender)).toBe(true)
    await write('STOP', { to: 'Second', at: minutesAgo(5) })
    await write('YES', { at: minutesAgo(10) })
    expect([await optedOutOf(sender), await choiceOf(id)]).toEqual([false, 'n'])
    expect((await inbound())[0]).toMatchObject({ sender, answer: ANSWERS.opt_in })
    expect(await fateOf(await marketing(ofSender))).toMatchObject({ reason: 'sms_no_consent' })
    await write('JOIN', { at: minutesAgo(10) })
    expect((await inbound())[0]).toMatchObject({ kind: 'double_opt_in', answer: '' })
  })

  test('of one sender keeps no older word to another one from counting', async () => {
    await configure()
    await configure({ sender: 'Second', optOutLevel: 'sender' })
    const id = await person()
    await write('STOP', { to: 'Second', at: minutesAgo(5) })
    await write('START', { at: minutesAgo(10) })
    expect([await choiceOf(id), await optedOutOf('Second')]).toEqual(['y', true])
  })

  test('of a sender ends with START, also where the configuration has only opt-outs of the channel since', async () => {
    const id = await configure({ optOutLevel: 'sender' })
    const campaign = await marketing(id)
    await person()
    await write('STOP')
    expect(await fateOf(campaign)).toMatchObject({ reason: 'sms_sender_opted_out' })
    const { body } = await api.api(`GET /channel-configurations/${id}`)
    const { id: _id, status: _status, lastChecks: _checks, ...rest } = body
    const put = await api.api(`PUT /channel-configurations/${id}`, { ...rest, optOutLevel: 'channel' })
    expect(put.status, JSON.stringify(put.body)).toBe(200)
    await write('START')
    expect(await fateOf(campaign)).toMatchObject({ outcome: 'send' })
  })

  test('of a sender keeps a test of its configuration back too', async () => {
    const id = await configure({ optOutLevel: 'sender' })
    await write('STOP')
    const tested = await api.api(`POST /channel-configurations/${id}/test`, { phoneNumber: number })
    expect([tested.status, tested.body.code]).toEqual([400, 'resource_state'])
  })
})

describe('whose sender a message is for', () => {
  test('is found among the configurations of every transport of a group', async () => {
    const second = await makeTransport()
    const group = await api.api('POST /transport-groups', {
      ...{ name: `g${n}`, transportIds: [transportId, second] },
    })
    expect(group.status, JSON.stringify(group.body)).toBe(201)
    await configure({ transportGroupId: group.body.id, optOutLevel: 'sender' })
    await write('STOP', {}, second)
    expect((await inbound())[0]).toMatchObject({ sender, answer: ANSWERS.opt_out })
  })

  test('is nobody’s where the number is none of several, and the only one where nothing is said', async () => {
    await configure({ optOutLevel: 'sender' })
    await write('HELP', { to: '' })
    expect((await inbound())[0]).toMatchObject({ sender, answer: ANSWERS.help })
    await configure({ sender: '12345' })
    await write('HELP', { to: '99999' })
    expect((await inbound())[0]).toMatchObject({ sender: '99999', answer: '' })
  })

  test('is none of a draft or of a configuration out of use', async () => {
    const old = await configure({ answers: { ...ANSWERS, help: 'The old one' } })
    expect((await api.api(`POST /channel-configurations/${old}/deactivate`)).status).toBe(200)
    await configure({ status: 'draft', answers: { ...ANSWERS, help: 'A draft' } })
    await configure()
    await write('HELP')
    expect((await inbound())[0]).toMatchObject({ answer: ANSWERS.help })
  })

  test('reads a national number by the country of its configuration', async () => {
    await configure({ country: 'US' })
    await write('hi', { from: '2025550123' })
    expect(await inbound('+12025550123')).toHaveLength(1)
  })

  test('reads a number without its plus sign where something went there', async () => {
    await configure()
    await contact(null)
    await write('hi', { from: number.slice(1) })
    expect(await inbound()).toHaveLength(1)
  })

  test('is stored as it was understood, however it was typed', async () => {
    const id = await configure({ sender: `${sender.slice(0, 3)} ${sender.slice(3, 8)} ${sender.slice(8)}` })
    expect((await api.api(`GET /channel-configurations/${id}`)).body.sender).toBe(sender)
  })
})

describe('a message of a provider', () => {
  test('without an id is told apart by its call', async () => {
    await configure()
    const id = await person()
    await write('STOP', { id: undefined, at: api.clock.now().toISOString() })
    expect(await choiceOf(id)).toBe('n')
  })

  test('with characters that cannot be kept, or a very long id, is kept without them', async () => {
    await configure()
    await write('a\0b', { id: `x\0${n}`, to: `${sender}\0`, from: `${number}\0` })
    await write('c', { id: 'i'.repeat(5_000) })
    await write('d', { at: '-200000-01-01T00:00:00Z' })
    expect((await inbound()).map((one: { text: string }) => one.text)).toEqual(['d', 'c', 'ab'])
  })
})

describe('an answer', () => {
  let channel: MemoryChannel<RenderedMessage>
  let outcome: SendOutcome
  const asked: string[] = []
  beforeEach(async () => {
    await api.test.db.query(`update sms_inbound set answer_state = 'none' where answer_state = 'waiting'`)
    outcome = { kind: 'accepted', code: '201', answer: 'SM1' }
    asked.length = 0
    channel = createMemoryChannel<RenderedMessage>({ answer: () => outcome })
  })
  const advance = async (): Promise<void> => {
    const transports = {
      channel: (id: string) => {
        asked.push(id)
        return channel
      },
    }
    const task = smsAnswerTask({ pool: api.test.db, clock: api.clock, transports })
    while (await task.advance());
  }
  const stateOf = async (): Promise<readonly string[]> => {
    const [row] = await inbound()
    return [row.answerState, row.answerSaid]
  }

  test('goes from the sender that was written to, over its transport', async () => {
    await configure()
    await write('HELP')
    await advance()
    expect(channel.sent).toMatchObject([{ to: number, from: sender, text: ANSWERS.help }])
    expect([asked, await stateOf()]).toEqual([[transportId], ['sent', 'SM1']])
  })

  test('that is refused for now waits as long as the provider asks, and goes then', async () => {
    await configure()
    await write('STOP')
    outcome = { kind: 'throttle', code: '429', answer: 'slow down', scope: 'transport', retryAfterMs: 60_000 }
    await advance()
    expect(await stateOf()).toEqual(['waiting', '429 slow down'])
    outcome = { kind: 'accepted', code: '201', answer: 'SM2' }
    api.clock.move(30_000)
    await advance()
    expect(channel.sent).toHaveLength(1)
    api.clock.move(31_000)
    await advance()
    expect([channel.sent.length, await stateOf()]).toEqual([2, ['sent', 'SM2']])
  })

  test('that is refused again and again is failed in the end, one that nobody can tell of at once', async () => {
    await configure()
    await write('HELP')
    outcome = { kind: 'retry', code: '503', answer: 'later' }
    for (let times = 0; times < 20; times += 1) {
      await advance()
      api.clock.move(3_600_000)
    }
    expect([channel.sent.length, await stateOf()]).toEqual([6, ['failed', '503 later']])
    await write('HELP')
    outcome = { kind: 'unknown', code: '504', answer: 'gateway' }
    await advance()
    expect(await stateOf()).toEqual(['failed', '504 gateway'])
  })

  test('waits while its sandbox is stopped', async () => {
    await configure()
    await write('HELP')
    const { status, body: hold } = await api.api('POST /stop')
    expect(status, JSON.stringify(hold)).toBe(201)
    await advance()
    expect(channel.sent).toHaveLength(0)
    await api.api(`POST /holds/${hold.id}/lift`, { decision: 'release' })
    await advance()
    expect(channel.sent).toHaveLength(1)
  })

  test('is given five times an hour to a number at most', async () => {
    await configure()
    for (let times = 0; times < 7; times += 1) {
      await write(`hello ${times}`)
      await advance()
    }
    expect(channel.sent).toHaveLength(5)
    expect(await stateOf()).toEqual(['failed', 'The number had 5 answers in an hour'])
    api.clock.move(3_600_001)
    await write('hello again')
    await advance()
    expect(channel.sent).toHaveLength(6)
  })

  test('that a process took and never ended is told as failed, and never sent again', async () => {
    await configure()
    await write('HELP')
    await api.test.db.query(
      `update sms_inbound set answer_state = 'sending', answer_at = $1 where answer_state = 'waiting'`,
      [api.clock.now()],
    )
    await advance()
    expect((await stateOf())[0]).toBe('sending')
    api.clock.move(301_000)
    await advance()
    expect([channel.sent.length, (await stateOf())[0]]).toEqual([0, 'failed'])
  })
})
