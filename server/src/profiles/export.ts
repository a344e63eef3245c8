/** All people of a choice as text, page by page: as much memory for a million as for a thousand. */
import type { Profile } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { exportColumns, exportHeader, exportLine } from './export-csv.ts'
import { namespacesInUse } from './namespace.store.ts'
import { listProfiles, type PeopleFilter } from './people.store.ts'

const PAGE = 500

async function* pagesOf(db: Db, filter: PeopleFilter): AsyncGenerator<readonly Profile[]> {
  for (let after: string | null = null; ; ) {
    const found: Profile[] = await listProfiles(db, { ...filter, limit: PAGE, after })
    const page = found.slice(0, PAGE)
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    if (found.length <= PAGE) return
    after = last.id
  }
}

/** JSON Lines: a person each, as the API shows one and the import reads one. */
export async function* exportJsonl(db: Db, filter: PeopleFilter): AsyncGenerator<string> {
  for await (const page of pagesOf(db, filter))
    yield page.map(person => `${JSON.stringify(person)}\n`).join('')
}

/** CSV with a header, UTF-8 with a byte order mark; the columns are those of the first people. */
export async function* exportCsv(db: Db, filter: PeopleFilter): AsyncGenerator<string> {
  const namespaces = await namespacesInUse(db, filter.sandboxId)
  let columns = exportColumns([], namespaces)
  let isFirst = true
  for await (const page of pagesOf(db, filter)) {
    if (isFirst) {
      columns = exportColumns(page, namespaces)
      yield `\uFEFF${exportHeader(columns)}\r\n`
    }
    isFirst = false
    yield page.map(person => `${exportLine(person, columns)}\r\n`).join('')
  }
  if (isFirst) yield `\uFEFF${exportHeader(columns)}\r\n`
}
