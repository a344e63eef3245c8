/** The schema of a sandbox's profiles: read and replace. */
import { ProfileSchema, ProfileSchemaWrite } from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { findProfileSchema } from '../../profiles/profile-schema.store.ts'
import { replaceProfileSchema } from '../../profiles/profile-schema.ts'
import { actorOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Profiles']

/** Routes below `/api/v1`. */
export const profileSchemaRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    app.get(
      '/profile-schema',
      {
        schema: {
          tags,
          summary: 'The JSON Schema of the profiles of this sandbox',
          response: { 200: ProfileSchema, ...REFUSALS },
        },
      },
      async request => findProfileSchema(deps.pool, actorOf(request, deps).sandboxId),
    )
    app.put<{ Body: ProfileSchemaWrite }>(
      '/profile-schema',
      {
        schema: {
          tags,
          summary: 'Replace the schema; null removes it',
          body: ProfileSchemaWrite,
          response: { 200: ProfileSchema, ...REFUSALS },
        },
      },
      async request => replaceProfileSchema(actorOf(request, deps), storable(request.body)),
    )
  }
