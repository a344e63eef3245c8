/** Erasures in tests: the steps of the background, a person who is everywhere, and a search through the whole database. */
import type pg from 'pg'
import { createAddressHash } from '../src/consent/address-hash.ts'
import type { BackgroundTask } from '../src/lib/background.ts'
import { erasureTask, type Sizes } from '../src/privacy/erasure-task.ts'
import { type Answer, TEST_SECRET, type TestApi } from './app.ts'

/** The task on a test's database, as a process that has just started has it. */
export const createErasureTask = ({ test, clock }: TestApi, sizes?: Sizes): BackgroundTask =>
  erasureTask({
    ...{ pool: test.db, clock, secret: TEST_SECRET, shard: 91 },
    addressHash: createAddressHash(TEST_SECRET),
    ...(sizes === undefined ? {} : { sizes }),
  })

const MOST_STEPS = 500
/** Longer than an erasure waits for calls that were being accepted. */
export const LATE_MS = 11_000

/** Takes steps, moving the clock where there is only waiting left, until the erasure is finished; answers it. */
export const untilErased = async (api: TestApi, id: string, sizes?: Sizes): Promise<Answer['body']> => {
  for (let n = 0; n < MOST_STEPS; n++) {
    // A process of its own for every step: nothing is kept between them but rows.
    const hasMore = await createErasureTask(api, sizes).advance()
    const { body } = await api.api(`GET /erasures/${id}`)
    if (body.state === 'finished') return body
    if (!hasMore) api.clock.move(LATE_MS)
  }
  throw new Error('the erasure does not come to an end')
}

/** Erases whoever has an email address, to the end. */
export const eraseAddress = async (api: TestApi, value: string): Promise<Answer['body']> => {
  const { status, body } = await api.api('POST /erasures', {
    identity: { namespace: 'email', value },
    confirm: 'erase',
  })
  if (status !== 202) throw new Error(JSON.stringify(body))
  return untilErased(api, body.id)
}

/** The places (`table.column`) of the whole database whose text mentions a word, in any case. */
export const placesOf = async (db: pg.Pool, word: string): Promise<string[]> => {
  const { rows } = await db.query<{ table: string; column: string }>(
    `select c.table_name as table, c.column_name as column from information_schema.columns c
     join pg_class t on t.oid = to_regclass(quote_ident(c.table_name))
     where c.table_schema = 'public' and not t.relispartition and t.relkind in ('r', 'p')
       and (c.data_type in ('text', 'jsonb', 'uuid') or c.data_type = 'ARRAY')`,
  )
  const places: string[] = []
  for (const { table, column } of rows) {
    const found = await db.query(
      `select from "${table}" where position(lower($1) in lower("${column}"::text)) > 0 limit 1`,
      [word],
    )
    if (found.rowCount !== 0) places.push(`${table}.${column}`)
  }
  return places.sort()
}

/** What the sums of all messages say, and what the rows themselves do. */
export const ledgerSums = async (db: pg.Pool): Promise<{ readonly sums: object; readonly rows: object }> => {
  const read = async (text: string): Promise<object> => {
    const { rows } = await db.query<{ state: string; n: number }>(text)
    return Object.fromEntries(rows.map(row => [row.state, row.n]))
  }
  return {
    sums: await read(
      `select t.state, sum(t.n)::int as n from tally t join campaign_version v on v.id = t.scope
       group by 1 having sum(t.n) <> 0 order by 1`,
    ),
    rows: await read(
      `select state, count(*)::int as n from delivery
       where state in ('sent', 'excluded', 'failed', 'cancelled', 'unknown') group by 1
       union all select 'accepted', count(*)::int from delivery order by 1`,
    ),
  }
}
