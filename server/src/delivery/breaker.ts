/**
 * Which transports to leave alone: one that fails ten times in a row is not used for a while, then tried with one
 * message. The state is shared: what one worker learned, the others know a second later.
 */
import { CLOSED_CODE, type SendOutcome } from '../channels/channel.ts'
import { NO_CREDENTIAL_CODE } from '../channels/push/device-channel.ts'
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { type BreakerRow, readBreakers, writeBreaker } from './breaker.store.ts'

/** The breakers of one worker process, in step with those of the others. */
export interface Breakers {
  /**
   * Undefined: the transport may be used. A date: leave it alone until then. After that moment one call gets undefined,
   * for a message that tries the transport (the probe), and the date moves on by five seconds, for the other workers
   * with the next flushes; so ask for a message only when it is going to be sent.
   */
  openUntil(transportId: string): Date | undefined
  /** What a send said of the transport; see `verdictOf`. */
  report(transportId: string, outcome: SendOutcome): void
  /** Reads the others' state and writes ours; called each second; never throws. */
  flush(): Promise<void>
}

/** What breakers need. */
export interface BreakersDeps {
  readonly db: Db
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
}

/** The state of one breaker; times in milliseconds since 1970. Closed while `openUntil` is null. */
export interface BreakerState {
  readonly failures: number
  readonly opened: number
  readonly openUntil: number | null
  /** Here, a message is trying the transport. */
  readonly probing: boolean
  readonly code: string
  readonly answer: string
  readonly changedAt: number
}

/** A breaker that knows of no trouble. */
export const CLOSED: BreakerState = {
  failures: 0,
  opened: 0,
  openUntil: null,
  probing: false,
  code: '',
  answer: '',
  changedAt: 0,
}

/** So many failures in a row open a breaker. */
export const OPENS_AFTER = 10
const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 300_000
const PROBE_MS = 5_000
// Workers find out of the end of a wait at different moments, so that mostly one of them tries.
const SPREAD_MS = 1_000

// Answers of our own side: they say nothing of the transport.
const OWN_CODES: readonly string[] = [
  ...[CLOSED_CODE, 'EINTERNAL', 'not_handed_over', 'transport_unreadable', NO_CREDENTIAL_CODE],
]

type Verdict = 'works' | 'fails' | undefined

// RFC 9110 §15.5: 401, 402 and 407 are about whoever asks; 403 may also be about this sender. SMTP has none of them.
const REFUSES_US = /^40[127]\b/
const REFUSES_SOMETHING = /^403\b/

const verdictOfRetry = ({ code, ofAccount }: Extract<SendOutcome, { kind: 'retry' }>): Verdict => {
  if (ofAccount === true || REFUSES_US.test(code)) return 'fails'
  if (REFUSES_SOMETHING.test(code)) return undefined
  // A provider of messages may refuse one in an answer of 200.
  return /^[24]\d\d/.test(code) ? 'works' : 'fails'
}

/**
 * What an outcome says of the transport. Whatever a provider answered to a message, a request to slow down included,
 * shows that it works. A connection that could not be made or was cut, a time-out, a refused session, and an answer that
 * refuses our account do not. Undefined: nothing.
 */
export const verdictOf = (outcome: SendOutcome): Verdict => {
  if (OWN_CODES.includes(outcome.code)) return undefined
  if (outcome.kind === 'unknown') return 'fails'
  if (outcome.kind === 'retry') return verdictOfRetry(outcome)
  return 'works'
}

const waitMs = (opened: number, random: number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (opened - 1)) + Math.round(random * SPREAD_MS)

// Each change is later than the one before, also within one millisecond: the latest wins.
const changeAt = (state: BreakerState, now: number): number => Math.max(now, state.changedAt + 1)

/** After a failure. While it is open only the probe's failure counts: the others were on their way before. */
export const failed = (
  state: BreakerState,
  failure: { readonly now: number; readonly random: number; readonly code: string; readonly answer: string },
): BreakerState => {
  if (state.openUntil !== null && !state.probing) return state
  const { now, random, code, answer } = failure
  const failures = state.failures + 1
  if (failures < OPENS_AFTER && state.openUntil === null) return { ...state, failures }
  const opened = state.opened + 1
  const openUntil = now + waitMs(opened, random)
  return { failures, opened, openUntil, probing: false, code, answer, changedAt: changeAt(state, now) }
}

