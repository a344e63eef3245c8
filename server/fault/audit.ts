/** The audit: what was promised to callers, what the ledger says and what the sink got must tell one story. */
import type pg from 'pg'
import { describeSum, wrongSums } from './sums.ts'

/** A call that was answered 202, or a run: its execution and everybody in it. */
export interface AcceptedCall {
  readonly executionId: string
  readonly userIds: readonly string[]
}

/** What callers and the sink saw. */
export interface Witnesses {
  /** By request id. Every call must have been repeated until it was answered. */
  readonly accepted: ReadonlyMap<string, AcceptedCall>
  /** When each message id reached the sink, in order. */
  readonly deliveries: ReadonlyMap<string, readonly number[]>
}

/** Findings; an empty list of problems is a clean audit. */
export interface AuditResult {
  readonly problems: readonly string[]
  readonly messages: number
  readonly sent: number
  readonly failed: number
  readonly excluded: number
  readonly unknown: number
  /** Attempts that a lost worker made unknown, and those that a cut after the point of no return did. */
  readonly unknownByWorkers: number
  readonly unknownByCuts: number
}

/** One hand-over of a message as the ledger has it; times in milliseconds since 1970. */
export interface AuditedAttempt {
  readonly outcome: string
  readonly code: string
  readonly endedAt: number
}

/** One message as the ledger has it; attempts in order. A state of null: a message without its delivery row. */
export interface AuditedMessage {
  readonly id: string
  readonly executionId: string
  readonly userId: string | null
  readonly state: string | null
  readonly attempts: readonly AuditedAttempt[]
}

const SETTLED = ['sent', 'excluded', 'failed', 'cancelled', 'unknown']

const readMessages = async (db: pg.Pool): Promise<AuditedMessage[]> => {
  const { rows } = await db.query<AuditedMessage>(
    `select coalesce(m.id, d.message_id) as id, coalesce(m.execution_id, d.execution_id) as "executionId",
       m.recipient ->> 'userId' as "userId", d.state,
       coalesce((
         select json_agg(json_build_object('outcome', a.outcome, 'code', a.code,
           'endedAt', extract(epoch from a.ended_at) * 1000) order by a.generation, a.n, a.started_at)
         from attempt a where a.message_id = m.id), '[]') as attempts
     from message m full join delivery d on d.message_id = m.id`,
  )
  return rows
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean => {
  const [left, right] = [[...a].sort(), [...b].sort()]
  return left.length === right.length && left.every((name, index) => name === right[index])
}

const byExecution = (messages: readonly AuditedMessage[]): Map<string, AuditedMessage[]> => {
  const groups = new Map<string, AuditedMessage[]>()
  for (const message of messages) {
    const group = groups.get(message.executionId)
    if (group === undefined) groups.set(message.executionId, [message])
    else group.push(message)
  }
  return groups
}

/** Every accepted call is there with all its people, once; and nothing is there that nobody was promised. */
export const auditCalls = (
  messages: readonly AuditedMessage[],
  accepted: Witnesses['accepted'],
): string[] => {
  const people = byExecution(messages)
  const promised = new Set<string>()
  const wrong = [...accepted].flatMap(([requestId, call]) => {
    const id = call.executionId.replace(/^[A-Z]+-/, '')
    promised.add(id)
    const found = people.get(id)
    if (found === undefined) return [`call ${requestId} was answered 202 and is not in the ledger`]
    const names = found.map(message => message.userId ?? 'nobody')
    if (sameNames(names, call.userIds)) return []
    return [`call ${requestId} named ${call.userIds.length} people, the ledger has ${names.length} or others`]
  })
  const strangers = [...people.keys()].filter(id => !promised.has(id))
  return [...wrong, ...strangers.map(id => `execution ${id} is in the ledger and answers no call`)]
}

const unknownsBefore = (message: AuditedMessage, ms: number): number =>
  message.attempts.filter(attempt => attempt.outcome === 'unknown' && attempt.endedAt <= ms).length

const auditDeliveries = (message: AuditedMessage, times: readonly number[]): string[] => {
  const { id, state, attempts } = message
  const unknowns = attempts.filter(attempt => attempt.outcome === 'unknown').length
  const found: string[] = []
  if (times.length > attempts.length)
    found.push(`${id} reached the sink ${times.length} times and has ${attempts.length} attempts`)
  const early = times.findIndex((ms, index) => unknownsBefore(message, ms) < index)
  if (early >= 0) found.push(`${id} reached the sink for the ${early + 1}. time without an unknown before it`)
  if (times.length > 0 && state !== 'sent' && unknowns === 0)
    found.push(`${id} reached the sink, is called ${state}, and no attempt is unknown`)
  return found
}

/** What the ledger says of a message against what the sink says of it. */
export const auditMessage = (message: AuditedMessage, times: readonly number[]): string[] => {
  const { id, state, attempts } = message
  if (message.userId === null || state === null) return [`${id} is only half in the ledger`]
  const found = auditDeliveries(message, times)
  if (!SETTLED.includes(state)) found.push(`${id} did not settle: ${state}`)
  if (state === 'sent' && times.length === 0) found.push(`${id} is called sent and never reached the sink`)
  if (state === 'excluded' && times.length > 0) found.push(`${id} is called excluded and reached the sink`)
  if (state === 'unknown' && !attempts.some(attempt => attempt.outcome === 'unknown'))
    found.push(`${id} is called unknown and no attempt is`)
  return found
}

const auditAll = (messages: readonly AuditedMessage[], witnesses: Witnesses): string[] => {
  const known = new Set(messages.map(message => message.id))
  const strangers = [...witnesses.deliveries.keys()].filter(id => !known.has(id))
  return [
    ...auditCalls(messages, witnesses.accepted),
    ...strangers.map(id => `the sink got ${id}, which the ledger does not know`),
    ...messages.flatMap(message => auditMessage(message, witnesses.deliveries.get(message.id) ?? [])),
  ]
}

/** Audits a ledger that has come to rest. */
export const audit = async (db: pg.Pool, witnesses: Witnesses): Promise<AuditResult> => {
  const messages = await readMessages(db)
  const inState = (state: string): number => messages.filter(message => message.state === state).length
  const unknowns = messages.flatMap(message =>
    message.attempts.filter(attempt => attempt.outcome === 'unknown'),
  )
  const byWorkers = unknowns.filter(attempt => attempt.code === 'worker_lost').length
  return {
    problems: [...auditAll(messages, witnesses), ...(await wrongSums(db)).map(describeSum)],
    messages: messages.length,
    sent: inState('sent'),
    failed: inState('failed'),
    excluded: inState('excluded'),
    unknown: inState('unknown'),
    unknownByWorkers: byWorkers,
    unknownByCuts: unknowns.length - byWorkers,
  }
}
