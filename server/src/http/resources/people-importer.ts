/** Who imports people by a request: what the routes of imports and of their reports have in common. */
import type { FastifyRequest } from 'fastify'
import type { Importer } from '../../imports/imports.ts'
import { actorOf, type ResourceDeps } from './deps.ts'

/** The caller, in whose sandbox the imports of people are meant. */
export const importerOf = (request: FastifyRequest, deps: ResourceDeps): Importer => ({
  ...actorOf(request, deps),
  ...{ kind: 'people', targetId: null },
})
