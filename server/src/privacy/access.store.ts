/** What is kept of a person beside the ledger, read to be handed out. Column names are those of the file. */
import type { Db } from '../db/pool.ts'
import { ownIdentities, type Subject } from './subject.ts'

/** One list of the file, whole: none of them grows with what was sent. */
interface Section {
  readonly name: string
  readonly text: string
}

// $1 sandbox, $2 profiles, $3 addresses, $4 and $5 identities, $6 numbers; every statement names all of them.
const ASKED = `(select $1::uuid as sandbox_id, $2::uuid[] as profile_ids, $3::text[] as addresses, $4::text[] as namespaces,
  $5::text[] as values, $6::text[] as numbers) a`

const SECTIONS: readonly Section[] = [
  {
    name: 'topics',
    text: `select t.key, t.name_en as name, s.value, s.modified_at as "modifiedAt"
      from ${ASKED}, topic_subscription s join topic t on t.id = s.topic_id
      where s.profile_id = any(a.profile_ids) order by t.key`,
  },
  {
    name: 'audiences',
    text: `select u.id as "audienceId", u.name, m.extra
      from ${ASKED}, audience_member m join audience u on u.id = m.audience_id
      where m.profile_id = any(a.profile_ids) order by u.name`,
  },
  {
    name: 'runsToCome',
    text: `select r.execution_id as "executionId", m.extra
      from ${ASKED}, audience_run r join run_member m on m.execution_id = r.execution_id
      where r.sandbox_id = a.sandbox_id and r.state in ('counting', 'adding') and m.profile_id = any(a.profile_ids)`,
  },
  {
    name: 'uploadsToCome',
    text: `select u.audience_id as "audienceId", r as row
      from ${ASKED}, audience_upload u join audience_upload_part p on p.upload_id = u.id, jsonb_array_elements(p.rows) r
      where u.sandbox_id = a.sandbox_id and exists (
        select from unnest(a.namespaces, a.values) as i (namespace, value)
        where i.namespace = lower(trim(u.namespace)) and i.value = trim(r ->> 'value'))`,
  },
  {
    name: 'suppression',
    text: `select s.value, s.category, s.reason, s.comment, s.created_at as "createdAt", s.created_by as "createdBy"
      from ${ASKED}, suppression s
      where s.sandbox_id = a.sandbox_id and s.list = 'client' and s.type = 'email' and s.value = any(a.addresses)`,
  },
  {
    name: 'allowedList',
    text: `select s.value, s.comment, s.created_at as "createdAt", s.created_by as "createdBy"
      from ${ASKED}, suppression s
      where s.sandbox_id = a.sandbox_id and s.list = 'allowed' and s.type = 'email' and s.value = any(a.addresses)`,
  },
  {
    name: 'bounceCounts',
    text: `select c.address, c.soft_count as "softCount", c.last_at as "lastAt"
      from ${ASKED}, bounce_count c where c.sandbox_id = a.sandbox_id and c.address = any(a.addresses)`,
  },
  {
    name: 'bounces',
    text: `select b.message_id as "messageId", b.address, b.kind, b.class, b.code, b.answer, b.at
      from ${ASKED}, bounce_event b where b.sandbox_id = a.sandbox_id and b.address = any(a.addresses) order by b.at`,
  },
  {
    name: 'lookupRows',
    text: `select t.name as table, r.key, r.row
      from ${ASKED}, lookup_table t cross join lateral (
        select t.rows_id as id union all
        select i.id from import i where i.target_id = t.id and i.state = 'running') s
      join lookup_row r on r.rows_id = s.id
      where t.sandbox_id = a.sandbox_id and r.key = any(a.addresses || a.values) and r.key like '%@%'`,
  },
  {
    name: 'shortMessagesReceived',
    text: `select m.number, m.sender, m.body as text, m.kind, m.keyword, m.answer, m.message_id as "messageId", m.at
      from ${ASKED}, sms_inbound m
      where m.sandbox_id = a.sandbox_id and (m.number = any(a.numbers) or m.profile_id = any(a.profile_ids))
      order by m.id`,
  },
  {
    name: 'shortMessageNumbers',
    text: `select c.number, c.message_id as "lastMessageId", c.at as "lastAt"
      from ${ASKED}, sms_contact c
      where c.sandbox_id = a.sandbox_id and (c.number = any(a.numbers) or c.profile_id = any(a.profile_ids))
      order by c.number`,
  },
  {
    name: 'shortMessageSenders',
    text: `select o.number, o.sender, o.at as "refusedAt"
      from ${ASKED}, sms_opt_out o where o.sandbox_id = a.sandbox_id and o.number = any(a.numbers) order by o.at`,
  },
  {
    name: 'shortMessageRefusals',
    text: `select r.number, r.at as "refusedAt"
      from ${ASKED}, sms_refusal r where r.sandbox_id = a.sandbox_id and r.number = any(a.numbers) order by r.at`,
  },
  {
    name: 'inbox',
    text: `select i.message_id as "messageId", i.recipient, i.sender, i.subject, i.received_at as "receivedAt"
      from ${ASKED}, inbox i
      where (string_to_array(lower(i.recipient), ', ') && a.addresses or (i.channel = 'sms' and i.recipient = any(a.numbers)))
        and (i.sandbox is null or i.sandbox = (select s.name from sandbox s where s.id = a.sandbox_id))
      order by i.received_at`,
  },
]

/** The names of the lists of `readSection`. */
export const SECTION_NAMES: readonly string[] = SECTIONS.map(section => section.name)

/** One list of a person. */
export const readSection = async (
  db: Db,
  sandboxId: string,
  of: { readonly name: string; readonly subject: Subject },
): Promise<object[]> => {
  const { profileIds, addresses, phones } = of.subject
  const identities = ownIdentities(of.subject)
  const section = SECTIONS.find(one => one.name === of.name)
  if (section === undefined) throw new RangeError(`there is no list ${of.name}`)
  const { rows } = await db.query<object>(section.text, [
    ...[sandboxId, profileIds, addresses],
    ...[identities.map(one => one.namespace), identities.map(one => one.value), phones],
  ])
  return rows
}

/** Some of what the person did, by id, after an id. */
export const readEvents = async (
  db: Db,
  profileIds: readonly string[],
  from: { readonly after: string; readonly limit: number },
): Promise<{ readonly id: string }[]> => {
  const { rows } = await db.query<{ id: string }>(
    `select id, type, event_key as "eventKey", at, data from person_event
     where profile_id = any($1::uuid[]) and id > $2 order by id limit $3`,
    [profileIds, from.after, from.limit],
  )
  return rows
}
