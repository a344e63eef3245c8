/** Short messages over the stand-ins of their providers end in the Inbox of their sandbox. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { silentLog } from '../../lib/log.ts'
import type { Channel } from '../channel.ts'
import { createCustomSmsChannel } from '../sms/custom/custom.ts'
import { createInfobipChannel } from '../sms/infobip/infobip.ts'
import { createSinchChannel } from '../sms/sinch/sinch.ts'
import type { RenderedSms } from '../sms/sms.ts'
import { sampleSms } from '../sms/sms-adapter.contract.ts'
import { createTwilioChannel } from '../sms/twilio/twilio.ts'
import { type HttpSink, startHttpSink } from './http-sink.ts'
import { getInboxMail, listInbox } from './inbox.store.ts'
import { STAND_IN_SMS, standInCustomSms } from './sms-accounts.ts'

let test_: TestDatabase
let sink: HttpSink
const clock = { now: () => new Date(), monotonicMs: () => performance.now() }
const newId = () => uuidv7(Date.now())
beforeAll(async () => {
  test_ = await createTestDatabase()
  sink = await startHttpSink({ db: test_.db, host: '127.0.0.1', port: 0, clock, newId, log: silentLog })
})
afterAll(async () => {
  await sink.close()
  await test_.drop()
})

const endpoint = (sandbox: string): string => `http://127.0.0.1:${sink.port}/sandbox/${sandbox}`
const callbackUrl = 'https://c.test/hook'
const { now } = clock
const PROVIDERS: Readonly<Record<string, (sandbox: string) => Channel<RenderedSms>>> = {
  twilio: sandbox =>
    createTwilioChannel({ ...STAND_IN_SMS.twilio, endpoint: endpoint(sandbox), callbackUrl, now }),
  sinch: sandbox =>
    createSinchChannel({ ...STAND_IN_SMS.sinch, endpoint: endpoint(sandbox), callbackUrl, now }),
  infobip: sandbox =>
    createInfobipChannel({ ...STAND_IN_SMS.infobip, endpoint: endpoint(sandbox), callbackUrl, now }),
  custom_sms: sandbox => createCustomSmsChannel({ ...standInCustomSms(endpoint(sandbox)), callbackUrl, now }),
}

for (const [provider, open] of Object.entries(PROVIDERS)) {
  test(`a message over the stand-in of ${provider} is in the Inbox of its sandbox`, async () => {
    const sandbox = `dev-${provider}`
    const messageId = newId()
    const channel = open(sandbox)
    const sent = sampleSms({ messageId, reference: `${messageId}.1.1` })
    expect(await channel.send(sent)).toMatchObject({ kind: 'accepted' })
    expect(
      await channel.send({ ...sent, media: { url: 'https://c.test/a.jpg', title: 'Bell' } }),
    ).toMatchObject({
      kind: 'accepted',
    })
    await channel.close()
    const { items } = await listInbox(test_.db, { sandbox, limit: 5 })
    expect(items[1]).toMatchObject({
      channel: 'sms',
      messageId,
      recipient: '+31612345678',
      subject: sent.text,
    })
    const shown = await getInboxMail(test_.db, { sandbox, id: items[1]?.id ?? '' })
    expect(shown?.mail).toMatchObject({
      text: sent.text,
      sms: { coding: 'ucs2', segments: 1, messageType: 'sms' },
    })
    const mms = await getInboxMail(test_.db, { sandbox, id: items[0]?.id ?? '' })
    expect(mms?.mail.sms).toMatchObject({ messageType: 'mms', mediaUri: 'https://c.test/a.jpg', segments: 1 })
  })

  test(`the stand-in of ${provider} refuses a number that is none, as its provider does`, async () => {
    const channel = open('dev')
    expect(await channel.send(sampleSms({ to: '+31' }))).toMatchObject({ kind: 'reject' })
    await channel.close()
  })
}

test('a wrong key is refused', async () => {
  const channel = createTwilioChannel({
    ...{ ...STAND_IN_SMS.twilio, authToken: 'wrong', endpoint: endpoint('dev'), now },
  })
  expect(await channel.send(sampleSms())).toMatchObject({ kind: 'retry', code: '401 20003' })
  await channel.close()
})
