/**
 * The pages that people reach from their mail: no session, no cookie, no script. The signed link is all they need. A
 * failure is a page too, with the status that a mail program understands.
 */
import { ERRORS } from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { type ConsentLinks, createLinkReader } from '../../consent/links.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Interactions } from '../../tracking/interactions.ts'
import { toFault } from '../problem.ts'
import { confirmRoutes } from './confirm.routes.ts'
import { readForms } from './form.ts'
import { preferenceRoutes } from './preferences.routes.ts'
import { unsubscribeRoutes } from './unsubscribe.routes.ts'
import { sendNote } from './visit.ts'

/** What the pages are made of. */
export interface PreferencePagesDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => string
  readonly secret: string
  readonly links: ConsentLinks
  readonly interactions: Interactions
}

const answerFaults = (app: FastifyInstance, log: Log): void => {
  app.setErrorHandler((error: Error, request, reply) => {
    const fault = toFault(error)
    const { status } = ERRORS[fault.code]
    // The token is a secret of its person, so the address is not logged.
    if (status >= 500) log.error({ err: error }, 'a public page could not be shown')
    const isAway = status >= 500
    return sendNote(request, reply, {
      status,
      title: isAway ? 'away' : 'nothing',
      text: isAway ? 'awayText' : 'invalidText',
    })
  })
}

/** Routes at the root. */
export const preferencePages =
  (of: PreferencePagesDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    const deps = { ...of, read: createLinkReader(of.secret) }
    readForms(app)
    answerFaults(app, of.log)
    unsubscribeRoutes(app, deps)
    preferenceRoutes(app, deps)
    confirmRoutes(app, deps)
  }
