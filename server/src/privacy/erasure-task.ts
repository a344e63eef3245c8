/**
 * Erases people in the background, a step at a time. Each step is one transaction that has locked its erasure, does some
 * of the work and says where the erasure then stands; every one can be done again. The order:
 *
 * - `person`: the profile and all that hangs on it goes, and the hashes are there, in one commit;
 * - `messages`: what is in the ledger under the identities is cancelled where it was not sent, and made anonymous;
 * - `late`: once more, when every call that was being accepted at that moment has ended;
 * - `ledger`: a walk through all messages, for those under other names that went to the person; then the certificate.
 */
import { randomUUID } from 'node:crypto'
import type { ErasureCount } from '@carillon/contract'
import type pg from 'pg'
import type { AddressHash } from '../consent/address-hash.ts'
import { hashesOf, keepHashes } from '../consent/erased.store.ts'
import { keepOptOuts } from '../consent/erased-sender.store.ts'
import { untilUndisturbed } from '../db/undisturbed.ts'
import type { BackgroundTask } from '../lib/background.ts'
import type { Clock } from '../lib/clock.ts'
import { uuidv7Floor } from '../lib/ids.ts'
import {
  type EraseMoment,
  freeByIdentity,
  isBusyByIdentity,
  lockOwn,
  type MessageOwner,
  type OwnMessage,
  walkLedger,
} from '../messages/erase.store.ts'
import { lockPerson } from '../profiles/person-row.store.ts'
import { redactTexts, removeAddresses, suppressedAmong } from './address-data.store.ts'
import { signCertificate } from './certificate.ts'
import { addCounts } from './counts.ts'
import { eraseMessages } from './erase-messages.ts'
import {
  type ErasureStep,
  finishErasure,
  lockDueErasure,
  namesOf,
  type OpenErasure,
  writeStep,
} from './erasure.store.ts'
import { findSubject, withNumbers } from './find-subject.ts'
import { removeNumbers } from './number-data.store.ts'
import {
  anonymiseInteractions,
  heldByOthers,
  redactSteps,
  redactUploads,
  removeEvents,
  removeGoneEvidence,
  removePerson,
  removeUses,
} from './person-data.store.ts'
import {
  exceptOf,
  limitKeysOf,
  namingWords,
  ownIdentities,
  renewed,
  type Subject,
  withAddresses,
} from './subject.ts'

/** What the task needs. `shard` is its own row of every sum; the sizes of steps are smaller in tests. */
export interface ErasureTaskDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly secret: string
  readonly addressHash: AddressHash
  readonly shard: number
  readonly sizes?: Sizes
}

/** So much is done in one step. */
export interface Sizes {
  readonly events: number
  readonly messages: number
  readonly walked: number
}

const SIZES: Sizes = { events: 5_000, messages: 500, walked: 20_000 }
/** A call that was being accepted when the person went has ended by then, one way or the other. */
const LATE_MS = 10_000
/** Clocks of processes may differ by so much: what is accepted so soon after counts as accepted before. */
const SKEW_MS = 1_000
/** What is at a provider is looked at again after so long. */
const BUSY_MS = 1_000
const FIRST = '00000000-0000-0000-0000-000000000000'

interface Work {
  readonly tx: pg.PoolClient
  readonly deps: ErasureTaskDeps
  readonly now: Date
  readonly erasure: OpenErasure
  readonly sizes: Sizes
}

const momentOf = ({ deps, now, erasure }: Work): EraseMoment => ({
  ...{ now, shard: deps.shard, by: erasure.createdBy },
  hour: new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000),
})

const ownerOf = ({ sandboxId, subject, createdAt }: OpenErasure): MessageOwner => ({
  ...{ sandboxId, profileIds: subject.profileIds, addresses: subject.addresses },
  identities: subject.identities,
  former: [...subject.former, ...subject.passedOn],
  // Until the profile went, calls found it.
  before: uuidv7Floor(
    (subject.goneAt === undefined ? createdAt : new Date(subject.goneAt)).getTime() + SKEW_MS,
  ),
})

