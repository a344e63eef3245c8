/** `carillon dead-letters …`: what failed or is unknown, from a shell: list it, send it again, put it away. */
import { callServer, refused } from './call.ts'
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
import { campaignIdOf } from './trigger.ts'

const FILTERS = {
  state: { value: 'STATE', meaning: 'failed or unknown (both)' },
  reason: { value: 'CODE', meaning: 'reason, such as rejected or worker_lost' },
  campaign: { value: 'ID|NAME', meaning: 'campaign, by its id or its exact name' },
  execution: { value: 'ID', meaning: 'execution (UMA-…)' },
  transport: { value: 'ID', meaning: 'transport of the last attempt' },
  code: { value: 'CODE', meaning: "the provider's code of the last attempt" },
  from: { value: 'TIME', meaning: 'became a dead letter at this time or later (RFC 3339)' },
  to: { value: 'TIME', meaning: 'became a dead letter before this time (RFC 3339)' },
} as const satisfies Record<string, Option>

const NAMED = {
  message: { value: 'ID', multiple: true, meaning: 'this message; not together with filters' },
  all: { meaning: 'every dead letter of the sandbox' },
} as const satisfies Record<string, Option>

// The members of the API's filter by the options that give them.
const MEMBERS = {
  ...{ state: 'state', reason: 'reason', execution: 'executionId', transport: 'transportId' },
  ...{ code: 'code', from: 'from', to: 'to' },
} as const

type Filter = Record<string, string>

const plainFilter = ({ values }: Invocation): Filter =>
  Object.fromEntries(
    Object.entries(MEMBERS).flatMap(([option, member]) => {
      const value = values.text(option)
      return value === undefined ? [] : [[member, value]]
    }),
  )

const filterOf = async (invocation: Invocation, caller: Caller): Promise<Filter> => {
  const filter = plainFilter(invocation)
  const campaign = invocation.values.text('campaign')
  if (campaign === undefined) return filter
  const campaignId = await campaignIdOf(caller, campaign)
  if (campaignId === undefined) throw new UsageError(`There is no campaign named "${campaign}".`)
  return { ...filter, campaignId }
}

interface Letter {
  readonly messageId: string
  readonly state: string
  readonly reason: string | null
  readonly userId: string
  readonly campaignName: string
  readonly changedAt: string
  readonly answer: string | null
}

const lineOf = (letter: Letter): string =>
  [
    ...[letter.messageId, letter.changedAt, letter.state, letter.reason ?? ''],
    ...[letter.userId, letter.campaignName, letter.answer ?? ''],
  ].join('  ')

/** Lists dead letters, newest first. */
export const deadLettersListCommand: Command = {
  name: 'dead-letters list',
  summary: 'list messages that failed for good or of which nobody can tell',
  details: "Example: carillon dead-letters list --state failed --campaign 'Order confirmation' --json",
  options: {
    ...FILTERS,
    discarded: { meaning: 'those that were put away instead' },
    limit: { value: 'N', meaning: 'how many, 200 at most (50)' },
    cursor: { value: 'TEXT', meaning: 'the page after that of an answer: its next' },
    ...CALLER_OPTIONS,
    ...JSON_OPTION,
  },
  run: async invocation => {
    const { values, io } = invocation
    const caller = await callerOf(invocation)
    const query = new URLSearchParams({ limit: values.text('limit') ?? '50' })
    for (const [name, value] of Object.entries(await filterOf(invocation, caller))) query.set(name, value)
    if (values.has('discarded')) query.set('discarded', 'true')
    const cursor = values.text('cursor')
    if (cursor !== undefined) query.set('cursor', cursor)
    const answer = await callServer({
      url: `${caller.url}/api/v1/dead-letters?${query}`,
      headers: caller.headers,
    })
    if (answer.status !== 200) return refused(invocation, answer)
    const items = (answer.body?.['items'] ?? []) as Letter[]
    print(invocation, answer.body, items.map(lineOf))
    const next = answer.body?.['next']
    if (typeof next === 'string' && !values.has('json')) io.err(`There are more: --cursor ${next}`)
    return EXIT.ok
  },
}

interface Acted {
  readonly acted: number
  readonly skipped: number
  readonly remaining: boolean
}

const wantedOf = async (invocation: Invocation, caller: Caller): Promise<object> => {
  const messageIds = invocation.values.list('message')
  return messageIds.length > 0 ? { messageIds } : { filter: await filterOf(invocation, caller) }
}

const checkWanted = ({ values }: Invocation): void => {
  const named = values.list('message').length > 0
  const filtered = Object.keys(FILTERS).some(option => values.text(option) !== undefined)
  const given = [named, filtered, values.has('all')].filter(Boolean).length
  if (given === 0) throw new UsageError('Name --message, filters, or --all.')
  if (given > 1) throw new UsageError('--message, filters and --all exclude each other.')
}

// One call acts on 10,000 at most; again until nothing remains. What is skipped is found again by every call.
const actOnAll = async (invocation: Invocation, kind: 'redrive' | 'discard'): Promise<number> => {
  checkWanted(invocation)
  const caller = await callerOf(invocation)
  const body = await wantedOf(invocation, caller)
  const url = `${caller.url}/api/v1/dead-letters/${kind}`
  for (let acted = 0; ; ) {
    const answer = await callServer({ url, method: 'POST', headers: caller.headers, body })
    if (answer.status !== 200) return refused(invocation, answer)
    const done = answer.body as unknown as Acted
    acted += done.acted
    if (done.remaining && done.acted > 0) continue
    const words = kind === 'redrive' ? 'sent again' : 'put away'
    const left = done.skipped > 0 ? `; ${done.skipped} left as they are` : ''
    print(invocation, { ...done, acted }, [`${acted} ${words}${left}`])
    return EXIT.ok
  }
}

/** Gives dead letters another try. */
export const deadLettersRedriveCommand: Command = {
  name: 'dead-letters redrive',
  summary: 'send dead letters again: named ones, those of a filter, or all',
  details: 'Expired messages are left as they are. Example: carillon dead-letters redrive --reason rejected',
  options: { ...NAMED, ...FILTERS, ...CALLER_OPTIONS, ...JSON_OPTION },
  run: invocation => actOnAll(invocation, 'redrive'),
}

/** Puts dead letters away. */
export const deadLettersDiscardCommand: Command = {
  name: 'dead-letters discard',
  summary: 'put dead letters away: named ones, those of a filter, or all',
  details: 'Example: carillon dead-letters discard --state failed --to 2026-01-01T00:00:00Z',
  options: { ...NAMED, ...FILTERS, ...CALLER_OPTIONS, ...JSON_OPTION },
  run: invocation => actOnAll(invocation, 'discard'),
}
