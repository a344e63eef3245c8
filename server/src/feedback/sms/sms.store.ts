/** Numbers, what people wrote, and who wants nothing from a sender, in the database. It decides nothing. */
import type { SmsAnswerState, SmsInboundKind } from '@carillon/contract'
import type { Db } from '../../db/pool.ts'

/** The last that went to a number. */
export interface SmsContact {
  readonly profileId: string | null
  readonly messageId: string
  readonly campaignId: string
}

/** Whose a number is; undefined: nothing ever went there. */
export const findContact = async (
  db: Db,
  sandboxId: string,
  number: string,
): Promise<SmsContact | undefined> => {
  const { rows } = await db.query<{ profile_id: string | null; message_id: string; campaign_id: string }>(
    'select profile_id, message_id, campaign_id from sms_contact where sandbox_id = $1 and number = $2',
    [sandboxId, number],
  )
  const [row] = rows
  return row && { profileId: row.profile_id, messageId: row.message_id, campaignId: row.campaign_id }
}

/** The numbers among these that something went to. */
export const contactedAmong = async (
  db: Db,
  sandboxId: string,
  numbers: readonly string[],
): Promise<readonly string[]> => {
  const { rows } = await db.query<{ number: string }>(
    'select number from sms_contact where sandbox_id = $1 and number = any($2::text[])',
    [sandboxId, numbers],
  )
  return rows.map(row => row.number)
}

/** What somebody wrote, with what follows from it. */
export interface InboundRow {
  readonly id: string
  readonly sandboxId: string
  readonly transportId: string
  readonly providerId: string
  readonly number: string
  readonly sender: string
  readonly body: string
  readonly kind: SmsInboundKind
  readonly keyword: string
  readonly profileId: string | null
  readonly messageId: string | null
  readonly answer: string
  readonly answerState: SmsAnswerState
  readonly answerSaid: string
  readonly at: Date
  readonly receivedAt: Date
}

const COLUMNS = `id, sandbox_id as "sandboxId", transport_id as "transportId", provider_id as "providerId", number, sender,
  body, kind, keyword, profile_id as "profileId", message_id as "messageId", answer, answer_state as "answerState",
  answer_said as "answerSaid", at, received_at as "receivedAt"`

/** Whether it was kept before. */
export const wasInbound = async (db: Db, transportId: string, providerId: string): Promise<boolean> => {
  const { rows } = await db.query<{ is: boolean }>(
    'select exists (select from sms_inbound where transport_id = $1 and provider_id = $2) as is',
    [transportId, providerId],
  )
  return rows[0]?.is === true
}

/** Whether the number asked later than at a moment to get nothing more, from that sender. */
export const askedOutSince = async (
  db: Db,
  of: { readonly sandboxId: string; readonly number: string; readonly sender: string },
  at: Date,
): Promise<boolean> => {
  const { rows } = await db.query<{ is: boolean }>(
    `select exists (select from sms_inbound
       where sandbox_id = $1 and number = $2 and sender = $3 and kind = 'opt_out' and at > $4) as is`,
    [of.sandboxId, of.number, of.sender, at],
  )
  return rows[0]?.is === true
}

/** Keeps what somebody wrote; false: it was there already. */
export const insertInbound = async (db: Db, row: InboundRow): Promise<boolean> => {
  const { rowCount } = await db.query(
    `insert into sms_inbound (id, sandbox_id, transport_id, provider_id, number, sender, body, kind, keyword, profile_id,
       message_id, answer, answer_state, answer_said, at, received_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     on conflict on constraint sms_inbound_once do nothing`,
    [
      ...[row.id, row.sandboxId, row.transportId, row.providerId, row.number, row.sender, row.body],
      ...[row.kind, row.keyword, row.profileId, row.messageId, row.answer, row.answerState, row.answerSaid],
      ...[row.at, row.receivedAt],
    ],
  )
  return rowCount === 1
}

