/** Erasure of a person whose address is a key of rows that content reads, that a file brings, or that nothing reads. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../test/app.ts'
import { eraseAddress, placesOf } from '../../test/privacy.ts'
import { lookupImport, lookupSweep } from '../content/lookup-import.ts'
import { importTask } from '../imports/import-task.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const step = () => importTask({ pool: api.test.db, clock: api.clock, rowsPerStep: 2 }, lookupImport).advance()
const replaced = async (id: string, file: string): Promise<Answer['body']> => {
  const response = await api.app.inject({
    method: 'POST',
    url: `/api/v1/lookup-tables/${id}/imports?name=rows.csv`,
    headers: {
      ...{ authorization: `Bearer ${api.client.token}`, 'x-sandbox-name': 'dev' },
      'content-type': 'text/csv',
    },
    payload: file,
  })
  const one = response.json()
  const mapping = { columns: one.guess, mode: 'replace' }
  expect((await api.api(`POST /lookup-tables/${id}/imports/${one.id}/start`, mapping)).status).toBe(200)
  return one
}
const keysOf = async (id: string): Promise<string[]> =>
  (await api.api(`GET /lookup-tables/${id}/rows`)).body.items.map((one: { key: string }) => one.key)
const tableWith = async (name: string, keys: readonly string[]): Promise<string> => {
  const { id } = (await api.api('POST /lookup-tables', { name })).body
  const rows = keys.map(key => ({ key, row: { points: 1 } }))
  expect((await api.api(`PUT /lookup-tables/${id}/rows`, { rows })).status).toBe(200)
  return id
}

test('rows that a running replacement has read are shown by an access and gone by an erasure, and the counts are true', async () => {
  const ada = 'ada@coming.test'
  const id = await tableWith('points coming', [ada, 'other@coming.test'])
  const one = await replaced(
    id,
    `email;points\nx@coming.test;1\n${ada};2\ny@coming.test;3\nz@coming.test;4\n`,
  )
  await step()
  const { body: access } = await api.api(`GET /access?namespace=email&value=${encodeURIComponent(ada)}`)
  expect(access.lookupRows).toEqual(
    expect.arrayContaining([
      { table: 'points coming', key: ada, row: { points: 1 } },
      { table: 'points coming', key: ada, row: expect.objectContaining({ points: expect.anything() }) },
    ]),
  )
  expect(access.lookupRows).toHaveLength(2)
  const { certificate } = await eraseAddress(api, ada)
  expect(certificate.erased).toContainEqual({ table: 'lookup_row', deed: 'removed', rows: 2 })
  expect(await keysOf(id)).toEqual(['other@coming.test'])
  while (await step());
  expect(await keysOf(id)).toEqual(['x@coming.test', 'y@coming.test', 'z@coming.test'])
  expect((await api.api(`GET /lookup-tables/${id}`)).body.rowCount).toBe(3)
  expect((await api.api(`GET /lookup-tables/${id}/imports/${one.id}`)).body).toMatchObject({
    ...{ state: 'done', created: 3, refused: 0 },
  })
})

test('rows that nothing reads any more go with an erasure, before they go by themselves', async () => {
  const ada = 'ada@left.test'
  const id = await tableWith('points left', [ada, 'b@left.test'])
  await api.api(`DELETE /lookup-tables/${id}`)
  await api.test.db.query('update lookup_leftover set swept_to = $2 where rows_id = $1', [id, ada])
  expect(await placesOf(api.test.db, ada)).toEqual(['lookup_leftover.swept_to', 'lookup_row.key'])
  await eraseAddress(api, ada)
  expect(await placesOf(api.test.db, ada)).toEqual([])
  const sweep = lookupSweep({ pool: api.test.db })
  while (await sweep.advance());
  expect(await placesOf(api.test.db, '@left.test')).toEqual([])
})
