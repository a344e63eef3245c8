/** A marketing campaign with an uploaded audience, for tests of runs. */
import { audienceTasks } from '../src/campaigns/audience-task.ts'
import { createCampaignCache } from '../src/campaigns/campaign-cache.ts'
import { createSandboxClocks } from '../src/campaigns/sandbox-clock.ts'
import type { BackgroundTask } from '../src/lib/background.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import type { Answer, TestApi } from './app.ts'

/** Makes profiles `<name>0@example.test` and on, with attributes by number; answers their ids in that order. */
export const createPeople = async (
  api: TestApi,
  name: string,
  attributes: readonly object[],
): Promise<string[]> => {
  const ids: string[] = []
  for (const [n, one] of attributes.entries()) {
    const identities = [{ namespace: 'email', value: `${name}${n}@example.test` }]
    const { body } = await api.api('POST /profiles', { identities, attributes: one })
    ids.push(body.id)
  }
  return ids
}

/** An uploaded audience of these people, with what the upload says of each. */
export const createAudience = async (
  api: TestApi,
  profileIds: readonly string[],
  extra: object = {},
): Promise<string> => {
  const id = uuidv7(Date.now())
  await api.test.db.query(
    `insert into audience (id, sandbox_id, kind, name, description, columns, created_at, created_by, modified_at,
       modified_by)
     select $1, s.id, 'upload', $2, '', '{}', $3, 'test', $3, 'test' from sandbox s where s.name = 'dev'`,
    [id, `audience ${id}`, api.clock.now()],
  )
  await api.test.db.query(
    'insert into audience_member (audience_id, profile_id, extra) select $1, p, $3 from unnest($2::uuid[]) as p',
    [id, profileIds, extra],
  )
  return id
}

/** A live marketing campaign. */
export const createMarketing = async (api: TestApi, more: object = {}): Promise<string> => {
  const content = { subject: 'Offer {{context.code}}', html: '<p>{{profile.name}}</p>', text: null }
  const { body } = await api.api('POST /campaigns', {
    ...{ name: 'Offer', category: 'marketing', content },
    ...more,
  })
  const { status, body: live } = await api.api(`POST /campaigns/${body.id}/activate`)
  if (status !== 200) throw new Error(JSON.stringify(live))
  return body.id
}

/** The tasks of runs on a test's database. */
export const runTasks = (api: TestApi): readonly BackgroundTask[] => {
  const { clock, test } = api
  return audienceTasks({
    pool: test.db,
    clock,
    clocks: createSandboxClocks({ db: test.db, clock }),
    newId: () => uuidv7(clock.now().getTime()),
    campaigns: createCampaignCache(test.db, clock),
    shard: 90,
  })
}

/** Takes steps until no task has more. */
export const untilIdle = async (tasks: readonly BackgroundTask[]): Promise<number> => {
  let steps = 0
  for (let busy = true; busy; ) {
    busy = false
    for (const task of tasks)
      if (await task.advance()) {
        busy = true
        steps += 1
      }
  }
  return steps
}

/** A call for one person, as the unitary route takes it. */
export interface PersonCall {
  readonly requestId: string
  readonly campaignId: string
  readonly recipients: readonly {
    readonly userId: string
    readonly namespace: string
    readonly profile?: object
    readonly context?: object
  }[]
}

// The profile is made, or becomes what the call says of it.
const profileOf = async (api: TestApi, call: PersonCall): Promise<string> => {
  const [person] = call.recipients
  if (person === undefined) throw new Error('a call for nobody')
  const { userId, namespace, profile } = person
  const identities = [{ namespace, value: userId }]
  const { body } = await api.api('POST /profiles', { identities, attributes: {} })
  if (profile !== undefined)
    await api.test.db.query('update profile set attributes = $2 where id = $1', [body.id, profile])
  return body.id
}

const isMarketing = async (api: TestApi, campaignId: string): Promise<boolean> =>
  (await api.api(`GET /campaigns/${campaignId}`)).body.live.properties.category === 'marketing'

/** Sends a campaign to one person by its own way in: a call, or a run over an audience of that person. */
export const sendTo = async (api: TestApi, call: PersonCall): Promise<Answer> => {
  if (!(await isMarketing(api, call.campaignId))) return api.trigger(call)
  const audienceId = await createAudience(api, [await profileOf(api, call)])
  const { requestId, recipients } = call
  const context = recipients[0]?.context ?? {}
  const answer = await api.api(`POST /campaigns/${call.campaignId}/runs`, { requestId, audienceId, context })
  await untilIdle(runTasks(api))
  return answer
}

/** What a dry run says of one person, by the campaign's own way in. */
export const dryRunTo = async (
  api: TestApi,
  call: PersonCall,
): Promise<{
  readonly outcome: string
  readonly reason: string | null
  readonly detail: string | null
  readonly email: { readonly html: string }
}> => {
  const [person] = call.recipients
  if (!(await isMarketing(api, call.campaignId)))
    return (await api.trigger(call, { query: '?dryRun=true' })).body.recipients[0]
  await profileOf(api, call)
  const asked = { namespace: person?.namespace, value: person?.userId, context: person?.context ?? {} }
  return (await api.api(`POST /campaigns/${call.campaignId}/check`, asked)).body
}