/** A page of what people wrote, newest first. */
export const listInbound = async (
  db: Db,
  of: {
    readonly sandboxId: string
    readonly limit: number
    readonly after: string | null
    readonly kind: SmsInboundKind | undefined
    readonly number: string | undefined
  },
): Promise<InboundRow[]> => {
  const { rows } = await db.query<InboundRow>(
    `select ${COLUMNS} from sms_inbound
     where sandbox_id = $1 and ($3::uuid is null or id < $3) and ($4::text is null or kind = $4)
       and ($5::text is null or number = $5)
     order by id desc limit $2`,
    [of.sandboxId, of.limit + 1, of.after, of.kind ?? null, of.number ?? null],
  )
  return rows
}

/** How answers are taken. Moments are the instance's. */
export interface AnswerRules {
  readonly now: Date
  /** Since when answers to a number count, and how many of them there may be. */
  readonly since: Date
  readonly most: number
}

/** An answer on its way. `tries`: this one included. */
export interface TakenAnswer {
  readonly id: string
  readonly sandboxId: string
  readonly transportId: string
  readonly number: string
  readonly sender: string
  readonly answer: string
  readonly tries: number
  /** The number had as many answers as it may have: it is not to be sent. */
  readonly isTooMany: boolean
}

/**
 * Takes one answer that waits and is due, so that nobody else sends it. Those of a sandbox that is stopped or paused wait
 * on: a person stopped it.
 */
export const takeAnswer = async (db: Db, rules: AnswerRules): Promise<TakenAnswer | undefined> => {
  const { rows } = await db.query<TakenAnswer>(
    `update sms_inbound i set answer_state = 'sending', answer_at = $1, answer_tries = answer_tries + 1
     where id = (
       select w.id from sms_inbound w
       where w.answer_state = 'waiting' and (w.answer_at is null or w.answer_at <= $1)
         and not exists (select from hold h where h.scope_id = w.sandbox_id and h.scope = 'sandbox'
           and h.kind in ('stop', 'pause') and h.lifted_at is null)
       order by w.id limit 1 for update of w skip locked)
     returning i.id, i.sandbox_id as "sandboxId", i.transport_id as "transportId", i.number, i.sender, i.answer,
       i.answer_tries as tries,
       (select count(*) >= $3 from sms_inbound o
        where o.sandbox_id = i.sandbox_id and o.number = i.number and o.id <> i.id and o.answer_at > $2
          and (o.answer_state in ('sending', 'sent') or (o.answer_state = 'waiting' and o.answer_tries > 0)))
         as "isTooMany"`,
    [rules.now, rules.since, rules.most],
  )
  return rows[0]
}

/** What became of an answer; `waiting`: it is due again at that moment. */
export const endAnswer = async (
  db: Db,
  of: { readonly id: string; readonly state: SmsAnswerState; readonly said: string; readonly at: Date },
): Promise<void> => {
  await db.query(
    `update sms_inbound set answer_state = $2, answer_said = $3, answer_at = $4
     where id = $1 and answer_state = 'sending'`,
    [of.id, of.state, of.said, of.at],
  )
}

/** Answers that a process took before a moment and never ended, for it died: nobody can say whether they were sent. */
export const endLostAnswers = async (
  db: Db,
  before: Date,
  of: { readonly said: string; readonly now: Date },
): Promise<void> => {
  await db.query(
    `update sms_inbound set answer_state = 'failed', answer_said = $2, answer_at = $3
     where answer_state = 'sending' and (answer_at is null or answer_at < $1)`,
    [before, of.said, of.now],
  )
}

/** Nothing goes from this sender to this number any more, or it does again. */
export const setOptOut = async (
  db: Db,
  of: { readonly sandboxId: string; readonly sender: string; readonly number: string },
  at: Date | null,
): Promise<void> => {
  if (at === null)
    await db.query('delete from sms_opt_out where sandbox_id = $1 and sender = $2 and number = $3', [
      of.sandboxId,
      of.sender,
      of.number,
    ])
  else
    await db.query(
      `insert into sms_opt_out as o (sandbox_id, sender, number, at) values ($1, $2, $3, $4)
       on conflict (sandbox_id, sender, number) do update set at = greatest(o.at, excluded.at)`,
      [of.sandboxId, of.sender, of.number, at],
    )
}
