/** Imports into a lookup table that begin while the table is removed: either of them is refused, and nothing is left. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'
import { eventually } from '../../../test/carillon.ts'
import { holdLookupTable } from '../../content/lookup-tables.ts'
import { insertImport } from '../../imports/import.store.ts'
import { uuidv7 } from '../../lib/ids.ts'

let api: TestApi
let n = 0
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const make = async (): Promise<{ readonly id: string }> =>
  (await api.api('POST /lookup-tables', { name: `raced ${++n}` })).body
const upload = async (id: string): Promise<number> => {
  const response = await api.app.inject({
    method: 'POST',
    url: `/api/v1/lookup-tables/${id}/imports?name=rows.csv`,
    headers: {
      ...{ authorization: `Bearer ${api.client.token}`, 'x-sandbox-name': 'dev' },
      'content-type': 'text/csv',
    },
    payload: 'key\na\n',
  })
  return response.statusCode
}
const devId = async (): Promise<string> =>
  (await api.test.db.query(`select id from sandbox where name = 'dev'`)).rows[0].id
const importsOf = async (id: string): Promise<number | null> =>
  (await api.test.db.query('select from import where target_id = $1', [id])).rowCount
const isWaiting = async (): Promise<boolean> => {
  const { rowCount } = await api.test.db.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rowCount === 1
}

it('an import that begins while its table is removed is refused, and leaves nothing', async () => {
  const { id } = await make()
  const remover = await api.test.db.connect()
  try {
    await remover.query('begin')
    await remover.query('delete from lookup_table where id = $1', [id])
    const begun = upload(id)
    await eventually('the import to wait', isWaiting)
    await remover.query('commit')
    expect(await begun).toBe(404)
  } finally {
    remover.release()
  }
  expect(await importsOf(id)).toBe(0)
})

it('an import that began first goes with its table', async () => {
  const { id } = await make()
  const importer = await api.test.db.connect()
  try {
    await importer.query('begin')
    const [sandboxId, at] = [await devId(), api.clock.now()]
    await holdLookupTable(importer, sandboxId, id)
    const scope = { kind: 'lookup_rows', sandboxId, targetId: id } as const
    const made = { name: 'late', format: 'csv', size: null, created_at: at, created_by: 'test' } as const
    await insertImport(importer, scope, { id: uuidv7(at.getTime()), ...made })
    const removed = api.api(`DELETE /lookup-tables/${id}`)
    await eventually('the removal to wait', isWaiting)
    await importer.query('commit')
    expect((await removed).status).toBe(204)
  } finally {
    importer.release()
  }
  expect(await importsOf(id)).toBe(0)
})

it('an import at the same moment as the removal of its table leaves nothing, whichever was first', async () => {
  for (let round = 0; round < 15; round++) {
    const { id } = await make()
    const [begun, removed] = await Promise.all([upload(id), api.api(`DELETE /lookup-tables/${id}`)])
    expect([201, 400, 404]).toContain(begun)
    expect(removed.status).toBe(204)
    expect(await importsOf(id)).toBe(0)
  }
})
