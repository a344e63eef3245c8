/** A ledger with one campaign, one worker and holds, at a time that the test moves: for tests of what is kept back. */
import type { Hold } from '@carillon/contract'
import type pg from 'pg'
import { insertAccepted } from '../src/campaigns/accept.store.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { cancelBound, liftHold, type NewHold, openHold } from '../src/messages/holds.store.ts'
import {
  claimMessages,
  markMessages,
  recordResults,
  releaseMessages,
  settleLateResults,
} from '../src/messages/ledger.store.ts'
import type { ClaimedMessage, Lane, MessageResult, WorkerIdentity } from '../src/messages/ledger.ts'
import { excludeOverdue, sweepHolds } from '../src/messages/sweep.store.ts'
import { registerWorker } from '../src/messages/workers.store.ts'

/** A call to accept; `told` is what the execution says of its size, where that differs. */
export interface TestCall {
  readonly campaign?: string
  readonly kind?: string
  readonly lane?: Lane
  readonly told?: number
}

const START = Date.UTC(2026, 10, 24, 12)
const HOUR = new Date(START)
/** So long after its decision a hold is swept at least. */
const GRACE_MS = 5_000

/** One sandbox, campaign and version; every act happens at `now()`. */
export class TestLedger {
  readonly db: pg.Pool
  readonly sandboxId = uuidv7(START)
  readonly versionId = uuidv7(START)
  readonly campaignId = uuidv7(START)
  #ms = START
  #worker: WorkerIdentity = { id: '', epoch: 0 }

  constructor(db: pg.Pool) {
    this.db = db
  }

  /** Begins anew, with nothing in the ledger. */
  async empty(): Promise<void> {
    this.#ms = START
    await this.db.query(
      'truncate trigger_key, execution, message, delivery, attempt, tally, worker, hold, message_event',
    )
    this.#worker = await registerWorker(this.db, { name: 'a/', newId: this.newId(), ...this.at() })
  }

