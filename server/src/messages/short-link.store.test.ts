/** Links of short messages, as they are kept. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { createHandWorker } from '../../test/hand-worker.ts'
import { followShortLink, saveShortLinks, shortLinksMade } from './short-link.store.ts'

let api: TestApi
let [first, second] = ['', '']

beforeAll(async () => {
  api = await createTestApi()
  const worker = await createHandWorker(api.test.db, { name: 'hand/', now: api.clock.now })
  const content = { subject: 'x', html: '<p>h</p>', text: null }
  const campaignId = (await api.api('POST /campaigns', { name: 'Receipt', content })).body.id
  await api.api(`POST /campaigns/${campaignId}/activate`)
  const recipients = ['a', 'b'].map(userId => ({
    ...{ type: 'aep', namespace: 'email', userId: `${userId}@example.test` },
  }))
  await api.trigger({ requestId: 'both', campaignId, recipients })
  const ids = (await worker.claim()).map(one => one.messageId)
  first = ids[0] ?? ''
  second = ids[1] ?? ''
})
afterAll(() => api.close())

const link = { code: 'abcdeABCDE', url: 'https://shop.test/a', linkId: 7n }
const day = (n: number) => new Date(api.clock.now().getTime() + n * 86_400_000)
const isLedOn = async (now: Date): Promise<boolean> =>
  (await followShortLink(api.test.db, link.code, now)) !== undefined

it('ends later when its message is made again', async () => {
  const { db } = api.test
  const made = { ...link, messageId: first }
  await saveShortLinks(db, [made], day(1))
  expect([await isLedOn(day(0)), await isLedOn(day(29))]).toEqual([true, false])
  await saveShortLinks(db, [made], day(30))
  expect([await isLedOn(day(29)), await isLedOn(day(31))]).toEqual([true, false])
})

it('is refused when its code is that of another message', async () => {
  const { db } = api.test
  await saveShortLinks(db, [{ ...link, messageId: first }], day(30))
  await expect(saveShortLinks(db, [{ ...link, messageId: second }], day(30))).rejects.toThrow(/message_id/)
  expect(await shortLinksMade(db, [first, second])).toMatchObject([{ messageId: first }])
})
