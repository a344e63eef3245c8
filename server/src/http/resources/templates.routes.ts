/** One template tried by itself: what the editor's "try it" panel asks. */
import { TemplateRenderRequest, TemplateRenderResult } from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { tryTemplate } from '../../content/try-template.ts'
import { Fault } from '../../lib/fault.ts'
import { isTimeZone } from '../../lib/time-zone.ts'
import type { ResourcePlugin } from '../app.ts'
import { callerOf } from '../caller.ts'
import { REFUSALS, type ResourceDeps } from './deps.ts'

const refuseUnknownZone = (timeZone: string | null | undefined): void => {
  if (timeZone == null || timeZone === '' || isTimeZone(timeZone)) return
  const message = 'is not the name of a time zone, such as Europe/Amsterdam'
  throw new Fault('payload_invalid', { problems: [{ pointer: '/timeZone', message }] })
}

/** The routes of templates. */
export const templateRoutes =
  (deps: ResourceDeps): ResourcePlugin =>
  async (app: FastifyInstance) => {
    app.post<{ Body: TemplateRenderRequest }>(
      '/templates/render',
      {
        schema: {
          tags: ['Content'],
          summary: 'Render one template with given data; nothing is stored or sent',
          body: TemplateRenderRequest,
          response: { 200: TemplateRenderResult, ...REFUSALS },
        },
      },
      async request => {
        refuseUnknownZone(request.body.timeZone)
        return tryTemplate(await deps.stage(callerOf(request).sandbox.id), request.body)
      },
    )
  }
