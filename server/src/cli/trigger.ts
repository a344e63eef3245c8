/** `carillon trigger`: a real trigger call with the four headers, as any system would make it. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isUuid, uuidv7 } from '../lib/ids.ts'
import { type Answer, callServer, refused } from './call.ts'
import { CALLER_OPTIONS, type Caller, callerOf } from './caller.ts'
import {
  type Command,
  EXIT,
  type Invocation,
  JSON_OPTION,
  type Option,
  print,
  UsageError,
} from './command.ts'

const OPTIONS = {
  campaign: { value: 'ID|NAME', meaning: 'campaign, by its id or its exact name' },
  to: { value: 'USER', multiple: true, meaning: 'person: an email address, or the id in --namespace' },
  namespace: { value: 'NAME', meaning: 'identity namespace of --to (email)' },
  external: { meaning: 'send without a profile (recipient type external)' },
  context: { value: 'JSON|FILE', meaning: 'context of every person' },
  profile: { value: 'JSON|FILE', meaning: 'profile attributes of every person' },
  'request-id': { value: 'ID', meaning: 'idempotency key (a fresh one)' },
  audience: { value: 'ID|own', meaning: 'marketing: send to this audience, or to the campaign’s own' },
  at: { value: 'TIME', meaning: 'marketing: when to send (RFC 3339); left out: now' },
  'dry-run': { meaning: 'tell what would be sent; send and store nothing' },
  ...CALLER_OPTIONS,
  ...JSON_OPTION,
} as const satisfies Record<string, Option>

/** Triggers a campaign. */
export const triggerCommand: Command = {
  name: 'trigger',
  summary: 'trigger a campaign by a real call to a running server',
  details:
    "Example: carillon trigger --campaign 'Order confirmation' --to ada@example.com --context order.json",
  options: OPTIONS,
  run: async invocation => {
    const call = readCall(invocation)
    const caller = await callerOf(invocation)
    const campaignId = await campaignIdOf(caller, call.campaign)
    if (campaignId === undefined) {
      invocation.io.err(
        `There is no campaign named "${call.campaign}" in the sandbox ${caller.headers['x-sandbox-name']}.`,
      )
      return EXIT.failed
    }
    const { campaign: _, route, ...body } = { ...call, campaignId }
    const query = invocation.values.has('dry-run') ? '?dryRun=true' : ''
    const url = `${caller.url}/ajo/im/executions/${route}${query}`
    const answer = await callServer({ url, method: 'POST', headers: caller.headers, body })
    return report(invocation, answer, caller)
  },
}

/** The body of a call, beside the campaign's id, and the route that it goes to. */
interface PlannedCall {
  readonly campaign: string
  readonly requestId: string
  readonly route: 'unitary' | 'audience'
  readonly recipients?: readonly object[]
  readonly audience?: { readonly id: string }
  readonly context?: object
  readonly schedule?: { readonly executeAt: string }
}

const audienceCall = (
  { values, cwd }: Invocation,
  audience: string,
): Pick<PlannedCall, 'route' | 'audience' | 'context' | 'schedule'> => {
  const foreign = [
    ...(['to', 'profile'] as const).filter(name => values.list(name).length > 0),
    ...(['external', 'dry-run'] as const).filter(name => values.has(name)),
  ]
  if (foreign[0] !== undefined) throw new UsageError(`--${foreign[0]} does not go with --audience.`)
  const executeAt = values.text('at')
  return {
    route: 'audience',
    ...(audience === 'own' ? {} : { audience: { id: audience } }),
    ...readJson('context', values.text('context'), cwd),
    ...(executeAt === undefined ? {} : { schedule: { executeAt } }),
  }
}

const readCall = (invocation: Invocation): PlannedCall => {
  const { values, cwd, clock } = invocation
  const campaign = values.text('campaign')
  const people = values.list('to')
  if (!campaign) throw new UsageError('--campaign is missing.')
  const requestId = values.text('request-id') ?? uuidv7(clock.now().getTime())
  const audience = values.text('audience')
  if (audience !== undefined) return { campaign, requestId, ...audienceCall(invocation, audience) }
  if (values.text('at') !== undefined) throw new UsageError('--at goes with --audience.')
  if (people.length === 0) throw new UsageError('--to is missing.')
  const data = {
    ...readJson('profile', values.text('profile'), cwd),
    ...readJson('context', values.text('context'), cwd),
  }
  const type = values.has('external') ? 'external' : 'aep'
  const namespace = values.text('namespace') ?? 'email'
  return {
    campaign,
    requestId,
    route: 'unitary',
    recipients: people.map(userId => ({
      type,
      userId,
      namespace,
      ...channelData(type, namespace, userId),
      ...data,
    })),
  }
}

// Without a profile nothing else tells the address.
const channelData = (type: string, namespace: string, userId: string): object =>
  type === 'external' && namespace === 'email' ? { channelData: { emailAddress: userId } } : {}

const readJson = (name: string, value: string | undefined, cwd: string): object => {
  if (value === undefined) return {}
  try {
    const text = /^\s*\{/.test(value) ? value : readFileSync(resolve(cwd, value), 'utf8')
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { [name]: parsed }
  } catch (error) {
    throw new UsageError(`--${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
  throw new UsageError(`--${name} must be a JSON object, or a file with one.`)
}

/** The id of a campaign named by its id or its exact name; undefined when the sandbox has none. */
export const campaignIdOf = async (
  { url, headers }: Caller,
  campaign: string,
): Promise<string | undefined> => {
  if (isUuid(campaign)) return campaign
  const query = new URLSearchParams({ search: campaign, limit: '200' })
  const { body } = await callServer({ url: `${url}/api/v1/campaigns?${query}`, headers })
  const items = Array.isArray(body?.['items']) ? (body['items'] as { id: string; name: string }[]) : []
  return items.find(item => item.name === campaign)?.id
}

const report = (invocation: Invocation, answer: Answer, { url }: Caller): number => {
  const accepted = answer.status === 202 || (answer.status === 200 && invocation.values.has('dry-run'))
  if (!accepted) return refused(invocation, answer)
  const { executionId, scheduleId } = answer.body ?? {}
  const id = [executionId, scheduleId].find(one => typeof one === 'string')
  print(invocation, answer.body, [id ?? JSON.stringify(answer.body, null, 2)])
  if (typeof scheduleId === 'string') invocation.io.err(`Scheduled. See ${url}/executions/schedules`)
  if (typeof executionId === 'string') invocation.io.err(`Accepted. See ${url}/executions/${executionId}`)
  return EXIT.ok
}