/** After an answer of the provider: closed, and the next trouble begins with the shortest wait. */
export const worked = (state: BreakerState, now: number): BreakerState => {
  if (state.openUntil === null) return state.failures === 0 ? state : { ...state, failures: 0 }
  return { ...CLOSED, code: state.code, answer: state.answer, changedAt: changeAt(state, now) }
}

/** A message tries the transport now; others wait for what comes of it. */
export const probed = (state: BreakerState, now: number): BreakerState => ({
  ...state,
  probing: true,
  openUntil: now + PROBE_MS,
  changedAt: changeAt(state, now),
})

class SharedBreakers implements Breakers {
  readonly #deps: BreakersDeps
  readonly #states = new Map<string, BreakerState>()
  readonly #unwritten = new Set<string>()
  #healthy = true

  constructor(deps: BreakersDeps) {
    this.#deps = deps
  }

  openUntil(transportId: string): Date | undefined {
    const state = this.#states.get(transportId)
    if (state === undefined || state.openUntil === null) return undefined
    const now = this.#deps.clock.now().getTime()
    if (now < state.openUntil) return new Date(state.openUntil)
    this.#change(transportId, probed(state, now))
    return undefined
  }

  report(transportId: string, outcome: SendOutcome): void {
    const verdict = verdictOf(outcome)
    const state = this.#states.get(transportId) ?? CLOSED
    if (verdict === undefined || (verdict === 'works' && state === CLOSED)) return
    const { clock, random, log } = this.#deps
    const now = clock.now().getTime()
    const { code, answer } = outcome
    const next =
      verdict === 'works' ? worked(state, now) : failed(state, { now, random: random(), code, answer })
    if (next === state) return
    this.#change(transportId, next)
    if (next.opened > state.opened)
      log.warn(
        { transportId, until: new Date(next.openUntil ?? now), code, answer },
        'a transport fails and is left alone',
      )
    else if (next.opened < state.opened) log.info({ transportId }, 'a transport works again')
  }

  async flush(): Promise<void> {
    const { db, log } = this.#deps
    try {
      for (const transportId of this.#unwritten) {
        const state = this.#states.get(transportId) ?? CLOSED
        await writeBreaker(db, toRow(transportId, state))
        if (this.#states.get(transportId) === state) this.#unwritten.delete(transportId)
      }
      for (const row of await readBreakers(db)) this.#adopt(row)
      this.#healthy = true
    } catch (error) {
      if (this.#healthy) log.warn({ err: error }, 'breakers cannot be shared; tried again')
      this.#healthy = false
    }
  }

  // Failures that did not open anything are nobody else's matter.
  #change(transportId: string, state: BreakerState): void {
    const before = this.#states.get(transportId) ?? CLOSED
    this.#states.set(transportId, state)
    if (state.changedAt !== before.changedAt) this.#unwritten.add(transportId)
  }

  #adopt(row: BreakerRow): void {
    const changedAt = row.changedAt.getTime()
    if (changedAt <= (this.#states.get(row.transportId)?.changedAt ?? 0)) return
    const { failures, opened, code, answer } = row
    const openUntil =
      row.openUntil === null ? null : row.openUntil.getTime() + Math.round(this.#deps.random() * SPREAD_MS)
    this.#unwritten.delete(row.transportId)
    this.#states.set(row.transportId, {
      failures: openUntil === null ? 0 : failures,
      opened,
      openUntil,
      probing: false,
      code,
      answer,
      changedAt,
    })
  }
}

const toRow = (transportId: string, state: BreakerState): BreakerRow => ({
  transportId,
  failures: state.failures,
  opened: state.opened,
  openUntil: state.openUntil === null ? null : new Date(state.openUntil),
  code: state.code,
  answer: state.answer.replaceAll('\0', ''),
  changedAt: new Date(state.changedAt),
})

/** The breakers of one worker process. */
export const createBreakers = (deps: BreakersDeps): Breakers => new SharedBreakers(deps)
