/** A worker moved by hand: it claims, marks and records through the real statements, and the test says what comes of it. */
import type pg from 'pg'
import { uuidv7 } from '../src/lib/ids.ts'
import {
  claimMessages,
  markMessages,
  recordResults,
  settleLateResults,
} from '../src/messages/ledger.store.ts'
import {
  type ClaimedMessage,
  LANES,
  type MessageResult,
  runOf,
  type WorkerIdentity,
} from '../src/messages/ledger.ts'
import { recoverNamed, registerWorker } from '../src/messages/workers.store.ts'

/** What comes of a message; with `answer` it was handed over, without it was refused before. */
export interface Fate {
  readonly state: MessageResult['state']
  readonly reason?: string
  readonly detail?: string
  readonly dueAt?: Date
  readonly answer?: { readonly outcome: string; readonly code: string; readonly answer: string }
  readonly transportId?: string
}

/** The fate of a message that was sent. */
export const SENT: Fate = {
  state: 'sent',
  answer: { outcome: 'accepted', code: '2.0.0', answer: '250 2.0.0 ok' },
}
/** The fate of a message that was refused for good. */
export const REJECTED: Fate = {
  state: 'failed',
  reason: 'rejected',
  answer: { outcome: 'reject', code: '5.1.1', answer: '550 5.1.1 no such user' },
}
/** The fate of a message whose connection was cut. */
export const CUT: Fate = {
  state: 'unknown',
  reason: 'connection_cut',
  answer: { outcome: 'unknown', code: 'connection_cut', answer: '' },
}

/** A claimed message and its permit. */
export interface Permitted {
  readonly message: ClaimedMessage
  readonly attempt: number
}

/** The worker. `now` is asked at every step. */
export interface HandWorker {
  claim(limit?: number): Promise<ClaimedMessage[]>
  /** Those that may be handed over. */
  mark(messages: readonly ClaimedMessage[]): Promise<Permitted[]>
  record(permitted: readonly Permitted[], fate: Fate): Promise<Set<string>>
  /** Of messages that are claimed and not marked. */
  refuse(messages: readonly ClaimedMessage[], fate: Fate): Promise<Set<string>>
  /** As the recorder does with what was not recorded. */
  recordLate(permitted: readonly Permitted[], fate: Fate): Promise<Set<string>>
  /** Claims all that is due, and gives each message its fate. */
  work(fateOf: (message: ClaimedMessage) => Fate): Promise<void>
  /** The worker dies and comes back: what it had is recovered. */
  crash(): Promise<void>
}

const HOUR_MS = 3_600_000

const resultOf = ({ message, attempt }: Permitted, fate: Fate, now: Date): MessageResult => ({
  messageId: message.messageId,
  versionId: message.versionId,
  generation: message.generation,
  attempt,
  state: fate.state,
  reason: fate.reason ?? null,
  detail: fate.detail ?? null,
  runId: runOf(message),
  dueAt: fate.dueAt ?? null,
  handOver:
    fate.answer === undefined
      ? null
      : {
          transportId: fate.transportId ?? null,
          startedAt: now,
          endedAt: now,
          metadata: null,
          ...fate.answer,
        },
})

/** Registers a worker of that name on the database. */
export const createHandWorker = async (
  db: pg.Pool,
  options: { readonly name: string; readonly now: () => Date },
): Promise<HandWorker> => {
  const at = () => {
    const now = options.now()
    return { now, hour: new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS), shard: 100 }
  }
  const register = (): Promise<WorkerIdentity> =>
    registerWorker(db, { name: options.name, newId: uuidv7(Date.now()), ...at() })
  let worker = await register()
  const write = (permitted: readonly Permitted[], fate: Fate): Promise<Set<string>> =>
    recordResults(db, { worker, results: permitted.map(one => resultOf(one, fate, options.now())), ...at() })
  const self: HandWorker = {
    claim: async (limit = 100) => {
      const taken = []
      for (const lane of LANES)
        taken.push(...(await claimMessages(db, { worker, lane, limit, now: options.now() })))
      return taken
    },
    mark: async messages => {
      const permits = await markMessages(db, { worker, messages, now: options.now() })
      return messages.flatMap(message => {
        const attempt = permits.get(message.messageId)
        return attempt === undefined ? [] : [{ message, attempt }]
      })
    },
    record: write,
    refuse: (messages, fate) =>
      write(
        messages.map(message => ({ message, attempt: message.attempt })),
        fate,
      ),
    recordLate: async (permitted, fate) => {
      await write(permitted, fate)
      const results = permitted.map(one => resultOf(one, fate, options.now()))
      return settleLateResults(db, { worker, results, ...at() })
    },
    work: async fateOf => {
      for (const message of await self.claim()) {
        const fate = fateOf(message)
        if (fate.answer === undefined) await self.refuse([message], fate)
        else await self.record(await self.mark([message]), fate)
      }
    },
    crash: async () => {
      await recoverNamed(db, { prefix: options.name, ...at() })
      worker = await register()
    },
  }
  return self
}
