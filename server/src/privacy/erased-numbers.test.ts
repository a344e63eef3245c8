/** Erasure of phone numbers in whatever form messages went to them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { placesOf, untilErased } from '../../test/privacy.ts'
import { uuidv7 } from '../lib/ids.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

test('an erasure finds the numbers that messages went to, however the profile has them', async () => {
  const [number, other, theirs] = ['+31687654321', '+31687654322', '+31687654323']
  const { body } = await api.api('POST /profiles', {
    identities: [{ namespace: 'crm', value: 'national-1' }],
    attributes: { mobilePhone: { number: '06 87654321' } },
  })
  const identities = [{ namespace: 'phone', value: theirs }]
  const neighbour = await api.api('POST /profiles', { identities, attributes: {} })
  expect(neighbour.status).toBe(201)
  for (const to of [number, other, theirs])
    await api.test.db.query(
      `insert into sms_contact (sandbox_id, number, profile_id, message_id, campaign_id, at)
       select s.id, $1, $2, $3, $3, $4 from sandbox s where s.name = 'dev'`,
      [to, body.id, uuidv7(Date.now()), api.clock.now()],
    )
  await api.test.db.query(
    `insert into sms_refusal (sandbox_id, number, at)
     select s.id, $1, $2 from sandbox s where s.name = 'dev'`,
    [number, api.clock.now()],
  )
  const erasure = await api.api(`POST /profiles/${body.id}/erase`, { confirm: 'erase' })
  await untilErased(api, erasure.body.id)
  for (const one of [number, other]) expect(await placesOf(api.test.db, one)).toEqual([])
  const isErased = async (value: string) =>
    (await api.api('POST /erasures/lookup', { identity: { namespace: 'phone', value } })).body
  expect(await isErased(number)).toMatchObject({ erased: true })
  expect(await isErased(theirs)).toMatchObject({ erased: false })
})
