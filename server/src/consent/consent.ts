/**
 * Changes what a person chose. Every change is one transaction: the choice where sending reads it, and one piece of
 * evidence. Writers of one person wait for each other, so that each piece of evidence follows the one before.
 */
import type { ConsentValue } from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import {
  type Circumstances,
  type ConsentEventRecord,
  insertConsentEvents,
} from '../profiles/consent-event.store.ts'
import { lockPerson, writeAttributes } from '../profiles/person-row.store.ts'
import { isRefusal } from '../profiles/refusal.ts'
import { type ChoicePlace, choiceAt, withChoice } from './choice.ts'
import { findSubscription, writeSubscription } from './consent.store.ts'
import { findTopic, type TopicRecord } from './topic.store.ts'
import { type ConsentActor, missing } from './topics.ts'

/**
 * One change. Of a topic `y` subscribes; where `asksAgain` is set and the topic wants a second yes, the subscription
 * waits (`p`) until it is confirmed.
 */
export type ConsentWrite =
  | { readonly place: ChoicePlace; readonly value: ConsentValue }
  | {
      readonly place: { readonly level: 'topic'; readonly topicId: string }
      readonly value: 'y' | 'n'
      readonly asksAgain: boolean
    }

/**
 * Who is changed, and how it came in. `skipSame`: what is so already is left alone and leaves no evidence. `keepsRefusal`: so is
 * a refusal of a channel or an address.
 */
export interface ConsentOf {
  readonly profileId: string
  readonly how: Circumstances
  readonly skipSame: boolean
  readonly keepsRefusal?: boolean
}

interface Work extends ConsentOf {
  readonly tx: pg.PoolClient
  readonly actor: ConsentActor
}

type Proof = Pick<
  ConsentEventRecord,
  'level' | 'channel' | 'namespace' | 'identityValue' | 'topicId' | 'before' | 'after'
>

const NOWHERE = { channel: null, namespace: null, identityValue: null, topicId: null } as const

// The id is made under the lock of the person: ids sort as the changes happened.
const prove = async ({ tx, actor, profileId, how }: Work, proof: Proof): Promise<ConsentEventRecord> => {
  const { sandboxId, by, now } = actor
  const event = { ...how, ...proof, id: actor.newId(), sandboxId, profileId, by, at: now }
  await insertConsentEvents(tx, [event])
  return event
}

const placeOf = (place: ChoicePlace): Pick<Proof, 'channel' | 'namespace' | 'identityValue'> => ({
  channel: place.channel,
  namespace: place.level === 'identity' ? place.namespace.toLowerCase() : null,
  identityValue: place.level === 'identity' ? place.value : null,
})

const topicFor = async ({ tx, actor }: Work, topicId: string, value: string): Promise<TopicRecord> => {
  const topic = await findTopic(tx, actor.sandboxId, topicId)
  if (topic === undefined)
    throw new Fault('payload_invalid', {
      problems: [{ pointer: '/topicId', message: 'is not a topic of this sandbox' }],
    })
  if (topic.archivedAt !== null && value !== 'n')
    throw new Fault('resource_state', { detail: 'The topic is archived and takes no subscriptions.' })
  return topic
}

type TopicWrite = Extract<ConsentWrite, { readonly asksAgain: boolean }>
type ProfileWrite = Exclude<ConsentWrite, TopicWrite>

const changeTopic = async (work: Work, write: TopicWrite): Promise<ConsentEventRecord | undefined> => {
  const { topicId } = write.place
  const topic = await topicFor(work, topicId, write.value)
  const before = (await findSubscription(work.tx, work.profileId, topicId))?.value ?? null
  const waits = write.value === 'y' && write.asksAgain && topic.doubleOptIn && before !== 'y'
  const after = waits ? 'p' : write.value
  if (work.skipSame && before === after) return undefined
  const event = await prove(work, { ...NOWHERE, level: 'topic', topicId, before, after })
  const of = { profileId: work.profileId, topicId, now: work.actor.now }
  await writeSubscription(work.tx, of, { value: after, eventId: event.id })
  return event
}

const isTopicWrite = (write: ConsentWrite): write is TopicWrite => 'asksAgain' in write

type Attributes = Readonly<Record<string, unknown>>

// Answers the attributes as they are then, to be written once at the end.
const changeProfile = async (
  work: Work,
  { place, value }: ProfileWrite,
  attributes: Attributes,
): Promise<{ attributes: Attributes; event: ConsentEventRecord | undefined }> => {
  const before = choiceAt(attributes, place)
  const isLeft = (work.skipSame && before === value) || (work.keepsRefusal === true && isRefusal(before))
  if (isLeft) return { attributes, event: undefined }
  const proof = { ...NOWHERE, ...placeOf(place), level: place.level, before, after: value }
  const changed = withChoice(attributes, place, { value, now: work.actor.now })
  return { attributes: changed, event: await prove(work, proof) }
}

/** Makes several changes of one person, all or none, in the order given. Answers the evidence of each that was made. */
export const changeConsent = (
  actor: ConsentActor,
  of: ConsentOf,
  writes: readonly ConsentWrite[],
): Promise<ConsentEventRecord[]> =>
  transaction(actor.pool, async tx => {
    const person = await lockPerson(tx, actor.sandboxId, of.profileId)
    if (person === undefined) throw missing('profile')
    const work: Work = { ...of, profileId: person.id, tx, actor }
    let { attributes } = person
    const events: (ConsentEventRecord | undefined)[] = []
    for (const write of writes) {
      if (isTopicWrite(write)) {
        events.push(await changeTopic(work, write))
      } else {
        const changed = await changeProfile(work, write, attributes)
        attributes = changed.attributes
        events.push(changed.event)
      }
    }
    if (attributes !== person.attributes)
      await writeAttributes(tx, { id: person.id, now: actor.now }, attributes)
    return events.filter(event => event !== undefined)
  })

/** What came of a confirmation: it is done now, was done before, or the link is for a choice that is no more. */
export type Confirmation = 'confirmed' | 'already' | 'over'

/** Makes a waiting subscription a real one: only for the very choice that the link was made for. */
export const confirmSubscription = (
  actor: ConsentActor,
  of: ConsentOf,
  at: { readonly topicId: string; readonly eventId: string },
): Promise<Confirmation> =>
  transaction(actor.pool, async tx => {
    const { topicId, eventId } = at
    const person = await lockPerson(tx, actor.sandboxId, of.profileId)
    if (person === undefined) return 'over'
    const found = await findSubscription(tx, person.id, topicId)
    if (found?.value === 'y') return 'already'
    if (found?.value !== 'p' || found.eventId !== eventId) return 'over'
    const work: Work = { ...of, profileId: person.id, tx, actor }
    await changeTopic(work, { place: { level: 'topic', topicId }, value: 'y', asksAgain: false })
    return 'confirmed'
  })
