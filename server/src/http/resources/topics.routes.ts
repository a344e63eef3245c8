/** Topics: list, make, read, change, archive. */
import { IdParams, Topic, TopicCreate, TopicList, TopicListQuery, TopicPatch } from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { listTopics, type TopicRecord } from '../../consent/topic.store.ts'
import { archiveTopic, createTopic, getTopic, patchTopic } from '../../consent/topics.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { actorOf, idOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Topics']
type IdRequest = { Params: { id: string } }
type ListRequest = { Querystring: { limit: number; cursor?: string; archived?: boolean } }

const toTopic = (topic: TopicRecord): Topic => ({
  ...topic,
  archivedAt: topic.archivedAt?.toISOString() ?? null,
  createdAt: topic.createdAt.toISOString(),
  modifiedAt: topic.modifiedAt.toISOString(),
})

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<ListRequest>(
    '/topics',
    {
      schema: {
        tags,
        summary: 'Topics, newest first',
        querystring: TopicListQuery,
        response: { 200: TopicList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, archived } = request.query
      const { sandboxId } = actorOf(request, deps)
      const topics = await listTopics(deps.pool, { sandboxId, limit, after: readCursor(cursor), archived })
      return toPage(topics, limit, { id: topic => topic.id, item: toTopic })
    },
  )
  app.get<IdRequest>(
    '/topics/:id',
    { schema: { tags, summary: 'A topic', params: IdParams, response: { 200: Topic, ...REFUSALS } } },
    async request => toTopic(await getTopic(actorOf(request, deps), idOf(request.params.id, 'topic'))),
  )
}

const writeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: TopicCreate }>(
    '/topics',
    {
      schema: {
        tags,
        summary: 'Make a topic',
        body: TopicCreate,
        response: { 201: Topic, ...REFUSALS },
      },
    },
    async (request, reply) =>
      reply.code(201).send(toTopic(await createTopic(actorOf(request, deps), storable(request.body)))),
  )
  app.patch<{ Params: { id: string }; Body: TopicPatch }>(
    '/topics/:id',
    {
      schema: {
        tags,
        summary: 'Change the texts of a topic, or whether it wants a second yes',
        params: IdParams,
        body: TopicPatch,
        response: { 200: Topic, ...REFUSALS },
      },
    },
    async request => {
      const id = idOf(request.params.id, 'topic')
      return toTopic(await patchTopic(actorOf(request, deps), id, storable(request.body)))
    },
  )
}

const archiveRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  const deeds = [
    { path: 'archive', archived: true, summary: 'Archive a topic: its campaigns reach nobody from then on' },
    { path: 'unarchive', archived: false, summary: 'Take an archived topic back into use' },
  ]
  for (const { path, archived, summary } of deeds)
    app.post<IdRequest>(
      `/topics/:id/${path}`,
      { schema: { tags, summary, params: IdParams, response: { 200: Topic, ...REFUSALS } } },
      async request =>
        toTopic(await archiveTopic(actorOf(request, deps), idOf(request.params.id, 'topic'), archived)),
    )
}

/** Routes below `/api/v1`. */
export const topicRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    readRoutes(app, deps)
    writeRoutes(app, deps)
    archiveRoutes(app, deps)
  }
