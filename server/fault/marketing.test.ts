import { afterEach, beforeEach, expect, it } from 'vitest'
import { uuidv7 } from '../src/lib/ids.ts'
import { writeServerFile } from '../src/lib/server-file.ts'
import { createTestApi, type TestApi } from '../test/app.ts'
import { removeDirectory, temporaryDirectory } from '../test/carillon.ts'
import { loadMarketing } from './marketing.ts'
import { wrongSums } from './sums.ts'

let api: TestApi
let dataDir = ''
let printed: string[] = []
beforeEach(async () => {
  api = await createTestApi()
  dataDir = await temporaryDirectory()
  printed = []
})
afterEach(async () => {
  await api.close()
  await removeDirectory(dataDir)
})
const load = (campaignId?: string): Promise<void> =>
  loadMarketing({ dataDir, campaignId, count: 2_300, print: text => printed.push(text) })
const serve = (): void =>
  writeServerFile(dataDir, {
    pid: process.pid,
    port: 1,
    url: 'http://carillon.test',
    databaseUrl: api.test.url,
  })

it('makes a marketing run of so many people on the running instance, counted as any run', async () => {
  serve()
  await load()
  const { rows } = await api.test.db.query(
    `select e.kind, e.recipient_count, d.lane, count(*)::int as n, count(distinct m.recipient ->> 'userId')::int as people
     from execution e join message m on m.execution_id = e.id join delivery d on d.message_id = m.id group by 1, 2, 3`,
  )
  expect(rows).toEqual([
    { kind: 'audience', recipient_count: 2_300, lane: 'marketing', n: 2_300, people: 2_300 },
  ])
  expect(await wrongSums(api.test.db)).toEqual([])
  expect(printed[0]).toMatch(/^run CMA-[0-9a-f-]{36} of campaign /)
  expect(printed.at(-1)).toMatch(/^2,300 rows, [\d,]+ rows\/s$/)
})

it('says what is missing: a running instance, a live campaign', async () => {
  await expect(load()).rejects.toThrow(/no Carillon runs/)
  serve()
  await expect(load(uuidv7(Date.now()))).rejects.toThrow(/is not live/)
  await api.test.db.query('update campaign set stopped_at = created_at')
  await expect(load()).rejects.toThrow(/no campaign is live/)
})
