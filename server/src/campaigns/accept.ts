/**
 * Durable intake: many calls become one transaction. Answers each call by itself: the first id of an equal repeat,
 * a conflict for another call under the same key, a refusal for an unknown profile or a text that cannot be stored.
 * Knows neither HTTP nor the campaign's state.
 */
import type { Recipient } from '@carillon/contract'
import pg from 'pg'
import { type Db, transaction } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import { createMicroBatch, type MicroBatch } from '../lib/micro-batch.ts'
import { unstorablePointers } from '../lib/unstorable.ts'
import type { ExecutionKind } from '../messages/execution-id.ts'
import type { Lane, StoredRecipient } from '../messages/ledger.ts'
import { createWake } from '../messages/wake.store.ts'
import { createProfiles, resolveIdentities } from '../profiles/profile.store.ts'
import { type AcceptedCall, insertAccepted, readKeys, type StoredKey } from './accept.store.ts'

/** A call whose campaign was found live; only profiles and the key are still open. */
export interface IntakeCall {
  readonly sandboxId: string
  readonly requestId: string
  readonly bodyHash: Buffer
  readonly executionId: string
  readonly campaignId: string
  readonly versionId: string
  readonly kind: ExecutionKind
  readonly lane: Lane
  readonly createdAt: Date
  readonly createdBy: string
  readonly expiresAt: Date | null
  readonly createProfiles: boolean
  readonly recipients: readonly Recipient[]
  /** The JSON text of each recipient's context, in order. */
  readonly contexts: readonly string[]
  /** The size of the whole call as JSON text: what it weighs while it waits. */
  readonly bytes: number
}

/** The execution that answers a call: its own, or the first one of an equal call. */
export interface IntakeResult {
  readonly executionId: string
  readonly createdAt: Date
}

/** What the intake needs: `firstShard` keeps several intakes on different rows of the sums. */
export interface IntakeDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly newId: () => string
  readonly firstShard: number
}

type Answer = IntakeResult | Error

const keyOf = (call: { readonly sandboxId: string; readonly requestId: string }): string =>
  `${call.sandboxId} ${call.requestId}`

const identityKey = (call: IntakeCall, recipient: Recipient): string =>
  `${call.sandboxId} ${recipient.namespace.toLowerCase()} ${recipient.userId}`

/** Answers a call from what is stored under its key. */
export const answerFromKey = (stored: StoredKey, bodyHash: Buffer): IntakeResult | Fault =>
  stored.bodyHash.equals(bodyHash)
    ? { executionId: stored.executionId, createdAt: stored.createdAt }
    : new Fault('request_id_conflict', {
        detail:
          'This requestId was already used for a call with other content; use a new one for a new call.',
        problems: [{ pointer: '/requestId', message: 'was already used for another call' }],
      })

// Members that are undefined leave no trace in the text; the statement adds the profile's id.
const storedRecipient = ({ type, userId, namespace, channelData, profile }: Recipient): string =>
  JSON.stringify({ type, userId, namespace, channelData, profile } satisfies Record<
    keyof Omit<StoredRecipient, 'profileId' | 'lacksIdentity' | 'erased'>,
    unknown
  >)

const unknownProfile = (pointers: readonly string[]): Fault =>
  new Fault('profile_unknown', {
    detail: 'A recipient has no profile, and this campaign does not create new profiles.',
    problems: pointers.map(pointer => ({ pointer, message: 'no profile has this identity' })),
  })

// SQLSTATE 22… is a bad value and 54… a limit: the call's own fault. 40… (deadlock, serialization) is worth one more go.
const sqlState = (error: unknown): string => (error instanceof pg.DatabaseError ? (error.code ?? '') : '')
const isCallersFault = (error: unknown): boolean => /^(22|54)/.test(sqlState(error))
const isRepeatable = (error: unknown): boolean => /^(22|23|40|54)/.test(sqlState(error))

/** The refusal of a call with a text that PostgreSQL cannot keep, pointing at each; undefined when there is none. */
export const unstorableFault = (body: object, cause?: unknown): Fault | undefined => {
  const problems = unstorablePointers(body).map(pointer => ({
    pointer,
    message: 'holds a character that cannot be stored',
  }))
  return problems.length === 0 ? undefined : new Fault('payload_unstorable', { problems, cause })
}

