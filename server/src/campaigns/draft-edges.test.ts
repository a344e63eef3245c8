import type { SmtpSettings } from '@carillon/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { createPool } from '../db/pool.ts'
import { uuidv7 } from '../lib/ids.ts'
import { listCampaigns } from './campaign.store.ts'
import { createCampaignCache } from './campaign-cache.ts'
import { insertCampaignFile } from './campaign-file.store.ts'
import { deleteConfiguration, insertConfiguration, listConfigurations } from './configuration.store.ts'
import {
  type Actor,
  activateCampaign,
  createCampaign,
  duplicateCampaign,
  patchCampaign,
  removeCampaign,
  stopCampaign,
  versionForTest,
} from './lifecycle.ts'
import { insertTransport, transportById } from './transport.store.ts'

let test: TestDatabase
let actor: Actor
let configurationId: string
const newId = (): string => uuidv7(Date.now())
const smtp: SmtpSettings = { host: 'mail.example.test', port: 25, security: 'none', password: 'bell' }
const content = { subject: 'Hello', html: '<p>Hello</p>', text: null }

const addConfiguration = async (name: string): Promise<string> => {
  const [id, transportId] = [newId(), newId()]
  const shared = { sandboxId: actor.sandboxId, now: actor.now }
  await insertTransport(test.db, { ...shared, id: transportId, write: { name, smtp }, secret: 'right' })
  const write = {
    name,
    transportId,
    fromName: '',
    fromAddress: 'a@example.test',
    replyTo: null,
    retryMinutes: 60,
  }
  await insertConfiguration(test.db, { ...shared, id, write })
  return id
}

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
beforeEach(async () => {
  const sandboxId = newId()
  await test.db.query('insert into sandbox (id, name, production, created_at) values ($1, $2, false, $3)', [
    sandboxId,
    sandboxId,
    new Date(),
  ])
  actor = {
    pool: test.db,
    sandboxId,
    by: 'test',
    now: new Date(),
    newId,
    monotonicMs: () => performance.now(),
  }
  configurationId = await addConfiguration('first')
})

const count = async (versionId: string, state: string): Promise<void> => {
  await test.db.query(
    `insert into tally (scope, hour, state, reason, shard, n) values ($1, $2, $3, '', 0, 1)`,
    [versionId, actor.now, state],
  )
}

