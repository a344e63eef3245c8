/** Entries of the suppression list (`client`) and of the allowed list in the database. Knows no bounces and no files. */
import type { SuppressionCategory, SuppressionReason, SuppressionType } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

/** Which of the two lists. */
export type ListName = 'client' | 'allowed'

/** An entry. */
export interface SuppressionRecord {
  readonly id: string
  readonly list: ListName
  readonly type: SuppressionType
  readonly value: string
  readonly category: SuppressionCategory
  readonly reason: SuppressionReason
  readonly comment: string
  readonly createdAt: Date
  readonly createdBy: string
  readonly modifiedAt: Date
}

/** The columns of `SuppressionRecord`. */
export const SUPPRESSION_COLUMNS = `id, list, type, value, category, reason, comment, created_at as "createdAt",
  created_by as "createdBy", modified_at as "modifiedAt"`

/** Where an entry stands. */
export interface Listed {
  readonly sandboxId: string
  readonly list: ListName
}

/** What a person or a file adds; the value is in its listed form. */
export interface ManualEntry {
  readonly id: string
  readonly type: SuppressionType
  readonly value: string
  readonly comment: string
  readonly by: string
}

/**
 * Adds entries of people, in the order of their values so that two writers never wait in a circle; each value comes once.
 * One that is there already gets the comment; a complaint becomes manual, so that no option lets it through any more.
 */
export const upsertManual = async (
  tx: Db,
  listed: Listed,
  write: { readonly entries: readonly ManualEntry[]; readonly now: Date },
): Promise<SuppressionRecord[]> => {
  const of = (pick: (entry: ManualEntry) => string): string[] => write.entries.map(pick)
  const { rows } = await tx.query<SuppressionRecord>(
    `insert into suppression as s
       (id, sandbox_id, list, type, value, category, reason, comment, created_at, created_by, modified_at)
     select given.id, $1, $2, given.type, given.value, 'MANUAL', 'Manual', given.comment, $8, given.by, $8
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[]) as given (id, type, value, comment, by)
     order by given.type, given.value collate "C"
     on conflict (sandbox_id, list, type, value) do update set
       comment = excluded.comment, modified_at = excluded.modified_at,
       category = case when s.reason = 'Spam Complaint' then 'MANUAL' else s.category end,
       reason = case when s.reason = 'Spam Complaint' then 'Manual' else s.reason end
     returning ${SUPPRESSION_COLUMNS}`,
    [
      ...[listed.sandboxId, listed.list, of(one => one.id), of(one => one.type), of(one => one.value)],
      ...[of(one => one.comment), of(one => one.by), write.now],
    ],
  )
  return rows
}

/** Which entries a list shows; `search` is a part of the value. */
export interface SuppressionFilter extends Listed {
  readonly limit: number
  readonly after: string | null
  readonly category?: SuppressionCategory | undefined
  readonly type?: SuppressionType | undefined
  readonly reason?: SuppressionReason | undefined
  readonly search?: string | undefined
}

/** Entries, newest first; one more than `limit` when there are more. */
export const listSuppressions = async (db: Db, filter: SuppressionFilter): Promise<SuppressionRecord[]> => {
  const { rows } = await db.query<SuppressionRecord>(
    `select ${SUPPRESSION_COLUMNS} from suppression
     where sandbox_id = $1 and list = $2 and ($3::uuid is null or id < $3)
       and ($4::text is null or category = $4) and ($5::text is null or type = $5)
       and ($6::text is null or reason = $6) and ($7::text is null or position(lower($7) in value) > 0)
     order by id desc limit $8`,
    [
      ...[filter.sandboxId, filter.list, filter.after, filter.category ?? null, filter.type ?? null],
      ...[filter.reason ?? null, filter.search ?? null, filter.limit + 1],
    ],
  )
  return rows
}

/** Which entry: by its id, or by what it names. */
export type SuppressionKey =
  | { readonly id: string }
  | { readonly type: SuppressionType; readonly value: string }

const KEY =
  'sandbox_id = $1 and list = $2 and ($3::uuid is null or id = $3) and ($4::text is null or (type = $4 and value = $5))'
const keyColumns = ({ sandboxId, list }: Listed, key: SuppressionKey): (string | null)[] =>
  'id' in key ? [sandboxId, list, key.id, null, null] : [sandboxId, list, null, key.type, key.value]

/** One entry. */
export const findSuppression = async (
  db: Db,
  listed: Listed,
  key: SuppressionKey,
): Promise<SuppressionRecord | undefined> => {
  const { rows } = await db.query<SuppressionRecord>(
    `select ${SUPPRESSION_COLUMNS} from suppression where ${KEY}`,
    keyColumns(listed, key),
  )
  return rows[0]
}

