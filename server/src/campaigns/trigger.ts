/**
 * The trigger: checks a unitary call against its campaign and hands it to the intake. The idempotency key comes
 * before the campaign's state, so a repeat after a stop still answers the first id.
 */
import {
  type ExecutionAccepted,
  MAX_CONTEXT_BYTES,
  type Recipient,
  type UnitaryRequest,
} from '@carillon/contract'
import type pg from 'pg'
import { hashCall } from '../lib/canonical-json.ts'
import type { Clock } from '../lib/clock.ts'
import { DEEPEST, isTooDeep } from '../lib/depth.ts'
import { Fault, type Problem } from '../lib/fault.ts'
import { isUuid } from '../lib/ids.ts'
import type { MicroBatch } from '../lib/micro-batch.ts'
import { toExecutionId } from '../messages/execution-id.ts'
import { readKeys } from './accept.store.ts'
import { answerFromKey, type IntakeCall, type IntakeResult } from './accept.ts'
import type { CampaignCache, TriggerTarget } from './campaign-cache.ts'
import type { SandboxClocks } from './sandbox-clock.ts'

/** One unitary call, authenticated and valid by its schema. */
export interface TriggerCall {
  readonly route: string
  readonly sandboxId: string
  readonly clientName: string
  readonly body: UnitaryRequest
}

/** A test send of one version to one person. */
export interface TestCall {
  readonly sandboxId: string
  readonly campaignId: string
  readonly versionId: string
  readonly clientName: string
  readonly recipient: Recipient
}

/** What the trigger needs. */
export interface TriggerDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly clocks: SandboxClocks
  readonly newId: () => string
  readonly campaigns: CampaignCache
  readonly intake: MicroBatch<IntakeCall, IntakeResult>
}

const contextProblems = (recipients: readonly Recipient[]): Problem[] =>
  recipients.flatMap((recipient, index) => {
    if (recipient.context === undefined) return []
    const bytes = Buffer.byteLength(JSON.stringify(recipient.context))
    if (bytes <= MAX_CONTEXT_BYTES) return []
    return [
      {
        pointer: `/recipients/${index}/context`,
        message: `is ${bytes} bytes; at most ${MAX_CONTEXT_BYTES} (200 kB) are allowed`,
      },
    ]
  })

const duplicateProblems = (recipients: readonly Recipient[]): Problem[] => {
  const first = new Map<string, number>()
  return recipients.flatMap((recipient, index) => {
    const earlier = first.get(recipient.userId)
    if (earlier === undefined) {
      first.set(recipient.userId, index)
      return []
    }
    return [
      { pointer: `/recipients/${index}/userId`, message: `is the same as /recipients/${earlier}/userId` },
    ]
  })
}

// First, because everything after it walks the tree by recursion.
const refuseDeep = (body: { readonly recipients: readonly Recipient[] }): void => {
  if (!isTooDeep(body)) return
  const index = body.recipients.findIndex(isTooDeep)
  const pointer = index < 0 ? '' : `/recipients/${index}`
  throw new Fault('payload_invalid', {
    problems: [{ pointer, message: `must not be nested deeper than ${DEEPEST} levels` }],
  })
}

/** Refuses what the schema cannot express: nesting too deep, duplicate user ids, a context that is too large. */
export const checkBody = (body: { readonly recipients: readonly Recipient[] }): void => {
  refuseDeep(body)
  const problems = [...duplicateProblems(body.recipients), ...contextProblems(body.recipients)]
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
}

const refuse = (
  code: 'campaign_unknown' | 'campaign_not_live' | 'campaign_not_started' | 'campaign_ended',
  message: string,
): Fault =>
  new Fault(code, { detail: `The campaign ${message}.`, problems: [{ pointer: '/campaignId', message }] })

/** The live version that a call at `now` uses, or the refusal: unknown, draft, stopped, not started, ended. */
export const liveVersionOf = (
  target: TriggerTarget | undefined,
  now: Date,
): NonNullable<TriggerTarget['version']> | Fault => {
  if (target === undefined) return refuse('campaign_unknown', 'does not exist in this sandbox')
  if (target.stoppedAt !== null) return refuse('campaign_not_live', 'was stopped')
  if (target.version === null) return refuse('campaign_not_live', 'is a draft; activate it first')
  const { startAt, endAt } = target.version.properties
  if (startAt !== null && now.getTime() < Date.parse(startAt))
    return refuse('campaign_not_started', `starts at ${startAt}`)
  if (endAt !== null && now.getTime() >= Date.parse(endAt))
    return refuse('campaign_ended', `ended at ${endAt}`)
  return target.version
}

const expiryOf = (now: Date, seconds: number | null): Date | null =>
  seconds === null ? null : new Date(now.getTime() + seconds * 1_000)

const refusedOrRepeated = async (
  deps: TriggerDeps,
  call: TriggerCall,
  at: { hash: Buffer; refusal: Fault },
): Promise<IntakeResult> => {
  const { requestId } = call.body
  const keys = requestId.includes('\0')
    ? []
    : await readKeys(deps.pool, [{ sandboxId: call.sandboxId, requestId }])
  const [stored] = keys
  if (stored === undefined) throw at.refusal
  const answer = answerFromKey(stored, at.hash)
  if (answer instanceof Fault) throw answer
  return answer
}

const accept = async (deps: TriggerDeps, call: TriggerCall): Promise<IntakeResult> => {
  const { body, sandboxId } = call
  const now = deps.clock.now()
  const hash = hashCall(call.route, body)
  const target = isUuid(body.campaignId) ? await deps.campaigns.target(sandboxId, body.campaignId) : undefined
  const version = liveVersionOf(target, await deps.clocks.nowIn(sandboxId))
  if (version instanceof Fault) return refusedOrRepeated(deps, call, { hash, refusal: version })
  return deps.intake.submit({
    sandboxId,
    requestId: body.requestId,
    bodyHash: hash,
    executionId: deps.newId(),
    campaignId: body.campaignId,
    versionId: version.id,
    kind: 'unitary',
    lane: 'transactional',
    createdAt: now,
    createdBy: call.clientName,
    expiresAt: expiryOf(now, version.properties.messageExpirySeconds),
    createProfiles: version.properties.createNewProfiles,
    recipients: body.recipients,
  })
}

/** Accepts a unitary call durably (AJO: POST /im/executions/unitary). Throws a `Fault` when it is refused. */
export const triggerUnitary = async (deps: TriggerDeps, call: TriggerCall): Promise<ExecutionAccepted> => {
  checkBody(call.body)
  const { executionId, createdAt } = await accept(deps, call)
  const at = createdAt.toISOString()
  return {
    executionId: toExecutionId('unitary', executionId),
    requestId: call.body.requestId,
    createdAt: at,
    createdBy: call.clientName,
    modifiedAt: at,
    modifiedBy: call.clientName,
  }
}

/** Sends one version, a draft's snapshot included, to one person through the same intake. */
export const triggerTest = async (deps: TriggerDeps, call: TestCall): Promise<{ executionId: string }> => {
  checkBody({ recipients: [call.recipient] })
  const now = deps.clock.now()
  const executionId = deps.newId()
  const result = await deps.intake.submit({
    sandboxId: call.sandboxId,
    requestId: `test-${executionId}`,
    bodyHash: hashCall('test', call.recipient),
    executionId,
    campaignId: call.campaignId,
    versionId: call.versionId,
    kind: 'test',
    lane: 'transactional',
    createdAt: now,
    createdBy: call.clientName,
    expiresAt: null,
    createProfiles: false,
    recipients: [call.recipient],
  })
  return { executionId: toExecutionId('test', result.executionId) }
}
