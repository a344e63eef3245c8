/** What was done with the messages of a campaign or an execution, in sums and person by person. Reads only. */
import type { Interaction, InteractionKind, InteractionSums, LinkSums } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { linkIdNumber, linkIdText, linkOf } from '../tracking/link-view.ts'
import { type ExecutionKind, toExecutionId } from './execution-id.ts'
import type { StoredRecipient } from './ledger.ts'

/** Whose interactions: of a campaign, or of one execution. */
export interface InteractionScope {
  readonly sandboxId: string
  readonly campaignId: string | undefined
  readonly executionId: string | undefined
}

// $1 sandbox, $2 campaign, $3 execution; one of the last two is null. Two statements, each with its own index.
const scopeOf = ({ campaignId }: InteractionScope): string =>
  `i.sandbox_id = $1 and ${campaignId === undefined ? 'i.execution_id = $3 and $2::uuid is null' : 'i.campaign_id = $2 and ($3::uuid is null or i.execution_id = $3)'} and i.n > 0`

const valuesOf = ({ sandboxId, campaignId, executionId }: InteractionScope): (string | null)[] => [
  sandboxId,
  campaignId ?? null,
  executionId ?? null,
]

// A person without a profile is one for each message.
const SUMS = `count(distinct coalesce(i.profile_id, i.message_id)) filter (where not i.machine)::int as "unique",
  coalesce(sum(i.n) filter (where not i.machine), 0)::bigint as total,
  coalesce(sum(i.n) filter (where i.machine), 0)::bigint as machine`

const NOTHING: InteractionSums = { unique: 0, total: 0, machine: 0 }

/** The sums by kind. */
export const interactionSums = async (
  db: Db,
  scope: InteractionScope,
): Promise<Readonly<Record<InteractionKind, InteractionSums>>> => {
  const { rows } = await db.query<InteractionSums & { readonly kind: InteractionKind }>(
    `select i.kind, ${SUMS} from interaction i where ${scopeOf(scope)} group by i.kind`,
    valuesOf(scope),
  )
  const of = (kind: InteractionKind): InteractionSums => {
    const { unique, total, machine } = rows.find(row => row.kind === kind) ?? NOTHING
    return { unique, total, machine }
  }
  return { open: of('open'), click: of('click'), unsubscribe: of('unsubscribe'), mirror: of('mirror') }
}

/** The most links of a table. */
export const MOST_LINKS = 1_000

/** The links of a campaign with how often each was clicked there, the most clicked first; also those that nobody clicked. */
export const linkSums = async (
  db: Db,
  scope: InteractionScope & { readonly linksOf: string },
): Promise<LinkSums[]> => {
  const { rows } = await db.query<
    InteractionSums & { readonly link_id: string; readonly url: string; readonly label: string }
  >(
    `select l.link_id::text, l.url, l.label, coalesce(s."unique", 0) as "unique", coalesce(s.total, 0) as total,
       coalesce(s.machine, 0) as machine
     from tracked_link l left join (
       select i.link_id, ${SUMS} from interaction i
       where ${scopeOf(scope)} and i.kind in ('click', 'unsubscribe') and i.link_id <> 0 group by i.link_id
     ) s on s.link_id = l.link_id
     where l.campaign_id = $4 order by s.total desc nulls last, s.machine desc nulls last, l.url, l.label limit $5`,
    [...valuesOf(scope), scope.linksOf, MOST_LINKS],
  )
  return rows.map(({ link_id, ...row }) => ({ linkId: linkIdText(link_id), ...row }))
}

/** Where a page of the list begins: behind this row. */
export interface InteractionPlace {
  readonly messageId: string
  readonly kind: InteractionKind
  readonly linkId: string
  readonly machine: boolean
}

/** Which interactions a list shows; all filters together. */
export interface InteractionPage extends InteractionScope {
  readonly kind: InteractionKind | undefined
  readonly linkId: string | undefined
  readonly machine: boolean | undefined
  readonly after: InteractionPlace | null
  readonly limit: number
}

interface Row {
  readonly message_id: string
  readonly kind: InteractionKind
  readonly link_id: string
  readonly machine: boolean
  readonly n: number
  readonly first_at: Date
  readonly last_at: Date
  readonly campaign_id: string
  readonly execution_id: string
  readonly execution_kind: ExecutionKind
  readonly recipient: StoredRecipient
  readonly url: string | null
  readonly label: string | null
}

const toInteraction = (row: Row): Interaction => ({
  messageId: row.message_id,
  executionId: toExecutionId(row.execution_kind, row.execution_id),
  campaignId: row.campaign_id,
  userId: row.recipient.userId,
  namespace: row.recipient.namespace,
  kind: row.kind,
  machine: row.machine,
  n: row.n,
  firstAt: row.first_at.toISOString(),
  lastAt: row.last_at.toISOString(),
  link: linkOf(row),
})

/** Interactions, those of the newest messages first; one row more than `limit` when there are more. */
export const listInteractions = async (db: Db, page: InteractionPage): Promise<Interaction[]> => {
  const { kind, linkId, machine, after, limit } = page
  const { rows } = await db.query<Row>(
    `select i.message_id, i.kind, i.link_id::text, i.machine, i.n, i.first_at, i.last_at, i.campaign_id, i.execution_id,
       e.kind as execution_kind, m.recipient, l.url, l.label from (
       select i.* from interaction i where ${scopeOf(page)} and ($4::text is null or i.kind = $4)
         and ($5::bigint is null or i.link_id = $5) and ($6::boolean is null or i.machine = $6)
         and ($7::uuid is null or (i.message_id, i.kind, i.link_id, i.machine) < ($7, $8::text, $9::bigint, $10::boolean))
       order by i.message_id desc, i.kind desc, i.link_id desc, i.machine desc limit $11
     ) i
     join message m on m.id = i.message_id join execution e on e.id = i.execution_id
     left join tracked_link l on l.campaign_id = i.campaign_id and l.link_id = i.link_id
     order by i.message_id desc, i.kind desc, i.link_id desc, i.machine desc`,
    [
      ...valuesOf(page),
      ...[kind ?? null, linkId === undefined ? null : linkIdNumber(linkId), machine ?? null],
      ...[after?.messageId ?? null, after?.kind ?? null],
      ...[after === null ? null : linkIdNumber(after.linkId), after?.machine ?? null, limit + 1],
    ],
  )
  return rows.map(toInteraction)
}
