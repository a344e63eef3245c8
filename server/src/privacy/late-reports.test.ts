/** Reports of what became of mail to a person who is erased: before the erasure, and after it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { createHandWorker, SENT } from '../../test/hand-worker.ts'
import { eraseAddress, placesOf } from '../../test/privacy.ts'
import { type FeedbackNote, recordFeedback } from '../feedback/record.ts'
import { uuidv7 } from '../lib/ids.ts'

const EMAIL = 'lin@example.test'
let api: TestApi
let messageId = ''

beforeAll(async () => {
  api = await createTestApi()
  const content = { subject: 's', html: '<p>h</p>', text: null }
  const { body } = await api.api('POST /campaigns', { name: 'Receipt', content, createNewProfiles: true })
  await api.api(`POST /campaigns/${body.id}/activate`)
  const recipients = [{ type: 'aep', userId: EMAIL, namespace: 'email' }]
  const call = await api.trigger({ requestId: 'r', campaignId: body.id, recipients })
  expect(call.status).toBe(202)
  await (await createHandWorker(api.test.db, { name: 'hand/', now: api.clock.now })).work(() => SENT)
  messageId = (await api.test.db.query('select id from message')).rows[0].id
})
afterAll(() => api.close())

const report = (kind: FeedbackNote['kind'], code: FeedbackNote['code']): Promise<string> =>
  recordFeedback(
    { pool: api.test.db, newId: () => uuidv7(api.clock.now().getTime()), now: api.clock.now(), shard: 1 },
    {
      ...{ messageId, of: { generation: 1, attempt: 1 }, kind, at: null, source: 'smtp', code },
      ...{ answer: `550 <${EMAIL}> is unknown`, remote: `mx.${EMAIL}`, addresses: [EMAIL] },
    },
  )

test('what was reported of an erased person is anonymous, and of what is reported later no words are kept', async () => {
  expect(await report('delay', 22)).toBe('new')
  expect(await placesOf(api.test.db, EMAIL)).toContain('feedback_event.answer')
  await eraseAddress(api, EMAIL)
  expect(await placesOf(api.test.db, EMAIL)).toEqual([])
  expect(await report('bounce', 10)).toBe('new')
  expect(await placesOf(api.test.db, EMAIL)).toEqual([])
  const { rows } = await api.test.db.query(
    'select kind, code, answer, remote from feedback_event order by code',
  )
  expect(rows).toEqual([
    { kind: 'bounce', code: 10, answer: '', remote: '' },
    { kind: 'delay', code: 22, answer: '', remote: '' },
  ])
  expect((await api.test.db.query('select from suppression')).rowCount).toBe(0)
})
