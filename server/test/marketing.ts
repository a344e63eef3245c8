/** A marketing campaign with an uploaded audience, for tests of runs. */
import { audienceTasks } from '../src/campaigns/audience-task.ts'
import { createCampaignCache } from '../src/campaigns/campaign-cache.ts'
import { createSandboxClocks } from '../src/campaigns/sandbox-clock.ts'
import type { BackgroundTask } from '../src/lib/background.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import type { TestApi } from './app.ts'

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
    `insert into audience (id, sandbox_id, kind, name, description, columns, member_count, created_at, created_by,
       modified_at, modified_by)
     select $1, s.id, 'upload', $2, '', '{}', $3, $4, 'test', $4, 'test' from sandbox s where s.name = 'dev'`,
    [id, `audience ${id}`, profileIds.length, api.clock.now()],
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
