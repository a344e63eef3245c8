/**
 * Durable intake: many calls become one transaction. Answers each call by itself: the first id of an equal repeat,
 * a conflict for another call under the same key, a refusal for an unknown profile or a text that cannot be stored.
 * Knows neither HTTP nor the campaign's state.
 */
import type { Recipient } from '@carillon/contract'
import pg from 'pg'
import { transaction } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import { createMicroBatch, type MicroBatch } from '../lib/micro-batch.ts'
import { unstorablePointers } from '../lib/unstorable.ts'
import type { Lane, StoredRecipient } from '../messages/ledger.ts'
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
  readonly kind: 'unitary' | 'test'
  readonly lane: Lane
  readonly createdAt: Date
  readonly createdBy: string
  readonly expiresAt: Date | null
  readonly createProfiles: boolean
  readonly recipients: readonly Recipient[]
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

const storedRecipient = (recipient: Recipient, profileId: string | undefined): string => {
  const { context, mergePolicyName, mergePolicySchema, ...rest } = recipient
  const { type, userId, namespace, channelData, profile } = rest
  const stored: StoredRecipient = {
    type,
    userId,
    namespace,
    ...(profileId === undefined ? {} : { profileId }),
    ...(channelData === undefined
      ? {}
      : { channelData: channelData as NonNullable<StoredRecipient['channelData']> }),
    ...(profile === undefined ? {} : { profile }),
  }
  return JSON.stringify(stored)
}

const unknownProfile = (pointers: readonly string[]): Fault =>
  new Fault('profile_unknown', {
    detail: 'A recipient has no profile, and this campaign does not create new profiles.',
    problems: pointers.map(pointer => ({ pointer, message: 'no profile has this identity' })),
  })

// SQLSTATE 22… is a bad value and 54… a limit: the call's own fault. 40… (deadlock, serialization) is worth one more go.
const sqlState = (error: unknown): string => (error instanceof pg.DatabaseError ? (error.code ?? '') : '')
const isCallersFault = (error: unknown): boolean => /^(22|54)/.test(sqlState(error))
const isRepeatable = (error: unknown): boolean => /^(22|23|40|54)/.test(sqlState(error))

const badValue = (call: IntakeCall, error: unknown): Fault => {
  const body = { requestId: call.requestId, campaignId: call.campaignId, recipients: call.recipients }
  const problems = unstorablePointers(body).map(pointer => ({
    pointer,
    message: 'holds a character that cannot be stored',
  }))
  if (problems.length > 0) return new Fault('payload_unstorable', { problems, cause: error })
  return new Fault('payload_invalid', { detail: 'A value of the call cannot be stored.', cause: error })
}

const unavailable = (cause: unknown): Fault => new Fault('unavailable', { retryAfterSeconds: 1, cause })

interface Resolved {
  readonly profiles: Map<string, string>
  readonly refused: Map<IntakeCall, Fault>
}

const resolveProfiles = async (pool: pg.Pool, calls: readonly IntakeCall[]): Promise<Resolved> => {
  const wanted = new Map<string, { sandboxId: string; namespace: string; value: string }>()
  for (const call of calls)
    for (const recipient of call.recipients)
      if (recipient.type === 'aep')
        wanted.set(identityKey(call, recipient), {
          sandboxId: call.sandboxId,
          namespace: recipient.namespace.toLowerCase(),
          value: recipient.userId,
        })
  const profiles = new Map<string, string>()
  if (wanted.size > 0)
    for (const row of await resolveIdentities(pool, [...wanted.values()]))
      profiles.set(`${row.sandboxId} ${row.namespace} ${row.value}`, row.profileId)
  const refused = new Map<IntakeCall, Fault>()
  for (const call of calls.filter(one => !one.createProfiles)) {
    const pointers = call.recipients.flatMap((recipient, index) =>
      recipient.type === 'aep' && !profiles.has(identityKey(call, recipient))
        ? [`/recipients/${index}/userId`]
        : [],
    )
    if (pointers.length > 0) refused.set(call, unknownProfile(pointers))
  }
  return { profiles, refused }
}

