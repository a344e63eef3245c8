/** A ledger with people, and mails that come back about it: for tests of feedback. */
import type pg from 'pg'
import { insertAccepted } from '../src/campaigns/accept.store.ts'
import { createFeedbackAddresses } from '../src/channels/email/verp.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { findMessage } from '../src/messages/read.store.ts'
import { feedbackOf, storiesOf } from '../src/messages/timeline.store.ts'
import { buildTimeline } from '../src/messages/timeline.ts'
import { createHandWorker, type Fate, type HandWorker } from './hand-worker.ts'

/** The addresses of the instance under test. */
export const ADDRESSES = createFeedbackAddresses('the secret of feedback tests, long enough')

const newId = (): string => uuidv7(Date.now())

/** One sandbox whose messages a worker moves by hand. */
export class FeedbackLedger {
  readonly db: pg.Pool
  readonly sandboxId: string
  readonly versionId: string
  readonly campaignId = newId()
  ms = Date.now()
  #worker: HandWorker | undefined

  /** In a sandbox that is there, or in one of its own; of a version that is there, or of none. */
  constructor(db: pg.Pool, sandboxId = newId(), versionId = newId()) {
    this.db = db
    this.sandboxId = sandboxId
    this.versionId = versionId
  }

  now(): Date {
    return new Date(this.ms)
  }

  async start(): Promise<void> {
    await this.db.query(
      'insert into sandbox (id, name, production, created_at) values ($1, $2, false, $3) on conflict do nothing',
      [this.sandboxId, this.sandboxId, this.now()],
    )
    this.#worker = await createHandWorker(this.db, { name: `${this.sandboxId}/`, now: () => this.now() })
  }

  /** A person with a profile. */
  async profile(email: string): Promise<string> {
    const id = newId()
    const attributes = { personalEmail: { address: email } }
    await this.db.query(
      `insert into profile (id, sandbox_id, attributes, created_at, modified_at) values ($1, $2, $3, $4, $4)`,
      [id, this.sandboxId, attributes, new Date(this.ms - 1_000)],
    )
    return id
  }

  /** A message to an address, or to a profile, that had this fate. */
  async message(to: { readonly email: string; readonly profileId?: string }, fate: Fate): Promise<string> {
    const { sandboxId, campaignId, versionId } = this
    const [executionId, id] = [newId(), newId()]
    const recipient = {
      ...{ type: to.profileId === undefined ? 'external' : 'aep', userId: to.email, namespace: 'email' },
      ...(to.profileId === undefined ? {} : { profileId: to.profileId }),
    }
    const call = {
      ...{
        sandboxId,
        requestId: executionId,
        bodyHash: Buffer.alloc(32),
        executionId,
        campaignId,
        versionId,
      },
      ...{ kind: 'unitary', createdAt: this.now(), createdBy: 'test', lane: 'transactional' as const },
      ...{ expiresAt: null, messages: [{ id, recipient: JSON.stringify(recipient), context: '{}' }] },
    }
    await insertAccepted(this.db, [call], 0)
    await this.work(fate)
    return id
  }

  /** Gives everything that is due this fate. */
  async work(fate: Fate): Promise<void> {
    await this.#worker?.work(() => fate)
  }

  async state(messageId: string): Promise<{ state: string; reason: string | null }> {
    const { rows } = await this.db.query<{ state: string; reason: string | null }>(
      'select state, reason from delivery where message_id = $1',
      [messageId],
    )
    return rows[0] ?? { state: 'none', reason: null }
  }

  /** What was reported, as `kind code`. */
  async reported(messageId: string): Promise<string[]> {
    const events = (await feedbackOf(this.db, [messageId])).get(messageId) ?? []
    return events.map(({ kind, code }) => (code === null ? kind : `${kind} ${code}`))
  }

  /** The sentences of the message's page. */
  async told(messageId: string): Promise<string[]> {
    const message = await findMessage(this.db, this.sandboxId, messageId)
    const stories = message === undefined ? [] : await storiesOf(this.db, [message])
    return stories.flatMap(story => buildTimeline(story, this.now()).map(step => step.text))
  }

  /** The reason why an address is suppressed. */
  async suppressed(email: string): Promise<string | undefined> {
    const { rows } = await this.db.query<{ reason: string }>(
      'select reason from suppression where sandbox_id = $1 and value = $2',
      [this.sandboxId, email.toLowerCase()],
    )
    return rows[0]?.reason
  }

  /** The sums of the version: nothing that is not there any more. */
  async sums(): Promise<Record<string, number>> {
    const { rows } = await this.db.query<{ key: string; n: number }>(
      `select trim(both '/' from state || '/' || reason) as key, sum(n)::int as n from tally where scope = $1
       group by 1 having sum(n) <> 0`,
      [this.versionId],
    )
    return Object.fromEntries(rows.map(row => [row.key, row.n]))
  }
}

/** A report of delivery about one address, as a relay would send it. */
export const dsnMail = (of: {
  readonly address: string
  readonly action?: string
  readonly status?: string
  readonly diagnostic?: string
}): Buffer => {
  const { address, action = 'failed', status = '5.1.1', diagnostic = 'smtp; 550 5.1.1 no such user' } = of
  return Buffer.from(
    [
      ...['From: mailer-daemon@relay.example', 'Subject: Undelivered', 'MIME-Version: 1.0'],
      'Content-Type: multipart/report; report-type=delivery-status; boundary="r"',
      ...['', '--r', 'Content-Type: text/plain', '', 'It could not be delivered.', '', '--r'],
      ...['Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; relay.example', ''],
      ...[`Final-Recipient: rfc822; ${address}`, `Action: ${action}`, `Status: ${status}`],
      ...[`Diagnostic-Code: ${diagnostic}`, '', '--r--', ''],
    ].join('\r\n'),
  )
}

/** A report of a feedback loop about the mail that was sent from `sender`. */
export const arfMail = (of: {
  readonly sender?: string
  readonly messageId?: string
  readonly type?: string
}): Buffer =>
  Buffer.from(
    [
      ...['From: fbl@mail.example', 'Subject: Abuse report', 'MIME-Version: 1.0'],
      'Content-Type: multipart/report; report-type=feedback-report; boundary="r"',
      ...['', '--r', 'Content-Type: text/plain', '', 'A report.', '', '--r'],
      ...['Content-Type: message/feedback-report', '', `Feedback-Type: ${of.type ?? 'abuse'}`, 'Version: 1'],
      ...(of.sender === undefined ? [] : [`Original-Mail-From: <${of.sender}>`]),
      ...['', '--r', 'Content-Type: message/rfc822', '', 'From: shop@shop.example', 'Subject: Offer'],
      ...(of.messageId === undefined ? [] : [`X-Carillon-Message-Id: ${of.messageId}`]),
      ...['', 'Hello', '--r--', ''],
    ].join('\r\n'),
  )