/** Where the erasure stands, with some of it changed. */
const stepOf = (work: Work, change: Partial<ErasureStep>): ErasureStep => {
  const { phase, subject, position, counts } = work.erasure
  return { phase, subject, position, counts, dueAt: work.now, ...change }
}

// Everything of the addresses: the hash first, so that at no commit an address is neither listed nor hashed.
const eraseAddresses = async (work: Work, subject: Subject): Promise<readonly ErasureCount[]> => {
  const { tx, deps, erasure } = work
  const { sandboxId } = erasure
  const { addresses, phones } = subject
  const identities = ownIdentities(subject)
  const listed = new Map((await suppressedAmong(tx, sandboxId, addresses)).map(one => [one.value, one]))
  const emails = addresses.map(value => ({
    hash: deps.addressHash({ sandboxId, kind: 'email', value }),
    reason: listed.get(value)?.reason ?? null,
  }))
  const numbers = phones.map(number => ({
    number,
    hash: deps.addressHash({ sandboxId, kind: 'phone', value: number }),
  }))
  const unlisted = numbers.map(({ hash }) => ({ hash, reason: null }))
  await keepHashes(tx, { sandboxId, erasureId: erasure.id, now: erasure.createdAt }, [...emails, ...unlisted])
  await keepOptOuts(tx, sandboxId, numbers)
  const spellings = [
    ...new Set([...addresses, ...identities.map(one => one.value).filter(it => it.includes('@'))]),
  ]
  return [
    ...(await removeAddresses(tx, sandboxId, { addresses, spellings })),
    ...(await removeNumbers(tx, sandboxId, { numbers: phones, profileIds: subject.profileIds })),
    await removeUses(tx, sandboxId, limitKeysOf(subject)),
    await redactUploads(tx, sandboxId, identities),
    ...(await redactTexts(tx, sandboxId, namingWords(subject))),
  ]
}

const erasePerson = async (work: Work): Promise<ErasureStep> => {
  const { tx, erasure, sizes } = work
  const { subject, counts } = erasure
  if (subject.profileIds.length > 0) {
    const rows = await removeEvents(tx, subject.profileIds, sizes.events)
    const events = addCounts(counts, [{ table: 'person_event', deed: 'removed', rows }])
    if (rows === sizes.events) return stepOf(work, { counts: events })
    return removeProfile(work, events)
  }
  const erased = await eraseAddresses(work, subject)
  return stepOf(work, { phase: 'messages', counts: addCounts(counts, erased) })
}

// Made up, and gone from the erasure with its end: it leads to no person, and to no hash.
const nobodyOf = (subject: Subject): string => subject.nobody ?? randomUUID()

// The profile may have changed since it was asked for; it was not merged: that is refused from then on.
const removeProfile = async (work: Work, counts: readonly ErasureCount[]): Promise<ErasureStep> => {
  const { tx, erasure } = work
  const { sandboxId, subject } = erasure
  const profile = await lockPerson(tx, sandboxId, subject.profileIds[0] ?? '')
  const now = profile === undefined ? subject : renewed(subject, await findSubject(tx, sandboxId, profile))
  // Before the rows go that the numbers are found by.
  const whole = await withNumbers(tx, sandboxId, now)
  const addresses = await eraseAddresses(work, whole)
  const nobody = nobodyOf(subject)
  const person = await removePerson(tx, sandboxId, { profileIds: whole.profileIds, nobody })
  return stepOf(work, {
    phase: 'messages',
    subject: { ...whole, nobody, goneAt: work.now.toISOString() },
    counts: addCounts(counts, [...addresses, ...person]),
  })
}

