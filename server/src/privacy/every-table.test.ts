/** docs/erasure.md says of every column of the database what an erasure does with it. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../test/database.ts'

const page = readFileSync(new URL('../../../docs/erasure.md', import.meta.url), 'utf8')

const listed = (): Map<string, readonly string[]> => {
  const rows =
    page.split('## Every table')[1]?.matchAll(/^\| `(\w+)` *\|([^|]*)\|([^|]*)\|([^|]*)\|$/gm) ?? []
  return new Map(
    [...rows].map(([, table = '', personal = '', rest = '', deed = '']) => {
      expect(deed.trim(), table).not.toBe('')
      // What holds nothing of a person is left alone, and the other way round.
      if (table !== 'delivery') expect(deed.trim().startsWith('–'), table).toBe(personal.trim() === '')
      return [table, `${personal} ${rest}`.trim().split(/\s+/).sort()]
    }),
  )
}

test('every table and column has its place in the list of what an erasure does', async () => {
  const { db, drop } = await createTestDatabase()
  const { rows } = await db.query<{ table: string; columns: string[] }>(
    `select c.table_name as table, array_agg(c.column_name::text) as columns
     from information_schema.columns c join pg_class t on t.oid = to_regclass(quote_ident(c.table_name))
     where c.table_schema = 'public' and not t.relispartition and t.relkind in ('r', 'p') group by 1 order by 1`,
  )
  await drop()
  expect(Object.fromEntries([...listed()].sort())).toEqual(
    Object.fromEntries(rows.map(row => [row.table, [...row.columns].sort()])),
  )
})