const badValue = (call: IntakeCall, error: unknown): Fault => {
  const { requestId, campaignId, recipients } = call
  const unstorable = unstorableFault({ requestId, campaignId, recipients }, error)
  if (unstorable !== undefined) return unstorable
  return new Fault('payload_invalid', { detail: 'A value of the call cannot be stored.', cause: error })
}

const unavailable = (cause: unknown): Fault => new Fault('unavailable', { retryAfterSeconds: 1, cause })

interface RoundDeps extends IntakeDeps {
  readonly wake: (lane: Lane) => void
}

/** One batch on its way: what is stored by now under the keys of its calls. */
interface Round {
  readonly deps: RoundDeps
  readonly shard: number
  readonly stored: Map<string, StoredKey>
}

const openOf = (round: Round, calls: readonly IntakeCall[]): IntakeCall[] =>
  calls.filter(call => !round.stored.has(keyOf(call)))

// Equal keys within a batch are folded here: the first call stands for all.
const representatives = (calls: readonly IntakeCall[]): IntakeCall[] => {
  const byKey = new Map<string, IntakeCall>()
  for (const call of calls) if (!byKey.has(keyOf(call))) byKey.set(keyOf(call), call)
  return [...byKey.values()]
}

const toAccepted = (call: IntakeCall, newId: () => string): AcceptedCall => ({
  ...call,
  messages: call.recipients.map((recipient, index) => ({
    id: newId(),
    recipient: storedRecipient(recipient),
    context: call.contexts[index] ?? '{}',
    ...(recipient.type === 'aep'
      ? { identity: { namespace: recipient.namespace.toLowerCase(), value: recipient.userId } }
      : {}),
  })),
})

const insertCalls = (db: Db, round: Round, calls: readonly IntakeCall[]): Promise<Set<string>> =>
  insertAccepted(
    db,
    calls.map(call => toAccepted(call, round.deps.newId)),
    round.shard,
  )

// Only after the commit: what is noted here is answered 202.
const noteStored = (round: Round, calls: readonly IntakeCall[], won: ReadonlySet<string>): void => {
  for (const call of calls) {
    if (!won.has(call.executionId)) continue
    round.stored.set(keyOf(call), call)
    round.deps.wake(call.lane)
  }
}

const noteKeys = async (round: Round, calls: readonly IntakeCall[]): Promise<void> => {
  if (calls.length === 0) return
  for (const key of await readKeys(round.deps.pool, calls)) round.stored.set(keyOf(key), key)
}

/** A person whose profile a call needs. */
interface Wanted {
  readonly sandboxId: string
  readonly namespace: string
  readonly value: string
}

const wantedBy = (calls: readonly IntakeCall[]): Map<string, Wanted> => {
  const wanted = new Map<string, Wanted>()
  for (const call of calls)
    for (const recipient of call.recipients)
      if (recipient.type === 'aep')
        wanted.set(identityKey(call, recipient), {
          sandboxId: call.sandboxId,
          namespace: recipient.namespace.toLowerCase(),
          value: recipient.userId,
        })
  return wanted
}

const knownAmong = async (pool: pg.Pool, wanted: ReadonlyMap<string, Wanted>): Promise<Set<string>> => {
  if (wanted.size === 0) return new Set()
  const rows = await resolveIdentities(pool, [...wanted.values()])
  return new Set(rows.map(row => `${row.sandboxId} ${row.namespace} ${row.value}`))
}

const refusedFor = (
  calls: readonly IntakeCall[],
  known: ReadonlySet<string>,
): ReadonlyMap<IntakeCall, Fault> => {
  const refused = new Map<IntakeCall, Fault>()
  for (const call of calls.filter(one => !one.createProfiles)) {
    const pointers = call.recipients.flatMap((recipient, index) =>
      recipient.type === 'aep' && !known.has(identityKey(call, recipient))
        ? [`/recipients/${index}/userId`]
        : [],
    )
    if (pointers.length > 0) refused.set(call, unknownProfile(pointers))
  }
  return refused
}

// Sorted by key, as `createProfiles` asks for.
const missingOf = (calls: readonly IntakeCall[], known: ReadonlySet<string>, newId: () => string) =>
  [...wantedBy(calls)]
    .filter(([key]) => !known.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, wanted]) => ({ ...wanted, id: newId() }))