const missingProfiles = (
  calls: readonly IntakeCall[],
  profiles: ReadonlyMap<string, string>,
  newId: () => string,
) => {
  const missing = new Map<string, { id: string; sandboxId: string; namespace: string; value: string }>()
  for (const call of calls)
    for (const recipient of call.recipients) {
      const key = identityKey(call, recipient)
      if (recipient.type === 'aep' && !profiles.has(key) && !missing.has(key))
        missing.set(key, {
          id: newId(),
          sandboxId: call.sandboxId,
          namespace: recipient.namespace.toLowerCase(),
          value: recipient.userId,
        })
    }
  return [...missing.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}

const toAccepted = (
  call: IntakeCall,
  deps: IntakeDeps,
  profiles: ReadonlyMap<string, string>,
): AcceptedCall => ({
  ...call,
  messages: call.recipients.map(recipient => ({
    id: deps.newId(),
    recipient: storedRecipient(recipient, profiles.get(identityKey(call, recipient))),
    context: JSON.stringify(recipient.context ?? {}),
  })),
})

const insertCalls = async (
  deps: IntakeDeps,
  calls: readonly IntakeCall[],
  at: { resolved: Resolved; shard: number },
) => {
  const { profiles } = at.resolved
  const rows = missingProfiles(calls, profiles, deps.newId)
  if (rows.length === 0)
    return insertAccepted(
      deps.pool,
      calls.map(call => toAccepted(call, deps, profiles)),
      at.shard,
    )
  return transaction(deps.pool, async tx => {
    const now = deps.clock.now()
    for (const row of await createProfiles(tx, rows, now))
      profiles.set(`${row.sandboxId} ${row.namespace} ${row.value}`, row.profileId)
    return insertAccepted(
      tx,
      calls.map(call => toAccepted(call, deps, profiles)),
      at.shard,
    )
  })
}

// Equal keys within a batch are folded here: the first call stands for all.
const representatives = (calls: readonly IntakeCall[]): IntakeCall[] => {
  const byKey = new Map<string, IntakeCall>()
  for (const call of calls) if (!byKey.has(keyOf(call))) byKey.set(keyOf(call), call)
  return [...byKey.values()]
}

const acceptBatch = async (
  deps: IntakeDeps,
  calls: readonly IntakeCall[],
  shard: number,
): Promise<Answer[]> => {
  const resolved = await resolveProfiles(deps.pool, calls)
  const candidates = representatives(calls.filter(call => !resolved.refused.has(call)))
  const won =
    candidates.length === 0 ? new Set<string>() : await insertCalls(deps, candidates, { resolved, shard })
  const stored = new Map<string, StoredKey>()
  for (const call of candidates) if (won.has(call.executionId)) stored.set(keyOf(call), call)
  const rest = calls.filter(call => !stored.has(keyOf(call)))
  if (rest.length > 0) for (const key of await readKeys(deps.pool, rest)) stored.set(keyOf(key), key)
  return calls.map(call => {
    const key = stored.get(keyOf(call))
    if (key !== undefined) return answerFromKey(key, call.bodyHash)
    return resolved.refused.get(call) ?? unavailable(new Error('the key was neither won nor found'))
  })
}

const acceptOne = async (deps: IntakeDeps, call: IntakeCall, shard: number): Promise<Answer> => {
  try {
    const [answer] = await acceptBatch(deps, [call], shard)
    return answer ?? unavailable(undefined)
  } catch (error) {
    return isCallersFault(error) ? badValue(call, error) : unavailable(error)
  }
}

// One caller's bad value must not fail the others of its batch, so a refused batch is replayed call by call.
const acceptOrReplay = async (
  deps: IntakeDeps,
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

/** The intake of one process. A promise resolves only after the commit. */
export const createIntake = (deps: IntakeDeps): MicroBatch<IntakeCall, IntakeResult> =>
  createMicroBatch({
    maxSize: 128,
    inFlight: 2,
    maxWaiting: 5_000,
    run: (calls, slot) => acceptOrReplay(deps, calls, deps.firstShard + slot),
    onFull: () =>
      new Fault('unavailable', {
        detail: 'More calls are waiting than the database takes; nothing was stored.',
        retryAfterSeconds: 1,
      }),
  })
