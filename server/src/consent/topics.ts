/** Topics as people make, change and archive them. A key is for good: other systems know the topic by it. */
import type { TopicCreate, TopicPatch } from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { brokenUnique } from '../db/violations.ts'
import { Fault } from '../lib/fault.ts'
import { findTopic, insertTopic, setTopicArchived, type TopicRecord, writeTopic } from './topic.store.ts'

/** Who writes, in which sandbox, now. */
export interface ConsentActor {
  readonly pool: pg.Pool
  readonly sandboxId: string
  readonly by: string
  readonly now: Date
  readonly newId: () => string
}

/** 404 for what the sandbox does not have. */
export const missing = (what: string): Fault =>
  new Fault('not_found', { detail: `There is no such ${what} in this sandbox.` })

/** A topic; 404 when there is none. */
export const getTopic = async (actor: ConsentActor, id: string): Promise<TopicRecord> => {
  const topic = await findTopic(actor.pool, actor.sandboxId, id)
  if (topic === undefined) throw missing('topic')
  return topic
}

/** Makes a topic. */
export const createTopic = async (actor: ConsentActor, write: TopicCreate): Promise<TopicRecord> => {
  const { key, name, description = { en: '', nl: '' }, doubleOptIn = false } = write
  const id = actor.newId()
  const { sandboxId, by, now } = actor
  const change = { id, sandboxId, key, name, description, doubleOptIn, by, now }
  try {
    await insertTopic(actor.pool, change)
  } catch (error) {
    if (brokenUnique(error) !== 'topic_key_key') throw error
    const problems = [{ pointer: '/key', message: 'is already used in this sandbox' }]
    throw new Fault('name_taken', { problems, cause: error })
  }
  return getTopic(actor, id)
}

/** Changes texts and confirmation. */
export const patchTopic = async (
  actor: ConsentActor,
  id: string,
  patch: TopicPatch,
): Promise<TopicRecord> => {
  await transaction(actor.pool, async tx => {
    const topic = await findTopic(tx, actor.sandboxId, id)
    if (topic === undefined) throw missing('topic')
    const { name, description, doubleOptIn } = { ...topic, ...patch }
    await writeTopic(tx, { id, name, description, doubleOptIn, by: actor.by, now: actor.now })
  })
  return getTopic(actor, id)
}

/** Archives a topic (its campaigns reach nobody from then on), or takes it back into use. */
export const archiveTopic = async (
  actor: ConsentActor,
  id: string,
  archived: boolean,
): Promise<TopicRecord> => {
  if (!(await setTopicArchived(actor.pool, { ...actor, id }, archived))) throw missing('topic')
  return getTopic(actor, id)
}
