/** What people chose about marketing: read and change one person's choices, read the evidence. */
import {
  CONSENT_CHANNELS,
  ConsentChange,
  ConsentChanged,
  type ConsentEvent,
  ConsentEventList,
  ConsentEventListQuery,
  type ConsentSource,
  IdParams,
  PreferenceLink,
  ProfileConsent,
  ProfileConsentQuery,
} from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { choiceAt, identityChoices } from '../../consent/choice.ts'
import { listConsentEvents, readPerson } from '../../consent/consent.store.ts'
import { changeConsent } from '../../consent/consent.ts'
import { consentWriteOf } from '../../consent/consent-change.ts'
import { topicsOfPerson } from '../../consent/topic.store.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import type { Circumstances, ConsentEventRecord } from '../../profiles/consent-event.store.ts'
import { findProfile } from '../../profiles/people.store.ts'
import { callerOf } from '../caller.ts'
import {
  actorOf,
  idOf,
  notFound,
  orNotFound,
  queryId,
  REFUSALS,
  type ResourceDeps,
  storable,
} from './deps.ts'

const tags = ['Consent']
type Page = { limit: number; cursor?: string }

const toEvent = ({
  sandboxId: _,
  namespace,
  identityValue,
  at,
  ...event
}: ConsentEventRecord): ConsentEvent => ({
  ...event,
  identity: namespace === null ? null : { namespace, value: identityValue ?? '' },
  at: at.toISOString(),
})
const PAGE = { id: (event: ConsentEventRecord) => event.id, item: toEvent }

const consentOf = async (
  deps: ResourceDeps,
  at: { readonly sandboxId: string; readonly profileId: string },
  { limit, cursor }: Page,
): Promise<ProfileConsent> => {
  const { sandboxId } = at
  const person = orNotFound(await readPerson(deps.pool, sandboxId, at.profileId), 'profile')
  const { id: profileId, attributes } = person
  const topics = await topicsOfPerson(deps.pool, sandboxId, profileId)
  const after = readCursor(cursor)
  const events = await listConsentEvents(deps.pool, { sandboxId, profileId, limit, after })
  return {
    profileId,
    channels: CONSENT_CHANNELS.map(channel => ({
      channel,
      value: choiceAt(attributes, { level: 'channel', channel }),
    })),
    identities: identityChoices(attributes),
    topics: topics.map(({ topicId, key, name, archived, value }) => ({
      topicId,
      key,
      name,
      archived,
      value,
    })),
    events: toPage(events, limit, PAGE),
  }
}

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Params: { id: string }; Querystring: Page }>(
    '/profiles/:id/consent',
    {
      schema: {
        tags,
        summary: 'What a person chose, and the evidence, newest first',
        params: IdParams,
        querystring: ProfileConsentQuery,
        response: { 200: ProfileConsent, ...REFUSALS },
      },
    },
    async request => {
      const { sandboxId } = actorOf(request, deps)
      const profileId = idOf(request.params.id, 'profile')
      return consentOf(deps, { sandboxId, profileId }, request.query)
    },
  )
  app.get<{ Querystring: Page & { profileId?: string; topicId?: string; source?: ConsentSource } }>(
    '/consent-events',
    {
      schema: {
        tags,
        summary: 'The evidence of every choice, newest first',
        querystring: ConsentEventListQuery,
        response: { 200: ConsentEventList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, source } = request.query
      const { sandboxId } = actorOf(request, deps)
      const profileId = queryId(request.query.profileId, 'profileId')
      const topicId = queryId(request.query.topicId, 'topicId')
      const filter = { sandboxId, limit, after: readCursor(cursor), profileId, topicId, source }
      return toPage(await listConsentEvents(deps.pool, filter), limit, PAGE)
    },
  )
}

const howOf = (request: FastifyRequest, change: ConsentChange): Circumstances => ({
  source: callerOf(request).kind === 'studio' ? 'studio' : 'api',
  shown: change.shown ?? null,
  shownVersion: change.shownVersion ?? null,
  language: change.language ?? null,
  ip: null,
  userAgent: null,
  messageId: null,
  campaignId: null,
})

const changeRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.put<{ Params: { id: string }; Body: ConsentChange }>(
    '/profiles/:id/consent',
    {
      schema: {
        tags,
        summary: 'Change one choice of a person',
        params: IdParams,
        body: ConsentChange,
        response: { 200: ConsentChanged, ...REFUSALS },
      },
    },
    async (request): Promise<ConsentChanged> => {
      const actor = actorOf(request, deps)
      const profileId = idOf(request.params.id, 'profile')
      const change = storable(request.body)
      const of = { profileId, how: howOf(request, change), skipSame: false }
      const [event] = await changeConsent(actor, of, [consentWriteOf(change)])
      if (event === undefined) throw notFound('profile')
      const { sandboxId, topicId, id: eventId } = event
      const link = { sandboxId, profileId, topicId: topicId ?? '', eventId, address: '' }
      const waits = event.level === 'topic' && event.after === 'p'
      return { event: toEvent(event), confirmationUrl: waits ? deps.links.confirm(link, actor.now) : null }
    },
  )
}

const linkRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Params: { id: string } }>(
    '/profiles/:id/preference-link',
    {
      schema: {
        tags,
        summary: 'A link to the preference page of a person',
        params: IdParams,
        response: { 200: PreferenceLink, ...REFUSALS },
      },
    },
    async (request): Promise<PreferenceLink> => {
      const { sandboxId, now } = actorOf(request, deps)
      const profileId = idOf(request.params.id, 'profile')
      const profile = orNotFound(await findProfile(deps.pool, sandboxId, profileId), 'profile')
      const address = profile.identities.find(one => one.namespace === 'email')?.value ?? ''
      const ids = { sandboxId, profileId, messageId: null, campaignId: null }
      return { url: deps.links.preferences({ ...ids, address, level: 'channel' }, now) }
    },
  )
}

/** Routes below `/api/v1`. */
export const consentRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    readRoutes(app, deps)
    changeRoute(app, deps)
    linkRoute(app, deps)
  }
