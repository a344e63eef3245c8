/** Content of campaigns and fragments in which some text stands. It only narrows down; who asks looks closer. */
import type { Db } from '../db/pool.ts'

/** One campaign or fragment with its draft and its live content; the facts make its status. */
export interface ContentRow {
  readonly kind: 'campaign' | 'fragment'
  readonly id: string
  readonly name: string
  readonly draft: unknown
  readonly live: unknown
  readonly stopped_at: Date | null
  readonly archived_at: Date | null
  readonly start_at: string | null
  readonly end_at: string | null
}

/** The texts that are looked for in one sandbox, in any case. They hold nothing that JSON escapes. */
export interface Needles {
  readonly sandboxId: string
  readonly texts: readonly string[]
}

const holds = (content: string): string =>
  `exists (select from unnest($2::text[]) as needle (text) where position(lower(needle.text) in lower(${content})) > 0)`

/** Campaigns and fragments whose draft or live content holds one of the texts, by name. */
export const contentHolding = async (db: Db, { sandboxId, texts }: Needles): Promise<ContentRow[]> => {
  const { rows } = await db.query<ContentRow>(
    `select 'campaign' as kind, c.id, coalesce(c.draft, v.properties) ->> 'name' as name,
       c.draft -> 'content' as draft, v.properties -> 'content' as live, c.stopped_at, null::timestamptz as archived_at,
       v.properties ->> 'startAt' as start_at, v.properties ->> 'endAt' as end_at
     from campaign c left join campaign_version v on v.id = c.live_version_id
     where c.sandbox_id = $1
       and ${holds(`concat(c.draft ->> 'content', v.properties ->> 'content')`)}
     union all
     select 'fragment', f.id, f.name, to_jsonb(f.draft), to_jsonb(v.source), null, f.archived_at, null, null
     from fragment f left join fragment_version v on v.id = f.live_version_id
     where f.sandbox_id = $1 and ${holds('concat(f.draft, v.source)')}
     order by kind, name, id`,
    [sandboxId, texts],
  )
  return rows
}

// Sums over the shards of what was accepted and what was settled since.
const OPEN = `(select sum(case when t.state = 'accepted' then t.n else -t.n end) from tally t where t.scope = v.id) > 0`

/** Contents, holding one of the texts, of campaign versions that messages still wait to be sent with. */
export const openContentHolding = async (db: Db, { sandboxId, texts }: Needles): Promise<unknown[]> => {
  const { rows } = await db.query<{ readonly content: unknown }>(
    `select v.properties -> 'content' as content from campaign_version v
     where v.sandbox_id = $1 and ${holds(`v.properties ->> 'content'`)} and ${OPEN}`,
    [sandboxId, texts],
  )
  return rows.map(row => row.content)
}