  now(): Date {
    return new Date(this.#ms)
  }

  at(): { now: Date; hour: Date; shard: number } {
    return { now: this.now(), hour: HOUR, shard: 1 }
  }

  newId(): string {
    return uuidv7(this.#ms)
  }

  /** Without a number: until every hold may be done with. */
  move(ms = GRACE_MS): void {
    this.#ms += ms
  }

  async accept(count: number, more: TestCall = {}): Promise<string> {
    const { sandboxId, versionId } = this
    const executionId = this.newId()
    const messages = Array.from({ length: count }, () => ({
      id: this.newId(),
      recipient: '{"type":"external","userId":"a@example.test","namespace":"email"}',
      context: '{}',
    }))
    const call = {
      ...{ sandboxId, requestId: executionId, bodyHash: Buffer.alloc(32), executionId, versionId },
      ...{ createdAt: this.now(), createdBy: 'test', expiresAt: null, messages },
      campaignId: more.campaign ?? this.campaignId,
      kind: more.kind ?? 'unitary',
      lane: more.lane ?? 'transactional',
    }
    await insertAccepted(this.db, [call], 0)
    const told = more.told ?? count
    await this.db.query('update execution set recipient_count = $2 where id = $1', [executionId, told])
    return executionId
  }

  claim(limit = 10_000): Promise<ClaimedMessage[]> {
    return claimMessages(this.db, {
      worker: this.#worker,
      lane: 'transactional',
      limit,
      now: this.now(),
    })
  }

  mark(messages: readonly ClaimedMessage[]): Promise<Map<string, number>> {
    return markMessages(this.db, { worker: this.#worker, messages, now: this.now() })
  }

  resultOf(
    message: ClaimedMessage,
    state: MessageResult['state'],
    reason: string | null = null,
  ): MessageResult {
    const { messageId, generation, attempt } = message
    const nothing = { detail: null, runId: null, dueAt: null, handOver: null }
    return { messageId, versionId: this.versionId, generation, attempt, state, reason, ...nothing }
  }

  record(results: readonly MessageResult[]): Promise<Set<string>> {
    return recordResults(this.db, { worker: this.#worker, results, ...this.at() })
  }

  /** Marks what may be marked and records it as sent; answers the messages without a permit. */
  async send(messages: readonly ClaimedMessage[]): Promise<ClaimedMessage[]> {
    const attempts = await this.mark(messages)
    const handOver = {
      ...{ transportId: null, startedAt: this.now(), endedAt: this.now(), outcome: 'accepted' },
      ...{ code: '250', answer: '', metadata: null },
    }
    const sent = messages.flatMap(one => {
      const attempt = attempts.get(one.messageId)
      return attempt === undefined ? [] : [{ ...this.resultOf(one, 'sent'), attempt, handOver }]
    })
    await this.record(sent)
    return messages.filter(one => !attempts.has(one.messageId))
  }

  /** What the provider said of marked messages, whose attempts are those that the mark gave. */
  handedOver(
    messages: readonly ClaimedMessage[],
    state: 'sent' | 'ready' | 'failed' | 'unknown',
  ): readonly MessageResult[] {
    const handOver = {
      ...{ transportId: null, startedAt: this.now(), endedAt: this.now(), outcome: state, code: '' },
      ...{ answer: '', metadata: null },
    }
    const dueAt = state === 'ready' ? this.now() : null
    return messages.map(one => ({ ...this.resultOf(one, state, state), dueAt, handOver }))
  }

  /** Evidence that comes after the message was taken from its worker. */
  settleLate(results: readonly MessageResult[]): Promise<Set<string>> {
    return settleLateResults(this.db, { worker: this.#worker, results, ...this.at() })
  }

  giveBack(messages: readonly ClaimedMessage[]): Promise<void> {
    const back = messages.map(({ messageId }) => ({ messageId, dueAt: this.now(), reason: null }))
    return releaseMessages(this.db, { worker: this.#worker, messages: back, now: this.now() })
  }

  /** The worker begins a new life: what it had in its hands is recovered. */
  async recover(): Promise<void> {
    this.#worker = await registerWorker(this.db, { name: 'a/', newId: this.newId(), ...this.at() })
  }

  keepBack(messages: readonly ClaimedMessage[], reason = 'paused'): Promise<Set<string>> {
    return this.record(messages.map(message => this.resultOf(message, 'held', reason)))
  }

  /** Opens a hold, unless told otherwise a pause of the campaign; answers its id. */
  async open(more: Partial<NewHold> = {}): Promise<string> {
    const { sandboxId, campaignId } = this
    const hold = await openHold(this.db, {
      ...{ id: this.newId(), sandboxId, kind: 'pause', scope: 'campaign', scopeId: campaignId },
      ...{ beforeId: null, detail: 'wrong prices', now: this.now(), by: 'ada' },
      ...more,
    })
    return hold.id
  }

  cancel(more: Partial<NewHold> = {}): Promise<string> {
    return this.open({ kind: 'cancel', beforeId: cancelBound(this.now()), ...more })
  }

  lift(id: string, decision: 'release' | 'cancel' = 'release'): Promise<Hold | undefined> {
    const { sandboxId } = this
    const newId = (): string => this.newId()
    return liftHold(this.db, { sandboxId, id, decision, now: this.now(), by: 'bob', newId })
  }

  sweep(limit = 1_000): Promise<number> {
    return sweepHolds(this.db, { ...this.at(), limit })
  }

  excludeOverdue(limit = 1_000, at: Partial<{ now: Date }> = {}): Promise<number> {
    return excludeOverdue(this.db, { ...this.at(), limit, ...at })
  }

  async #numbers(query: string, values: unknown[] = []): Promise<Record<string, number>> {
    const { rows } = await this.db.query<{ state: string; n: number }>(query, values)
    return Object.fromEntries(rows.map(row => [row.state, row.n]))
  }

  /** How many messages are in each state. */
  states(): Promise<Record<string, number>> {
    return this.#numbers('select state, count(*) as n from delivery group by state')
  }

  /** What the sums of a scope say; unless told otherwise of the version. */
  sums(scope = this.versionId): Promise<Record<string, number>> {
    return this.#numbers(
      'select state, sum(n)::int as n from tally where scope = $1 group by state having sum(n) <> 0',
      [scope],
    )
  }

  /** What is told of messages, apart from their being held, with how many of them. */
  async events(): Promise<unknown[]> {
    const { rows } = await this.db.query(
      `select kind, state, reason, detail, actor, count(*)::int as n from message_event
       where kind <> 'held' group by 1, 2, 3, 4, 5`,
    )
    return rows
  }
}
