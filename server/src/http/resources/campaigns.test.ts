import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

it('filters campaigns by the status that each of them shows, at every moment', async () => {
  const at = (ms: number): string => new Date(api.clock.now().getTime() + ms).toISOString()
  const content = { subject: 's', html: '<p>h</p>', text: null }
  const dates = [
    {},
    { startAt: at(60_000) },
    { endAt: at(120_000) },
    { startAt: at(60_000), endAt: at(120_000) },
  ]
  for (const date of dates) {
    const { body } = await api.api('POST /campaigns', { name: 'Dated', content, ...date })
    expect((await api.api(`POST /campaigns/${body.id}/activate`)).status).toBe(200)
  }
  const stopped = (await api.api('POST /campaigns', { name: 'Stopped', content })).body.id
  await api.api(`POST /campaigns/${stopped}/activate`)
  await api.api(`POST /campaigns/${stopped}/stop`)
  type Row = { id: string; status: string }
  for (const step of [0, 61_000, 61_000]) {
    api.clock.move(step)
    const all: Row[] = (await api.api('GET /campaigns')).body.items
    for (const status of ['draft', 'scheduled', 'live', 'completed', 'stopped']) {
      const found: Row[] = (await api.api(`GET /campaigns?status=${status}`)).body.items
      expect(found.map(row => row.id)).toEqual(all.filter(row => row.status === status).map(row => row.id))
    }
  }
})
