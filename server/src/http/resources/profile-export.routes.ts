/** People out of Carillon as a file, streamed. */
import { Readable } from 'node:stream'
import { ProfileExportQuery } from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { exportCsv, exportJsonl } from '../../profiles/export.ts'
import { callerOf } from '../caller.ts'
import { REFUSALS, type ResourceDeps, storable } from './deps.ts'

const TYPES = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson; charset=utf-8' } as const

/** Routes below `/api/v1`. */
export const profileExportRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    app.get<{ Querystring: ProfileExportQuery }>(
      '/profiles/export',
      {
        schema: {
          tags: ['Profiles'],
          summary: 'People as CSV or JSON Lines, newest first; filters as of the list',
          querystring: ProfileExportQuery,
          response: REFUSALS,
        },
      },
      (request, reply) => {
        const { format = 'csv', sandbox: _, ...chosen } = storable(request.query)
        const filter = { ...chosen, sandboxId: callerOf(request).sandbox.id }
        const lines = (format === 'csv' ? exportCsv : exportJsonl)(deps.pool, filter)
        return reply
          .type(TYPES[format])
          .header('content-disposition', `attachment; filename="profiles.${format}"`)
          .send(Readable.from(lines))
      },
    )
  }
