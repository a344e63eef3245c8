/**
 * Marketing campaigns to an audience (AJO: POST /im/executions/audience): checked, keyed and begun, or written down for
 * a later moment, in one transaction. The members follow in the background (`audience-task.ts`).
 */
import type { AudienceRequest } from '@carillon/contract'
import { MAX_CONTEXT_BYTES } from '@carillon/contract'
import type pg from 'pg'
import { findAudience } from '../audiences/audience.store.ts'
import { type Db, transaction } from '../db/pool.ts'
import { canonicalJson, hashCanonical } from '../lib/canonical-json.ts'
import type { Clock } from '../lib/clock.ts'
import { DEEPEST, isTooDeep } from '../lib/depth.ts'
import { Fault } from '../lib/fault.ts'
import { isUuid } from '../lib/ids.ts'
import { readKeys } from './accept.store.ts'
import { answerFromKey } from './accept.ts'
import { insertAudienceRun, takeKey } from './audience-run.store.ts'
import { findSchedule, insertSchedule, type ScheduleRow } from './audience-schedule.store.ts'
import type { CampaignCache } from './campaign-cache.ts'
import { beginRun } from './run.ts'
import type { SandboxClocks } from './sandbox-clock.ts'
import { refuseUnstorable, versionFor } from './trigger.ts'

/** One call, authenticated and valid by its schema. */
export interface AudienceCall {
  readonly route: string
  readonly sandboxId: string
  readonly clientName: string
  readonly body: AudienceRequest
}

/** What runs need. */
export interface AudienceRunDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly clocks: SandboxClocks
  readonly newId: () => string
  readonly campaigns: CampaignCache
}

/** What a call led to. Ids are bare; a schedule's moment is on the machine's time. */
export type AudienceAnswer =
  | { readonly kind: 'execution'; readonly executionId: string; readonly createdAt: Date }
  | { readonly kind: 'schedule'; readonly schedule: ScheduleRow }

/** A campaign and an audience that a run can begin with. */
export interface RunTarget {
  readonly campaignId: string
  readonly versionId: string
  readonly audienceId: string
}

const refuse = (pointer: string, message: string): Fault =>
  new Fault('payload_invalid', { problems: [{ pointer, message }] })

const checkBody = (body: AudienceRequest): void => {
  if (isTooDeep(body)) throw refuse('/context', `must not be nested deeper than ${DEEPEST} levels`)
  const bytes = Buffer.byteLength(JSON.stringify(body.context ?? {}))
  if (bytes > MAX_CONTEXT_BYTES)
    throw refuse('/context', `is ${bytes} bytes; at most ${MAX_CONTEXT_BYTES} (200 kB) are allowed`)
}

/** The moment of a schedule on the machine's time; refused unless it lies ahead in the sandbox. */
export const momentAhead = async (
  deps: Pick<AudienceRunDeps, 'clock' | 'clocks'>,
  at: { readonly sandboxId: string; readonly text: string; readonly pointer: string },
): Promise<Date> => {
  const asked = Date.parse(at.text)
  const offsetMs = await deps.clocks.offsetMs(at.sandboxId)
  if (!(asked < Date.UTC(9999, 11, 31))) throw refuse(at.pointer, 'is not a moment between 1970 and 9999')
  const moment = new Date(asked - offsetMs)
  if (moment <= deps.clock.now()) throw refuse(at.pointer, 'lies in the past')
  return moment
}

/**
 * The live marketing version and the audience that a run at `now` (the sandbox's time) has; a `Fault` when it may not
 * begin. `audienceId` undefined: the campaign's own.
 */