describe('a campaign', () => {
  it('with dates at the edge of RFC 3339 does not break the list of all campaigns', async () => {
    const { id } = await createCampaign(actor, { content, startAt: '2026-01-01T00:00:00+17:00' })
    await activateCampaign(actor, id)
    const filter = { sandboxId: actor.sandboxId, limit: 10, after: null, search: undefined, now: actor.now }
    const lists = ['live', 'scheduled'].map(status =>
      listCampaigns(test.db, { ...filter, status: status as 'live' }),
    )
    expect((await Promise.all(lists)).flat().map(campaign => campaign.id)).toEqual([id])
    await expect(patchCampaign(actor, id, { endAt: '0000-01-01T00:00:00Z' })).rejects.toMatchObject({
      code: 'payload_invalid',
    })
  })

  it('with the longest name of emoji can be duplicated', async () => {
    const { id } = await createCampaign(actor, { name: '🔔'.repeat(200) })
    const copy = await duplicateCampaign(actor, id)
    expect([...(copy.draft?.name ?? '')]).toHaveLength(200)
    expect(copy.draft?.name).toBe(`Copy of ${'🔔'.repeat(192)}`)
  })

  it('is duplicated with its files, or not at all', async () => {
    const { id } = await createCampaign(actor, { content })
    const fileId = newId()
    const file = { id: fileId, sandboxId: actor.sandboxId, campaignId: id, now: actor.now }
    await insertCampaignFile(test.db, {
      ...file,
      ...{ name: 'a.pdf', mediaType: 'application/pdf', content: Buffer.from('%PDF-1.7') },
    })
    await patchCampaign(actor, id, { attachmentIds: [fileId] })
    const copy = await duplicateCampaign(actor, id)
    expect(copy.draft?.attachmentIds).toHaveLength(1)
    expect(copy.draft?.attachmentIds).not.toContain(fileId)
    // The copy of the file cannot be stored: its id is that of the first.
    const ids = [newId(), fileId]
    await expect(duplicateCampaign({ ...actor, newId: () => ids.shift() ?? newId() }, id)).rejects.toThrow()
    const { rows } = await test.db.query('select from campaign where sandbox_id = $1', [actor.sandboxId])
    expect(rows).toHaveLength(2)
  })

  it('takes the first configuration of its channel that can be used', async () => {
    const write = (await listConfigurations(test.db, actor.sandboxId))[0]
    if (write === undefined) throw new Error('no configuration')
    const { id: _id, status: _status, lastChecks: _checks, ...rest } = write
    const draft = { ...rest, name: 'a draft', status: 'draft' } as const
    const shared = { sandboxId: actor.sandboxId, now: actor.now }
    await insertConfiguration(test.db, { ...shared, id: newId(), write: draft })
    const { draft: made } = await createCampaign(actor, { content })
    expect(made?.channelConfigurationId).toBe(configurationId)
  })

  it('needs one connection to be activated: as many at once as the pool has do not wait for each other', async () => {
    const pool = createPool({ url: test.url, max: 2 })
    try {
      const narrow = { ...actor, pool }
      const drafts = await Promise.all(Array.from({ length: 6 }, () => createCampaign(narrow, { content })))
      const active = await Promise.all(drafts.map(draft => activateCampaign(narrow, draft.id)))
      expect(active.map(campaign => campaign.live?.number)).toEqual([1, 1, 1, 1, 1, 1])
    } finally {
      await pool.end()
    }
  })

  it('deleted while a test is prepared gives 404, never a database error', async () => {
    for (let round = 0; round < 20; round++) {
      const { id } = await createCampaign(actor, { content })
      const [tested] = await Promise.allSettled([versionForTest(actor, id), removeCampaign(actor, id)])
      if (tested.status === 'rejected') expect(tested.reason).toMatchObject({ code: 'not_found' })
    }
  })
})

describe('a channel configuration', () => {
  it('of a version that is live no longer stays while that version has open messages', async () => {
    const { id } = await createCampaign(actor, { content, channelConfigurationId: configurationId })
    const old = (await activateCampaign(actor, id)).live?.id ?? ''
    await patchCampaign(actor, id, { channelConfigurationId: await addConfiguration('second') })
    await activateCampaign(actor, id)
    await count(old, 'accepted')
    await expect(deleteConfiguration(test.db, actor.sandboxId, configurationId)).rejects.toMatchObject({
      code: 'resource_in_use',
    })
    await count(old, 'sent')
    expect(await deleteConfiguration(test.db, actor.sandboxId, configurationId)).toBe(true)
  })
})

describe('an SMTP password', () => {
  it('that cannot be unsealed is an error to retry, not an empty password that the provider refuses', async () => {
    const { rows } = await test.db.query<{ id: string }>('select id from transport where sandbox_id = $1', [
      actor.sandboxId,
    ])
    const id = rows[0]?.id ?? ''
    expect((await transportById(test.db, id, 'right'))?.smtp?.password).toBe('bell')
    await expect(transportById(test.db, id, 'wrong')).rejects.toMatchObject({ code: 'internal' })
  })
})

describe('the campaign cache', () => {
  it('sees a change at once after `forget`, also when it was asked in capitals', async () => {
    const clock = { now: () => actor.now, monotonicMs: () => 0 }
    const { id } = await createCampaign(actor, { content })
    await activateCampaign(actor, id)
    const cache = createCampaignCache(test.db, clock)
    const ask = () => cache.target(actor.sandboxId, id.toUpperCase())
    expect((await ask())?.stoppedAt).toBeNull()
    await stopCampaign(actor, id)
    expect((await ask())?.stoppedAt).toBeNull()
    cache.forget(id)
    expect((await ask())?.stoppedAt).not.toBeNull()
  })
})