/** Removes an entry and, of an address, what was counted against it. Answers what it was; undefined: there is none. */
export const deleteSuppression = async (
  db: Db,
  listed: Listed,
  key: SuppressionKey,
): Promise<SuppressionRecord | undefined> => {
  const { rows } = await db.query<SuppressionRecord>(
    `with gone as (delete from suppression where ${KEY} returning *),
       forgotten as (
         delete from bounce_count c using gone
         where gone.list = 'client' and c.sandbox_id = gone.sandbox_id and c.address = gone.value
       )
     select ${SUPPRESSION_COLUMNS} from gone`,
    keyColumns(listed, key),
  )
  return rows[0]
}

/** How many entries a list has. */
export const countSuppressions = async (db: Db, { sandboxId, list }: Listed): Promise<number> => {
  const { rows } = await db.query<{ readonly n: number }>(
    'select count(*) as n from suppression where sandbox_id = $1 and list = $2',
    [sandboxId, list],
  )
  return rows[0]?.n ?? 0
}

/** Of these values, those that a list has. */
export const listedAmong = async (
  db: Db,
  { sandboxId, list }: Listed,
  values: readonly string[],
): Promise<ReadonlySet<string>> => {
  const { rows } = await db.query<{ readonly value: string }>(
    'select value from suppression where sandbox_id = $1 and list = $2 and value = any($3::text[])',
    [sandboxId, list, values],
  )
  return new Set(rows.map(row => row.value))
}

/** Somebody who is to be written to: the address in its listed form, and its domain. */
export interface Addressee {
  readonly sandboxId: string
  readonly address: string
  readonly domain: string
}

/** What the suppression list says of an address or a domain. */
export interface Suppressed {
  readonly sandboxId: string
  readonly value: string
  readonly reason: SuppressionReason
}

/** What the suppression list has of them, and in which of their sandboxes the address of an erased person is kept. */
export interface ListAnswer {
  readonly entries: readonly Suppressed[]
  readonly sandboxesWithErased: ReadonlySet<string>
}

/** The entries of the suppression list that name any of these, or their domains. */
export const findListed = async (db: Db, asked: readonly Addressee[]): Promise<ListAnswer> => {
  const { rows } = await db.query<{
    sandbox_id: string
    value: string | null
    reason: SuppressionReason | null
  }>({
    name: 'suppressed',
    text: `with a as (
       select * from unnest($1::uuid[], $2::text[], $3::text[]) as a (sandbox_id, address, domain)
     )
     select s.sandbox_id, s.value, s.reason
     from (
       select distinct a.sandbox_id, n.type, n.value
       from a cross join lateral (values ('email', a.address), ('domain', a.domain)) as n (type, value)
     ) as asked
     join suppression s on s.sandbox_id = asked.sandbox_id and s.list = 'client'
       and s.type = asked.type and s.value = asked.value
     union all
     select b.sandbox_id, null, null from (select distinct a.sandbox_id from a) as b
     where exists (select from erased_address e where e.sandbox_id = b.sandbox_id)`,
    values: columnsOf(asked),
  })
  return {
    entries: rows.flatMap(({ sandbox_id: sandboxId, value, reason }) =>
      value === null || reason === null ? [] : [{ sandboxId, value, reason }],
    ),
    sandboxesWithErased: new Set(rows.flatMap(row => (row.value === null ? [row.sandbox_id] : []))),
  }
}

/** Those whose sandbox has its allowed list on, and neither the address nor its domain on it. */
export const findNotAllowed = async (
  db: Db,
  asked: readonly Addressee[],
): Promise<Pick<Addressee, 'sandboxId' | 'address'>[]> => {
  const { rows } = await db.query<{ sandbox_id: string; address: string }>({
    name: 'not_allowed',
    text: `select a.sandbox_id, a.address
     from unnest($1::uuid[], $2::text[], $3::text[]) as a (sandbox_id, address, domain)
     join suppression_setting st on st.sandbox_id = a.sandbox_id and st.allowed_on
     where not exists (
       select from suppression s where s.sandbox_id = a.sandbox_id and s.list = 'allowed'
         and ((s.type = 'email' and s.value = a.address) or (s.type = 'domain' and s.value = a.domain)))`,
    values: columnsOf(asked),
  })
  return rows.map(({ sandbox_id, address }) => ({ sandboxId: sandbox_id, address }))
}

const columnsOf = (asked: readonly Addressee[]): string[][] => [
  asked.map(one => one.sandboxId),
  asked.map(one => one.address),
  asked.map(one => one.domain),
]
