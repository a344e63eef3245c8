/**
 * Sends seed lists their copies: of each live version of a transactional campaign, and of each run of a marketing one. They
 * go as test sends with a version of their own, so nobody counts them among the recipients. A step that is repeated after a
 * crash sends nothing again: its calls have the same keys.
 */
import { createHash } from 'node:crypto'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import type { BackgroundTask } from '../lib/background.ts'
import { canonicalJson, hashCanonical } from '../lib/canonical-json.ts'
import type { Clock } from '../lib/clock.ts'
import type { MicroBatch } from '../lib/micro-batch.ts'
import type { IntakeCall, IntakeResult } from './accept.ts'
import { insertVersion } from './campaign.store.ts'
import { hasVersion, markForSeeds, nextSeedSend, noteSeedSend, type SeedSend } from './seed.store.ts'

/** What the task needs. */
export interface SeedTaskDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly newId: () => string
  readonly intake: Pick<MicroBatch<IntakeCall, IntakeResult>, 'submit'>
}

const BY = 'seed list'
/** As many as one call may name. */
const IN_CALL = 20
const DAY_MS = 86_400_000

// Made of what it is for, so that a repeated step finds the version that it made before (RFC 9562 §5.8).
const versionIdOf = (subjectId: string): string =>
  createHash('sha256')
    .update(`seeds ${subjectId}`)
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5')

const versionFor = ({ pool }: SeedTaskDeps, send: SeedSend, now: Date): Promise<string> =>
  transaction(pool, async tx => {
    const id = versionIdOf(send.subjectId)
    const { campaignId, sandboxId, properties } = send
    if (await hasVersion(tx, id)) return id
    await insertVersion(tx, { id, campaignId, sandboxId, properties, numbered: false, by: BY, now })
    await markForSeeds(tx, id)
    return id
  })

const submit = async (
  { intake, newId }: SeedTaskDeps,
  send: SeedSend,
  part: { readonly versionId: string; readonly at: number; readonly now: Date },
): Promise<void> => {
  const { sandboxId, campaignId, subjectId, profile, context } = send
  const addresses = send.addresses.slice(part.at, part.at + IN_CALL)
  const text = canonicalJson({ subjectId, at: part.at })
  await intake.submit({
    ...{ sandboxId, campaignId, versionId: part.versionId, kind: 'test', lane: 'marketing' },
    requestId: `seeds-${subjectId}-${part.at}`,
    bodyHash: hashCanonical('seeds', text),
    executionId: newId(),
    createdAt: part.now,
    createdBy: BY,
    expiresAt: null,
    createProfiles: false,
    recipients: addresses.map(userId => ({ type: 'external', userId, namespace: 'email', profile, context })),
    contexts: addresses.map(() => JSON.stringify(context)),
    bytes: text.length,
  })
}

const sendCopies = async (deps: SeedTaskDeps, send: SeedSend, now: Date): Promise<void> => {
  const versionId = await versionFor(deps, send, now)
  for (let at = 0; at < send.addresses.length; at += IN_CALL) await submit(deps, send, { versionId, at, now })
  await noteSeedSend(deps.pool, send.subjectId, now)
}

/** The task: one version or run a step, the oldest first. One that fails lets the others go first, and is tried again. */
export const seedTask = (deps: SeedTaskDeps): BackgroundTask => {
  const failed = new Set<string>()
  return {
    name: 'seed lists',
    advance: async () => {
      const now = deps.clock.now()
      const send = await nextSeedSend(deps.pool, new Date(now.getTime() - DAY_MS), [...failed])
      if (send === undefined) {
        failed.clear()
        return false
      }
      failed.add(send.subjectId)
      await sendCopies(deps, send, now)
      failed.delete(send.subjectId)
      return true
    },
  }
}
