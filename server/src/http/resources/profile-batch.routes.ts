/** Many people in one call. */
import { ProfileBatch, ProfileBatchResult } from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { untilUndisturbed } from '../../db/undisturbed.ts'
import { upsertPeople } from '../../profiles/batch.store.ts'
import { checkWrite } from '../../profiles/batch.ts'
import { peopleActorOf, REFUSALS, type ResourceDeps } from './deps.ts'

// A thousand people of 20 KB.
const BODY_LIMIT = 20_000_000

/** Routes below `/api/v1`. */
export const profileBatchRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    app.post<{ Body: ProfileBatch }>(
      '/profiles/batch',
      {
        bodyLimit: BODY_LIMIT,
        schema: {
          tags: ['Profiles'],
          summary: 'Make or merge up to 1,000 people; each is taken or refused by itself',
          body: ProfileBatch,
          response: { 200: ProfileBatchResult, ...REFUSALS },
        },
      },
      async request => {
        const { profiles, onConflict = 'overwrite' } = request.body
        const writes = profiles.map(checkWrite)
        const actor = { ...peopleActorOf(request, deps), onConflict }
        return { items: await untilUndisturbed(deps.pool, tx => upsertPeople(tx, actor, writes)) }
      },
    )
  }
