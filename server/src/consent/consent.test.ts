import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSandbox } from '../../test/consent.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { uuidv7 } from '../lib/ids.ts'
import type { ConsentEventRecord } from '../profiles/consent-event.store.ts'
import { type ChoicePlace, choiceAt } from './choice.ts'
import { findSubscription, listConsentEvents, readPerson } from './consent.store.ts'
import { type ConsentOf, type ConsentWrite, changeConsent, confirmSubscription } from './consent.ts'
import { subscribed } from './topic.store.ts'
import { archiveTopic, type ConsentActor, createTopic } from './topics.ts'

let test: TestDatabase
let actor: ConsentActor
let profileId: string

const how = {
  ...({ source: 'api', shown: null, shownVersion: null, language: null, ip: null } as const),
  ...{ userAgent: null, messageId: null, campaignId: null },
}
const of = (skipSame = false): ConsentOf => ({ profileId, how, skipSame })
const email: ChoicePlace = { level: 'channel', channel: 'email' }
const topicWrite = (topicId: string, value: 'y' | 'n', asksAgain = true): ConsentWrite => ({
  place: { level: 'topic', topicId },
  value,
  asksAgain,
})
const events = (): Promise<ConsentEventRecord[]> =>
  listConsentEvents(test.db, { sandboxId: actor.sandboxId, limit: 500, after: null, profileId })
const attributes = async () => (await readPerson(test.db, actor.sandboxId, profileId))?.attributes

beforeEach(async () => {
  test = await createTestDatabase()
  const made = await createSandbox(test.db)
  profileId = made.profileId
  const newId = (): string => uuidv7(Date.now())
  actor = { pool: test.db, sandboxId: made.sandboxId, by: 'shop', now: new Date(), newId }
})
afterEach(() => test.drop())

describe('a change of consent', () => {
  it('writes the profile and one piece of evidence, with what was before', async () => {
    await changeConsent(actor, of(), [{ place: email, value: 'y' }])
    await changeConsent(actor, of(), [{ place: email, value: 'n' }])
    expect(choiceAt(await attributes(), email)).toBe('n')
    expect((await events()).map(({ before, after, by }) => ({ before, after, by }))).toEqual([
      { before: 'y', after: 'n', by: 'shop' },
      { before: null, after: 'y', by: 'shop' },
    ])
  })

  it('that changes nothing leaves no evidence where that is asked', async () => {
    await changeConsent(actor, of(true), [{ place: email, value: 'n' }])
    expect(await changeConsent(actor, of(true), [{ place: email, value: 'n' }])).toEqual([])
    expect(await events()).toHaveLength(1)
  })

  it('is whole or nothing', async () => {
    const writes = [{ place: email, value: 'n' } as const, topicWrite(randomUUID(), 'y')]
    await expect(changeConsent(actor, of(), writes)).rejects.toThrow()
    expect(await attributes()).toEqual({})
    expect(await events()).toEqual([])
  })

  it('of 30 at once keeps evidence and profile in step', async () => {
    const topic = await createTopic(actor, { key: 'news', name: { en: 'News', nl: '' } })
    const values = ['y', 'n', 'p', 'u', 'VI'] as const
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => {
        const value = values[n % values.length] ?? 'y'
        const write: ConsentWrite =
          n % 3 === 2 ? topicWrite(topic.id, n % 2 === 0 ? 'y' : 'n') : { place: email, value }
        return changeConsent(actor, of(), [write])
      }),
    )
    const all = (await events()).reverse()
    expect(all).toHaveLength(30)
    for (const level of ['channel', 'topic'] as const) {
      const chain = all.filter(event => event.level === level)
      expect(chain.map(event => event.before)).toEqual([
        null,
        ...chain.slice(0, -1).map(event => event.after),
      ])
    }
    const last = all.filter(event => event.level === 'channel').at(-1)
    expect(choiceAt(await attributes(), email)).toBe(last?.after)
    const lastOfTopic = all.filter(event => event.level === 'topic').at(-1)
    expect(await findSubscription(test.db, profileId, topic.id)).toEqual({
      value: lastOfTopic?.after,
      eventId: lastOfTopic?.id,
    })
  })

  it('of somebody who is not there is refused', async () => {
    const stranger = { ...of(), profileId: randomUUID() }
    await expect(changeConsent(actor, stranger, [{ place: email, value: 'n' }])).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('cannot be rewritten afterwards', async () => {
    await changeConsent(actor, of(), [{ place: email, value: 'n' }])
    await expect(test.db.query(`update consent_event set value_after = 'y'`)).rejects.toThrow('never changed')
  })
})

describe('a topic that wants a second yes', () => {
  const isSubscribed = async (topicId: string): Promise<boolean> =>
    (await subscribed(test.db, [{ profileId, topicId }])).length === 1

  it('waits for its confirmation, which counts for that one choice alone', async () => {
    const { id } = await createTopic(actor, { key: 'news', name: { en: 'News', nl: '' }, doubleOptIn: true })
    const [first] = await changeConsent(actor, of(), [topicWrite(id, 'y')])
    expect(first?.after).toBe('p')
    expect(await isSubscribed(id)).toBe(false)
    await changeConsent(actor, of(), [topicWrite(id, 'n')])
    const [second] = await changeConsent(actor, of(), [topicWrite(id, 'y')])
    const confirm = (eventId: string) => confirmSubscription(actor, of(), { topicId: id, eventId })
    expect(await confirm(first?.id ?? '')).toBe('over')
    expect(await isSubscribed(id)).toBe(false)
    expect(await confirm(second?.id ?? '')).toBe('confirmed')
    expect(await isSubscribed(id)).toBe(true)
    expect(await confirm(second?.id ?? '')).toBe('already')
    expect((await events()).map(event => event.after)).toEqual(['y', 'p', 'n', 'p'])
  })

  it('does not ask again those who are subscribed', async () => {
    const { id } = await createTopic(actor, { key: 'news', name: { en: 'News', nl: '' }, doubleOptIn: true })
    await changeConsent(actor, of(), [topicWrite(id, 'y', false)])
    await changeConsent(actor, of(), [topicWrite(id, 'y')])
    expect(await isSubscribed(id)).toBe(true)
  })

  it('reaches nobody and takes nobody once it is archived, but lets people go', async () => {
    const { id } = await createTopic(actor, { key: 'news', name: { en: 'News', nl: '' } })
    await changeConsent(actor, of(), [topicWrite(id, 'y')])
    await archiveTopic(actor, id, true)
    expect(await isSubscribed(id)).toBe(false)
    await expect(changeConsent(actor, of(), [topicWrite(id, 'y')])).rejects.toMatchObject({
      code: 'resource_state',
    })
    await changeConsent(actor, of(), [topicWrite(id, 'n')])
    await archiveTopic(actor, id, false)
    expect(await isSubscribed(id)).toBe(false)
  })
})
