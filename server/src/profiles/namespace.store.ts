/** What a sandbox says about namespaces: custom ones, and changes of the standard ones. */
import type { Db } from '../db/pool.ts'
import type { WrittenNamespace } from './namespaces.ts'

/** The rows of a sandbox. */
export const readNamespaces = async (db: Db, sandboxId: string): Promise<WrittenNamespace[]> => {
  const { rows } = await db.query<WrittenNamespace>(
    'select code, name, priority from namespace where sandbox_id = $1 order by code',
    [sandboxId],
  )
  return rows
}

/** Writes some; the codes are in lower case. */
export const writeNamespaces = async (
  db: Db,
  written: readonly WrittenNamespace[],
  by: { readonly sandboxId: string; readonly by: string; readonly now: Date },
): Promise<void> => {
  await db.query(
    `insert into namespace (sandbox_id, code, name, priority, modified_at, modified_by)
     select $1, code, name, priority, $5, $6
     from unnest($2::text[], $3::text[], $4::int[]) as given (code, name, priority) order by code
     on conflict (sandbox_id, code) do update
       set name = excluded.name, priority = excluded.priority, modified_at = $5, modified_by = $6`,
    [
      by.sandboxId,
      ...[written.map(one => one.code), written.map(one => one.name), written.map(one => one.priority)],
      ...[by.now, by.by],
    ],
  )
}

/** Removes what the sandbox says of one. False: it says nothing. */
export const deleteNamespace = async (db: Db, sandboxId: string, code: string): Promise<boolean> => {
  const { rowCount } = await db.query('delete from namespace where sandbox_id = $1 and code = $2', [
    sandboxId,
    code,
  ])
  return rowCount === 1
}

/** Whether anybody in the sandbox has an identity of the namespace. */
export const hasNamespace = async (db: Db, sandboxId: string, code: string): Promise<boolean> => {
  const { rows } = await db.query<{ found: boolean }>(
    'select exists (select 1 from identity where sandbox_id = $1 and namespace = $2) as found',
    [sandboxId, code],
  )
  return rows[0]?.found ?? false
}

/** Which of the namespaces somebody in the sandbox has an identity of. */
export const usedAmong = async (db: Db, sandboxId: string, codes: readonly string[]): Promise<string[]> => {
  const { rows } = await db.query<{ code: string }>(
    `select code from unnest($2::text[]) as asked (code)
     where exists (select 1 from identity where sandbox_id = $1 and namespace = code)`,
    [sandboxId, codes],
  )
  return rows.map(row => row.code)
}

const MOST_IN_USE = 100

/**
 * The namespaces that people of a sandbox have, by code: those of the page, else the first hundred. Each costs one look
 * into the index.
 */
export const namespacesInUse = async (
  db: Db,
  sandboxId: string,
  page: { readonly after: string; readonly limit: number } = { after: '', limit: MOST_IN_USE },
): Promise<string[]> => {
  const { rows } = await db.query<{ namespace: string }>(
    `with recursive used (namespace) as (
       (select namespace from identity where sandbox_id = $1 and namespace > $2 order by namespace limit 1)
       union all
       select (select i.namespace from identity i where i.sandbox_id = $1 and i.namespace > used.namespace
         order by i.namespace limit 1)
       from used where used.namespace is not null
     )
     select namespace from used where namespace is not null limit $3`,
    [sandboxId, page.after, page.limit],
  )
  return rows.map(row => row.namespace)
}
