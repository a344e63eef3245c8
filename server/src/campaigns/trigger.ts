/**
 * The trigger: checks a call against its campaign and hands it to the intake. The idempotency key comes before the
 * campaign's state, so a repeat after a stop still answers the first id.
 */
import type { ErrorCode, ExecutionAccepted, Recipient, UnitaryRequest } from '@carillon/contract'
import type pg from 'pg'
import { canonicalJson, hashCanonical } from '../lib/canonical-json.ts'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import { isUuid } from '../lib/ids.ts'
import type { MicroBatch } from '../lib/micro-batch.ts'
import { toExecutionId } from '../messages/execution-id.ts'
import { readKeys } from './accept.store.ts'
import { answerFromKey, type IntakeCall, type IntakeResult, unstorableFault } from './accept.ts'
import type { CampaignCache, TriggerTarget } from './campaign-cache.ts'
import { checkBody, checkExternal } from './check-call.ts'
import type { SandboxClocks } from './sandbox-clock.ts'

/** The ways in: a campaign is for one of them. */
export type TriggerKind = 'unitary' | 'highthroughput' | 'audience'

/** One call, authenticated and valid by its schema. `route` tells apart calls with equal bodies. */
export interface TriggerCall {
  readonly kind: TriggerKind
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

const refuse = (code: Extract<ErrorCode, `campaign_${string}`>, message: string): Fault =>
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

type LiveVersion = NonNullable<TriggerTarget['version']>

/** The way in that a campaign is for. */
export const kindOf = ({ category, highThroughput }: LiveVersion['properties']): TriggerKind => {
  if (category === 'marketing') return 'audience'
  return highThroughput ? 'highthroughput' : 'unitary'
}

const otherRoute = (kind: TriggerKind, right: TriggerKind): Fault => {
  if (right === 'audience') return refuse('campaign_marketing', 'is a marketing one; use the audience route')
  if (kind === 'audience')
    return refuse('campaign_not_marketing', `is a transactional one; use the ${right} route`)
  return right === 'highthroughput'
    ? refuse('campaign_high_throughput', 'is a high-throughput one; use the high-throughput route')
    : refuse('campaign_not_high_throughput', 'is not a high-throughput one; use the unitary route')
}

/** The live version that a call of this kind uses, or the refusal; a campaign is for one route only. */
export const versionFor = (
  target: TriggerTarget | undefined,
  kind: TriggerKind,
  now: Date,
): LiveVersion | Fault => {
  const version = liveVersionOf(target, now)
  if (version instanceof Fault) return version
  const right = kindOf(version.properties)
  return right === kind ? version : otherRoute(kind, right)
}

/** Refuses a body that cannot be accepted, whatever its campaign. Answers the JSON text of each context. */
export const checkCall = ({ kind, body }: Pick<TriggerCall, 'kind' | 'body'>): string[] => {
  const contexts = checkBody(body)
  if (kind === 'highthroughput') checkExternal(body)
  return contexts
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

// A text that cannot be stored makes a whole batch start over, call by call; most are seen here, by how JSON writes them.
/** Refuses a body that PostgreSQL cannot store; `text` is its JSON. */
export const refuseUnstorable = (text: string, body: object): void => {
  if (!text.includes('\\u0000') && !text.includes('\\ud')) return
  const fault = unstorableFault(body)
  if (fault !== undefined) throw fault
}

const intakeCall = (deps: TriggerDeps, call: TriggerCall, version: LiveVersion) => {
  const { body, kind, sandboxId } = call
  const now = deps.clock.now()
  return {
    sandboxId,
    requestId: body.requestId,
    executionId: deps.newId(),
    campaignId: body.campaignId,
    versionId: version.id,
    kind,
    lane: kind === 'unitary' ? 'transactional' : 'high_throughput',
    createdAt: now,
    createdBy: call.clientName,
    expiresAt: expiryOf(now, version.properties.messageExpirySeconds),
    createProfiles: version.properties.createNewProfiles,
    recipients: body.recipients,
  } as const
}

const accept = async (deps: TriggerDeps, call: TriggerCall): Promise<IntakeResult> => {
  const { body, sandboxId } = call
  const contexts = checkCall(call)
  const text = canonicalJson(body)
  refuseUnstorable(text, body)
  const hash = hashCanonical(call.route, text)
  const target = isUuid(body.campaignId) ? await deps.campaigns.target(sandboxId, body.campaignId) : undefined
  const version = versionFor(target, call.kind, await deps.clocks.nowIn(sandboxId))
  if (version instanceof Fault) return refusedOrRepeated(deps, call, { hash, refusal: version })
  return deps.intake.submit({
    ...intakeCall(deps, call, version),
    bodyHash: hash,
    contexts,
    bytes: text.length,
  })
}

/** Accepts a call durably (AJO: POST /im/executions/unitary and …/highthroughput). Throws a `Fault` when it is refused. */
export const triggerCall = async (deps: TriggerDeps, call: TriggerCall): Promise<ExecutionAccepted> => {
  const { executionId, createdAt } = await accept(deps, call)
  const at = createdAt.toISOString()
  return {
    executionId: toExecutionId(call.kind, executionId),
    requestId: call.body.requestId,
    createdAt: at,
    createdBy: call.clientName,
    modifiedAt: at,
    modifiedBy: call.clientName,
  }
}

/** Sends one version, a draft's snapshot included, to one person through the same intake. */
export const triggerTest = async (deps: TriggerDeps, call: TestCall): Promise<{ executionId: string }> => {
  const contexts = checkBody({ recipients: [call.recipient] })
  const text = canonicalJson(call.recipient)
  const now = deps.clock.now()
  const executionId = deps.newId()
  const result = await deps.intake.submit({
    sandboxId: call.sandboxId,
    requestId: `test-${executionId}`,
    bodyHash: hashCanonical('test', text),
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
    contexts,
    bytes: text.length,
  })
  return { executionId: toExecutionId('test', result.executionId) }
}
