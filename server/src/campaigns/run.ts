/**
 * The accept function of audience runs: a run is one execution that grows by chunks of people, each chunk committed
 * by itself. Whoever walks an audience can be killed between any two chunks and begin again. Knows no audience.
 */
import type { Db } from '../db/pool.ts'
import type { StoredRecipient } from '../messages/ledger.ts'
import { insertRun, insertRunChunk } from './run.store.ts'

/** A run before its first person. `executionId` is a UUIDv7 of the moment the run began. */
export interface RunStart {
  readonly executionId: string
  readonly sandboxId: string
  readonly campaignId: string
  readonly versionId: string
  readonly requestId: string | null
  readonly createdBy: string
  readonly now: Date
}

/** One person of a run. `messageId` is the same whenever this person of this run is added: `runMessageId` makes one. */
export interface RunPerson {
  readonly messageId: string
  readonly recipient: StoredRecipient
  readonly context: Readonly<Record<string, unknown>>
}

/** People to add. `shard` is the caller's own row of every sum; callers at work at one time have different ones. */
export interface RunChunk {
  readonly executionId: string
  readonly people: readonly RunPerson[]
  readonly expiresAt: Date | null
  readonly now: Date
  readonly shard: number
}

/** People in one chunk, at most: what one transaction holds, and what is built in memory at a time. */
export const MOST_IN_CHUNK = 1_000
/** People in one run, at most: what the position within a message id can count. */
export const MOST_IN_RUN = 2 ** 32

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * The message id of the n-th person of a run: the run's own moment (so that messages lie in their partition and sort
 * by position), then the position, then random bits of the run's id. The same for the same run and position.
 */
export const runMessageId = (executionId: string, position: number): string => {
  if (!(Number.isInteger(position) && position >= 0 && position < MOST_IN_RUN))
    throw new RangeError(`${position} is not a position in a run`)
  const high = (position >>> 20).toString(16).padStart(3, '0')
  const middle = (0x8000 | ((position >>> 8) & 0xfff)).toString(16)
  const low = (position & 0xff).toString(16).padStart(2, '0')
  return `${executionId.slice(0, 13)}-7${high}-${middle}-${low}${executionId.slice(26)}`
}

/** Begins a run: its execution (kind `audience`), with no message yet. Once begun, beginning it again changes nothing. */
export const beginRun = (db: Db, run: RunStart): Promise<void> => insertRun(db, run)

/**
 * Adds one chunk in one transaction: messages that are due at once in the marketing lane, the run's number of
 * recipients, and the sums of accepted messages (the version's and the run's); then wakes the workers. A person who
 * was added before is left alone and not counted. Answers how many are new.
 */
export const addToRun = async (db: Db, chunk: RunChunk): Promise<number> => {
  const { people, executionId } = chunk
  if (people.length > MOST_IN_CHUNK)
    throw new RangeError(`${people.length} people in one chunk; at most ${MOST_IN_CHUNK}`)
  const stranger = people.find(person => !UUID_V7.test(person.messageId))
  if (stranger !== undefined) throw new RangeError(`${stranger.messageId} is not a UUIDv7 in lower case`)
  const added = await insertRunChunk(db, chunk)
  if (added === undefined) throw new RangeError(`there is no run ${executionId}`)
  return added
}