export const runTarget = async (
  db: Db,
  deps: Pick<AudienceRunDeps, 'campaigns'>,
  asked: {
    readonly sandboxId: string
    readonly campaignId: string
    readonly audienceId: string | undefined
    readonly now: Date
  },
): Promise<RunTarget | Fault> => {
  const { sandboxId, campaignId, now } = asked
  const target = isUuid(campaignId) ? await deps.campaigns.target(sandboxId, campaignId) : undefined
  const version = versionFor(target, 'audience', now)
  if (version instanceof Fault) return version
  const audienceId = asked.audienceId ?? version.properties.audienceId ?? ''
  const found = isUuid(audienceId) ? await findAudience(db, sandboxId, audienceId.toLowerCase()) : undefined
  if (found === undefined || found.archivedAt !== null)
    return new Fault('audience_unknown', {
      problems: [
        asked.audienceId === undefined
          ? { pointer: '/campaignId', message: 'has no audience; choose one in the campaign, or name one' }
          : { pointer: '/audience/id', message: 'does not exist in this sandbox' },
      ],
    })
  return { campaignId: campaignId.toLowerCase(), versionId: version.id, audienceId: found.id }
}

// The key comes before the campaign's state: a repeat after a stop still answers the first id. The key of a call that is
// refused goes with its transaction.
const repeated = async (
  tx: Db,
  call: AudienceCall,
  key: { readonly id: string; readonly now: Date },
): Promise<AudienceAnswer | undefined> => {
  const { requestId } = call.body
  if (requestId === undefined) return undefined
  const { sandboxId } = call
  const bodyHash = hashCanonical(call.route, canonicalJson(call.body))
  if (await takeKey(tx, { sandboxId, requestId, bodyHash, ...key })) return undefined
  const [stored] = await readKeys(tx, [{ sandboxId, requestId }])
  if (stored === undefined) throw new Fault('unavailable', { retryAfterSeconds: 1 })
  const answer = answerFromKey(stored, bodyHash)
  if (answer instanceof Fault) throw answer
  const schedule = await findSchedule(tx, { sandboxId, id: answer.executionId })
  return schedule === undefined ? { kind: 'execution', ...answer } : { kind: 'schedule', schedule }
}

/** Begins a run within the caller's transaction. */
export const beginAudienceRun = async (
  tx: Db,
  run: RunTarget & {
    readonly executionId: string
    readonly sandboxId: string
    readonly requestId: string | null
    readonly context: Readonly<Record<string, unknown>>
    readonly createdBy: string
    readonly now: Date
  },
): Promise<void> => {
  await beginRun(tx, run)
  await insertAudienceRun(tx, run)
}

const begin = async (
  tx: Db,
  deps: AudienceRunDeps,
  at: { readonly call: AudienceCall; readonly id: string; readonly now: Date },
): Promise<AudienceAnswer> => {
  const { call, id, now } = at
  const { body, sandboxId, clientName } = call
  const { context = {}, requestId = null } = body
  const executeAt =
    body.schedule?.executeAt === undefined
      ? undefined
      : await momentAhead(deps, {
          sandboxId,
          text: body.schedule.executeAt,
          pointer: '/schedule/executeAt',
        })
  const offsetMs = await deps.clocks.offsetMs(sandboxId)
  const target = await runTarget(tx, deps, {
    sandboxId,
    campaignId: body.campaignId,
    audienceId: body.audience?.id,
    now: new Date((executeAt ?? now).getTime() + offsetMs),
  })
  if (target instanceof Fault) throw target
  if (executeAt === undefined) {
    const run = { ...target, executionId: id, sandboxId, requestId, context, createdBy: clientName, now }
    await beginAudienceRun(tx, run)
    return { kind: 'execution', executionId: id, createdAt: now }
  }
  const audienceId = body.audience === undefined ? null : target.audienceId
  const { campaignId } = target
  await insertSchedule(tx, {
    ...{ id, sandboxId, campaignId, audienceId, requestId, context, executeAt, now, by: clientName },
  })
  const schedule = await findSchedule(tx, { sandboxId, id })
  if (schedule === undefined) throw new Fault('unavailable', { retryAfterSeconds: 1 })
  return { kind: 'schedule', schedule }
}

/** Accepts an audience call durably. Throws a `Fault` when it is refused; then nothing of it is stored. */
export const triggerAudience = async (deps: AudienceRunDeps, call: AudienceCall): Promise<AudienceAnswer> => {
  checkBody(call.body)
  refuseUnstorable(canonicalJson(call.body), call.body)
  const [id, now] = [deps.newId(), deps.clock.now()]
  return transaction(
    deps.pool,
    async tx => (await repeated(tx, call, { id, now })) ?? begin(tx, deps, { call, id, now }),
  )
}