// Those that are at a provider are let finish.
const eraseFound = async (
  work: Work,
  found: readonly OwnMessage[],
): Promise<Pick<ErasureStep, 'subject' | 'counts'>> => {
  const { tx, erasure } = work
  const { subject, counts } = erasure
  const free = found.filter(one => !one.busy)
  const nobody = nobodyOf(subject)
  const done = await eraseMessages(tx, free, { words: namingWords(subject), at: momentOf(work), nobody })
  // What went to the person at an address that is another one's now does not make it the person's.
  const owner = { sandboxId: erasure.sandboxId, profileIds: subject.profileIds }
  const others = await heldByOthers(tx, owner, [...done.addresses, ...done.spellings])
  const addresses = exceptOf(done.addresses, others)
  const gone = await removeGoneEvidence(tx, erasure.sandboxId, { profileIds: done.profileIds, addresses: [] })
  return {
    subject: { ...withAddresses(subject, addresses), nobody },
    counts: addCounts(counts, [...done.counts, gone]),
  }
}

const eraseByIdentity = async (work: Work): Promise<ErasureStep> => {
  const { tx, erasure, now, sizes } = work
  const owner = ownerOf(erasure)
  const ids = await freeByIdentity(tx, owner, { now, limit: sizes.messages })
  if (ids.length > 0) return stepOf(work, await eraseFound(work, await lockOwn(tx, ids, now)))
  if (await isBusyByIdentity(tx, owner, now))
    return stepOf(work, { dueAt: new Date(now.getTime() + BUSY_MS) })
  if (erasure.phase === 'late') return stepOf(work, { phase: 'ledger', position: FIRST })
  return stepOf(work, { phase: 'late', dueAt: new Date(now.getTime() + LATE_MS) })
}

/** Undefined: it is finished. */
const walk = async (work: Work): Promise<ErasureStep | undefined> => {
  const { tx, erasure, now, sizes } = work
  const from = { after: erasure.position ?? FIRST, limit: sizes.walked }
  const { last, own } = await walkLedger(tx, ownerOf(erasure), from)
  const found = own.length === 0 ? [] : await lockOwn(tx, own, now)
  const after = await eraseFound(work, found)
  if (found.some(one => one.busy)) return stepOf(work, { ...after, dueAt: new Date(now.getTime() + BUSY_MS) })
  if (last !== null) return stepOf(work, { ...after, position: last })
  await finish(work)
  return undefined
}

// What was found on the way is looked for once more, and what came while the erasure ran, such as a click.
const finish = async (work: Work): Promise<void> => {
  const { tx, deps, now, erasure } = work
  const { id, sandboxId, createdAt, createdBy } = erasure
  const subject = await withNumbers(tx, sandboxId, erasure.subject)
  const counts = addCounts(erasure.counts, [
    ...(await eraseAddresses(work, subject)),
    await redactSteps(tx, sandboxId, subject.profileIds),
    await anonymiseInteractions(tx, subject.profileIds, nobodyOf(subject)),
    await removeGoneEvidence(tx, sandboxId, { profileIds: [], addresses: subject.addresses }),
  ])
  const hashes = (await hashesOf(tx, id)).map(({ hash, suppressed }) => ({
    hash: hash.toString('hex'),
    suppressed,
  }))
  const certificate = signCertificate(deps.secret, {
    ...{ erasureId: id, ...(await namesOf(tx, sandboxId)), requestedBy: createdBy },
    ...{ requestedAt: createdAt.toISOString(), finishedAt: now.toISOString(), erased: [...counts], hashes },
  })
  await finishErasure(tx, id, { counts, certificate, now })
}

const PHASES = {
  person: erasePerson,
  messages: eraseByIdentity,
  late: eraseByIdentity,
  ledger: walk,
} as const

const advance = async (tx: pg.PoolClient, deps: ErasureTaskDeps): Promise<boolean> => {
  const now = deps.clock.now()
  const erasure = await lockDueErasure(tx, now)
  if (erasure === undefined || erasure.phase === 'done') return false
  const step = await PHASES[erasure.phase]({ tx, deps, now, erasure, sizes: deps.sizes ?? SIZES })
  if (step !== undefined) await writeStep(tx, erasure.id, step)
  return true
}

/** The task. Any number of processes may run it: an erasure is in one process' hands for one step. */
export const erasureTask = (deps: ErasureTaskDeps): BackgroundTask => ({
  name: 'erasures',
  advance: () => untilUndisturbed(deps.pool, tx => advance(tx, deps)),
})
