/** What comes too late for an erasure, or out of step with it: pages, short links, clicks, and a refusal that outlives it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { createHandWorker, type HandWorker, SENT } from '../../test/hand-worker.ts'
import { createErasureTask, LATE_MS, placesOf, untilErased } from '../../test/privacy.ts'
import { saveContacts } from '../consent/sms-opt-out.store.ts'
import { transaction } from '../db/pool.ts'
import { insertInbound, setOptOut } from '../feedback/sms/sms.store.ts'
import { uuidv7 } from '../lib/ids.ts'
import { saveShortLinks } from '../messages/short-link.store.ts'
import { carryOut, lockSides } from '../profiles/merge.store.ts'
import { addInteractions, type InteractionCount } from '../tracking/interaction.store.ts'
import { saveMirrorPages } from '../tracking/mirror.store.ts'

let api: TestApi
let worker: HandWorker
let campaignId: string
let n = 0

beforeAll(async () => {
  api = await createTestApi()
  worker = await createHandWorker(api.test.db, { name: 'hand/', now: api.clock.now })
  const content = { subject: 'x', html: '<p>h</p>', text: null }
  campaignId = (await api.api('POST /campaigns', { name: 'Receipt', content })).body.id
  await api.api(`POST /campaigns/${campaignId}/activate`)
})
afterAll(() => api.close())

const person = async (): Promise<{ readonly id: string; readonly email: string }> => {
  const email = `trace${++n}@example.test`
  const identities = [{ namespace: 'email', value: email }]
  return { id: (await api.api('POST /profiles', { identities, attributes: {} })).body.id, email }
}
const trigger = async (email: string): Promise<void> => {
  const recipients = [{ type: 'aep', userId: email, namespace: 'email' }]
  const { status } = await api.trigger({ requestId: `trace ${++n}`, campaignId, recipients })
  expect(status).toBe(202)
}
const sentTo = async (email: string): Promise<string> => {
  await trigger(email)
  await worker.work(() => SENT)
  const { rows } = await api.test.db.query<{ id: string }>(
    `select id from message where recipient ->> 'userId' = $1 order by id desc limit 1`,
    [email],
  )
  return rows[0]?.id ?? ''
}
const erase = async (id: string): Promise<string> =>
  (await api.api(`POST /profiles/${id}/erase`, { confirm: 'erase' })).body.id
const click = (messageId: string): InteractionCount => {
  const at = api.clock.now()
  return { messageId, kind: 'click', linkId: 1n, machine: false, n: 1, firstAt: at, lastAt: at }
}
const countOf = async (table: string, messageId: string): Promise<number> =>
  (await api.test.db.query(`select from ${table} where message_id = $1`, [messageId])).rowCount ?? 0
const whoClicked = async (messageIds: readonly string[]): Promise<(string | null)[]> => {
  const { rows } = await api.test.db.query<{ profile_id: string | null }>(
    'select profile_id from interaction where message_id = any($1) order by message_id',
    [messageIds],
  )
  return rows.map(row => row.profile_id)
}

describe('a message that an erasure ends while a worker prepares it', () => {
  const keepAll = async (messageId: string): Promise<void> => {
    const { db } = api.test
    const now = api.clock.now()
    const { rows } = await db.query(`select id from sandbox where name = 'dev'`)
    await saveMirrorPages(db, [{ messageId, html: Buffer.from('page') }], now)
    const code = `code${String(++n).padStart(6, '0')}`
    await saveShortLinks(db, [{ code, messageId, url: 'https://shop.test/ada', linkId: null }], now)
    const of = { sandboxId: rows[0].id, profileId: null, messageId, campaignId }
    await saveContacts(db, [{ ...of, number: `+3161${String(n).padStart(7, '0')}` }], now)
  }
  const TABLES = ['mirror_page', 'short_link', 'sms_contact']
  const counts = (messageId: string) => Promise.all(TABLES.map(table => countOf(table, messageId)))

  test('leaves no page, no short link and no number behind', async () => {
    const { id, email } = await person()
    await trigger(email)
    const [claimed] = await worker.claim()
    const messageId = claimed?.messageId ?? ''
    await keepAll(messageId)
    expect(await counts(messageId)).toEqual([1, 1, 1])
    await untilErased(api, await erase(id))
    await api.test.db.query('delete from sms_contact')
    await keepAll(messageId)
    expect(await counts(messageId)).toEqual([0, 0, 0])
  })
})

describe('clicks of a person who is being erased', () => {
  test('count as those of one, who is nobody, whenever in the erasure they come', async () => {
    const { db } = api.test
    const { id, email } = await person()
    const ids = [await sentTo(email), await sentTo(email), await sentTo(email)]
    const [before = '', between = '', late = ''] = ids
    await addInteractions(db, [click(before)])
    const erasure = await erase(id)
    const task = createErasureTask(api)
    await task.advance()
    expect((await api.api(`GET /erasures/${erasure}`)).body.phase).toBe('messages')
    await addInteractions(db, [click(between)])
    while (await task.advance());
    expect((await api.api(`GET /erasures/${erasure}`)).body.phase).toBe('late')
    await addInteractions(db, [click(late)])
    // As if it had read who it is before the erasure made the message anonymous.
    await db.query('update interaction set profile_id = $1 where message_id = $2', [id, late])
    await untilErased(api, erasure)
    const who = await whoClicked(ids)
    expect(who).toHaveLength(3)
    expect(new Set(who).size).toBe(1)
    expect(ids).not.toContain(who[0])
    expect(await placesOf(db, id)).toEqual([])
    // With the erasure's end nothing leads from it to the clicks.
    expect(await placesOf(db, who[0] ?? '')).toEqual(['interaction.profile_id'])
  })
})

describe('a click while its person becomes another one', () => {
  test('is that one’s, although it came before the merge was in', async () => {
    const { db } = api.test
    const [into, from] = [await person(), await person()]
    const messageId = await sentTo(from.email)
    const { rows } = await db.query(`select id from sandbox where name = 'dev'`)
    const sandboxId = rows[0].id as string
    let writing: Promise<void> = Promise.resolve()
    await transaction(db, async tx => {
      await lockSides(tx, sandboxId, [into.id, from.id])
      const merge = { into: into.id, from: from.id, preferred: into.id }
      await carryOut(tx, { sandboxId, by: 'test', now: api.clock.now() }, [merge])
      let isWritten = false
      writing = addInteractions(db, [click(messageId)]).then(() => {
        isWritten = true
      })
      await expect
        .poll(async () => {
          const waiting = await db.query(
            `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          )
          return isWritten || waiting.rowCount === 1
        })
        .toBe(true)
    })
    await writing
    expect(await whoClicked([messageId])).toEqual([into.id])
  })
})

describe('a number that wants nothing from a sender', () => {
  const NUMBER = '+31612345678'
  const outcome = async (smsId: string, to = NUMBER): Promise<unknown[]> => {
    const recipients = [{ type: 'aep', userId: to, namespace: 'phone' }]
    const dry = await api.trigger(
      { requestId: `dry ${++n}`, campaignId: smsId, recipients },
      { query: '?dryRun=true' },
    )
    const [one] = dry.body.recipients
    return [one.outcome, one.reason]
  }
  const refused = ['excluded', 'sms_sender_opted_out']

  test('gets nothing from it after its person was erased, until it says START', async () => {
    const { db } = api.test
    const text = { text: 'Your code', messageType: 'sms', title: null, mediaUri: null }
    const { body } = await api.api('POST /campaigns', {
      ...{ name: 'Code', channel: 'sms', content: text, createNewProfiles: true },
    })
    await api.api(`POST /campaigns/${body.id}/activate`)
    const configurations = (await api.api('GET /channel-configurations')).body.items
    const { id, sender } = configurations.find((one: { channel: string }) => one.channel === 'sms')
    const sandboxId = (await db.query(`select id from sandbox where name = 'dev'`)).rows[0].id
    const ada = async (): Promise<string> =>
      (
        await api.api('POST /profiles', {
          identities: [{ namespace: 'phone', value: NUMBER }],
          attributes: {},
        })
      ).body.id
    const first = await ada()
    const refusedAt = api.clock.now()
    await setOptOut(db, { sandboxId, sender, number: NUMBER }, refusedAt)
    expect(await outcome(body.id)).toEqual(refused)
    await untilErased(api, await erase(first))
    expect(await placesOf(db, NUMBER)).toEqual([])
    expect(await outcome(body.id)).toEqual(refused)
    expect((await outcome(body.id, '+31687654321'))[0]).toBe('send')
    const tested = await api.api(`POST /channel-configurations/${id}/test`, { phoneNumber: NUMBER })
    expect(tested.body).toMatchObject({ status: 400, code: 'resource_state' })
    expect(tested.body.detail).toContain('asked for no messages from this sender')

    api.clock.move(LATE_MS)
    const start = async (at: Date): Promise<void> => {
      const receivedAt = api.clock.now()
      const wordId = uuidv7(receivedAt.getTime())
      await insertInbound(db, {
        ...{ id: wordId, sandboxId, transportId: uuidv7(0), providerId: wordId, number: NUMBER },
        ...{ sender, body: 'START', kind: 'opt_in', keyword: 'START', profileId: null, messageId: null },
        ...{ answer: '', answerState: 'none', answerSaid: '', at, receivedAt },
      })
    }
    // Its provider brings it late: it was written before the refusal.
    await start(new Date(refusedAt.getTime() - 1_000))
    expect(await outcome(body.id)).toEqual(refused)
    // Nor does it lift it for the next person who has the number and is erased.
    await untilErased(api, await erase(await ada()))
    expect(await outcome(body.id)).toEqual(refused)
    await start(api.clock.now())
    expect((await outcome(body.id))[0]).toBe('send')
    // What lifted the refusal goes with another erasure; the refusal does not come back.
    await untilErased(api, await erase(await ada()))
    expect((await outcome(body.id))[0]).toBe('send')
  })
})

describe('evidence of a choice', () => {
  test('goes with an erasure, and with nothing else', async () => {
    const { id, email } = await person()
    const identity = { namespace: 'email', value: email }
    await api.api(`PUT /profiles/${id}/consent`, {
      level: 'identity',
      channel: 'email',
      identity,
      value: 'n',
    })
    await expect(api.test.db.query('delete from consent_event')).rejects.toThrow('never changed')
    const { erased } = await untilErased(api, await erase(id))
    expect(erased).toContainEqual({ table: 'consent_event', deed: 'removed', rows: 1 })
  })
})
