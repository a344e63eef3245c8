/** Mail over the stand-ins of the mail APIs ends in the Inbox as over SMTP. */
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { silentLog } from '../../lib/log.ts'
import type { Channel } from '../channel.ts'
import type { RenderedEmail } from '../email/email.ts'
import { buildMime, type EmailParts } from '../email/mime.ts'
import { createSendgridChannel } from '../email/sendgrid/sendgrid.ts'
import { createSesChannel } from '../email/ses/ses.ts'
import { type HttpSink, STAND_IN_SENDGRID_KEY, STAND_IN_SES, startHttpSink } from './http-sink.ts'
import { getInboxMail, listInbox } from './inbox.store.ts'

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

const mailOf = (subject: string): RenderedEmail => {
  const parts: EmailParts = {
    messageId: newId(),
    domainForMessageId: 'example.com',
    date: new Date(),
    fromName: 'Zoë',
    fromAddress: 'news@example.com',
    to: { address: 'ada@example.org' },
    subject,
    html: '<p>Héllo</p>',
    text: '.dot\n',
    headers: { 'X-Carillon-Sandbox': 'dev' },
  }
  const envelope = { from: 'news@example.com', to: 'ada@example.org' }
  return { messageId: parts.messageId, envelope, raw: buildMime(parts), parts }
}

const endpoint = (): string => `http://127.0.0.1:${sink.port}`
const channels: readonly (readonly [string, () => Channel<RenderedEmail>])[] = [
  ['SES', () => createSesChannel({ ...STAND_IN_SES, endpoint: endpoint(), now: clock.now })],
  [
    'SendGrid',
    () =>
      createSendgridChannel({
        ...{ apiKey: STAND_IN_SENDGRID_KEY, region: 'global', endpoint: endpoint(), now: clock.now },
      }),
  ],
]
for (const [name, open] of channels)
  test(`a mail over the stand-in of ${name} is in the Inbox`, async () => {
    const sent = mailOf(`By ${name}`)
    const channel = open()
    expect(await channel.send(sent)).toMatchObject({ kind: 'accepted' })
    await channel.close()
    const { items } = await listInbox(test_.db, { sandbox: 'dev', limit: 1 })
    expect(items[0]).toMatchObject({
      subject: `By ${name}`,
      recipient: 'ada@example.org',
      messageId: sent.messageId,
    })
    const entry = await getInboxMail(test_.db, { sandbox: 'dev', id: items[0]?.id ?? '' })
    const read = await PostalMime.parse(entry?.raw ?? Buffer.alloc(0))
    expect([read.from?.name, read.html?.trim(), read.text?.trim()]).toEqual(['Zoë', '<p>Héllo</p>', '.dot'])
  })

test('a wrong signature or key is refused, as the providers do', async () => {
  const wrong = { ...STAND_IN_SES, secretAccessKey: 'another', endpoint: endpoint(), now: clock.now }
  const ses = createSesChannel(wrong)
  expect(await ses.send(mailOf('x'))).toMatchObject({ kind: 'retry', code: '403 SignatureDoesNotMatch' })
  const sendgrid = createSendgridChannel({
    apiKey: 'x',
    region: 'global',
    endpoint: endpoint(),
    now: clock.now,
  })
  expect(await sendgrid.send(mailOf('x'))).toMatchObject({ kind: 'retry', code: '401' })
  await Promise.all([ses.close(), sendgrid.close()])
})