const insertWithProfiles = async (
  round: Round,
  calls: readonly IntakeCall[],
  known: ReadonlySet<string>,
): Promise<void> => {
  const { pool, clock, newId } = round.deps
  const won = await transaction(pool, async tx => {
    const missing = missingOf(calls, known, newId)
    if (missing.length > 0) await createProfiles(tx, missing, clock.now())
    return insertCalls(tx, round, calls)
  })
  noteStored(round, calls, won)
}

const NONE: ReadonlyMap<IntakeCall, Fault> = new Map()

// What the first statement did not store: repeats, and calls for people without a profile.
const acceptRest = async (
  round: Round,
  calls: readonly IntakeCall[],
): Promise<ReadonlyMap<IntakeCall, Fault>> => {
  await noteKeys(round, calls)
  const open = openOf(round, calls)
  if (open.length === 0) return NONE
  const known = await knownAmong(round.deps.pool, wantedBy(open))
  const refused = refusedFor(open, known)
  const rest = open.filter(call => !refused.has(call))
  if (rest.length === 0) return refused
  await insertWithProfiles(round, representatives(rest), known)
  // Another process may have won a key in the meantime.
  await noteKeys(round, openOf(round, rest))
  return refused
}

const acceptBatch = async (
  deps: RoundDeps,
  calls: readonly IntakeCall[],
  shard: number,
): Promise<Answer[]> => {
  const round: Round = { deps, shard, stored: new Map() }
  const first = representatives(calls)
  noteStored(round, first, await insertCalls(deps.pool, round, first))
  const open = openOf(round, calls)
  let failure: unknown
  // What is stored is answered 202, whatever becomes of the others.
  const refused =
    open.length === 0
      ? NONE
      : await acceptRest(round, open).catch((error: unknown) => {
          if (isRepeatable(error)) throw error
          failure = error
          return NONE
        })
  return calls.map(call => {
    const key = round.stored.get(keyOf(call))
    if (key !== undefined) return answerFromKey(key, call.bodyHash)
    return refused.get(call) ?? unavailable(failure ?? new RangeError('the key was neither won nor found'))
  })
}

const acceptOne = async (deps: RoundDeps, call: IntakeCall, shard: number): Promise<Answer> => {
  try {
    const [answer] = await acceptBatch(deps, [call], shard)
    return answer ?? unavailable(undefined)
  } catch (error) {
    return isCallersFault(error) ? badValue(call, error) : unavailable(error)
  }
}

// One caller's bad value must not fail the others of its batch, so a refused batch is replayed call by call.
const acceptOrReplay = async (
  deps: RoundDeps,
  calls: readonly IntakeCall[],
  shard: number,
): Promise<Answer[]> => {
  try {
    return await acceptBatch(deps, calls, shard)
  } catch (error) {
    if (!isRepeatable(error)) return calls.map(() => unavailable(error))
    const answers: Answer[] = []
    for (const call of calls) answers.push(await acceptOne(deps, call, shard))
    return answers
  }
}

const tooBusy = (detail: string): Fault => new Fault('unavailable', { detail, retryAfterSeconds: 1 })

/** Calls that may wait. */
export const MOST_WAITING = 5_000
/** The size of all calls that may wait or be stored at a time. */
export const MOST_BYTES = 64_000_000
const MOST_RUN_BYTES = 8_000_000
const LONGEST_WAIT_MS = 5_000

/**
 * The intake of one process. A promise resolves only after the commit. When the database falls behind, calls are
 * refused by number, by size and by the time they waited: those were never part of a statement. Calls whose statement
 * takes too long, or whose connection is lost, are answered "unavailable" too; theirs may have been stored all the
 * same, and a repeat is harmless by its key.
 */
export const createIntake = (given: IntakeDeps): MicroBatch<IntakeCall, IntakeResult> => {
  const deps: RoundDeps = { ...given, wake: createWake(given.pool) }
  return createMicroBatch({
    maxSize: 128,
    inFlight: 2,
    maxWaiting: MOST_WAITING,
    run: (calls, slot) => acceptOrReplay(deps, calls, deps.firstShard + slot),
    onFull: () => tooBusy('More calls are waiting than the database takes; nothing was stored.'),
    limits: {
      weigh: call => call.bytes,
      maxWeight: MOST_BYTES,
      maxRunWeight: MOST_RUN_BYTES,
      maxWaitMs: LONGEST_WAIT_MS,
      monotonicMs: () => deps.clock.monotonicMs(),
      onLate: () => tooBusy('The call waited too long for the database; nothing was stored.'),
    },
  })
}
