/** The seed on a real database: complete, once, all or nothing; and samples that are valid by the contract. */
import { CampaignProperties, isContentOf } from '@carillon/contract'
import { compileTemplate, measureSms, type RenderData } from '@carillon/template'
import type pg from 'pg'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../../test/database.ts'
import { uuidv7 } from '../lib/ids.ts'
import { profileSchema } from './samples/profile-schema.ts'
import { sampleProfiles } from './samples/profiles.ts'
import { SAMPLE_CAMPAIGNS, seed } from './seed.ts'
import { propertiesOf } from './seed-samples.ts'

const now = new Date('2026-03-01T08:00:00Z')
const newId = () => uuidv7(now.getTime())
const mails = SAMPLE_CAMPAIGNS.flatMap(sample =>
  isContentOf('email', sample.content) ? [{ ...sample, content: sample.content }] : [],
)

describe('the samples', () => {
  test.each(SAMPLE_CAMPAIGNS)('$name is a valid campaign by the contract', sample => {
    const properties = propertiesOf(sample, {
      configurationIds: { email: newId(), sms: newId(), push: newId() },
      audienceId: newId(),
    })
    expect(
      [...Value.Errors(CampaignProperties, properties)].filter(error => error.keyword !== 'format'),
    ).toEqual([])
  })

  test.each(mails)('$name shows its sample data and leaves no placeholder', ({ content, sample }) => {
    const mail = [
      render(content.subject, 'text', sample),
      render(content.html, 'html', sample),
      render(content.text ?? '', 'text', sample),
    ]
    expect(mail.join('')).not.toMatch(/\{\{|\}\}|\{%|%\}|undefined|\[object/)
    expect(mail[1]).toContain('Hello Ada,')
    expect(mail[1]).not.toContain('Hello there')
  })

  test.each(mails)('$name greets somebody whose name is unknown', ({ content }) => {
    expect(render(content.html, 'html', { profile: {}, context: {} })).toContain('Hello there,')
  })

  test.each(mails)(
    '$name has a language, a title, and tables that a screen reader can tell apart',
    ({ content }) => {
      expect(content.html).toMatch(/<html lang="en"/)
      expect(content.html).toMatch(/<title>[^<]+<\/title>/)
      expect(content.html).toContain('prefers-color-scheme: dark')
      const tables = content.html.match(/<table[^>]*>/g) ?? []
      const layout = tables.filter(table => table.includes('role="presentation"'))
      expect(tables.length - layout.length).toBe(content.html.includes('scope="col"') ? 1 : 0)
    },
  )
})

const render = (source: string, target: 'html' | 'text', data: RenderData): string => {
  const result = compileTemplate(source, { target })
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics))
  return result.template.render(data)
}

type Described = { type?: string; properties?: Record<string, Described> }

// The type that the schema gives at a path; undefined where it describes nothing.
const typeAt = (path: readonly string[]): string | undefined =>
  path.reduce<Described | undefined>((at, name) => at?.properties?.[name], profileSchema)?.type

const leaves = (value: unknown, path: readonly string[] = []): [string[], string][] =>
  Array.isArray(value)
    ? [[[...path], 'array']]
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, member]) => leaves(member, [...path, name]))
      : [[[...path], typeof value]]

test('a sample by SMS fits one segment of the GSM alphabet', () => {
  const texts = SAMPLE_CAMPAIGNS.flatMap(({ content, sample }) =>
    isContentOf('sms', content) ? [render(content.text, 'text', sample)] : [],
  )
  expect(texts.map(text => [measureSms(text).coding, measureSms(text).segments])).toEqual([['gsm7', 1]])
})

describe('the schema of the sample profiles', () => {
  test('describes every attribute of the people and of the sample data, with its type', () => {
    const attributes = [
      ...sampleProfiles.map(profile => profile.attributes),
      ...SAMPLE_CAMPAIGNS.map(campaign => campaign.sample.profile),
    ].flatMap(tree => leaves(tree))
    expect(attributes.length).toBeGreaterThan(SAMPLE_CAMPAIGNS.length + sampleProfiles.length)
    expect(attributes.filter(([path, type]) => typeAt(path) !== type)).toEqual([])
  })

  test('describes every attribute that the samples print', () => {
    const used = mails
      .flatMap(({ content }) => {
        const result = compileTemplate(content.html, { target: 'html' })
        return result.ok ? result.template.variables.map(variable => variable.path) : []
      })
      .filter(path => path.startsWith('profile.'))
    expect(used).toContain('profile.person.name.firstName')
    expect(used.filter(path => typeAt(path.split('.').slice(1)) === undefined)).toEqual([])
  })
})

describe('the seed', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>
  let db: pg.Pool
  beforeAll(async () => {
    database = await createTestDatabase()
    db = database.db
  })
  afterAll(() => database.drop())

  const counts = async () => {
    const { rows } = await db.query(
      `select (select count(*) from sandbox) sandboxes, (select count(*) from transport) transports,
              (select count(*) from channel_configuration) configurations, (select count(*) from campaign) campaigns,
              (select count(*) from campaign_version) versions, (select count(*) from profile) profiles,
              (select count(*) from identity) identities`,
    )
    return rows[0]
  }

  test('a seed that fails half-way leaves nothing', async () => {
    let left = 9
    const failing = () => {
      left -= 1
      return left > 0 ? newId() : 'not an id'
    }
    await expect(seed(db, { now, newId: failing })).rejects.toThrow()
    expect(await counts()).toMatchObject({ sandboxes: 0, transports: 0, campaigns: 0 })
  })

  test('of several starts at once, one seeds', async () => {
    const seeded = await Promise.all([1, 2, 3].map(() => seed(db, { now, newId })))
    expect(seeded.filter(Boolean)).toHaveLength(1)
    expect(await counts()).toEqual({
      sandboxes: 2,
      transports: 6,
      configurations: 6,
      campaigns: SAMPLE_CAMPAIGNS.length,
      versions: SAMPLE_CAMPAIGNS.filter(sample => sample.live).length,
      profiles: 4,
      identities: 4,
    })
  })

  test('a database in use is left as it is', async () => {
    await db.query("delete from campaign where draft ->> 'name' = 'Delivery update'")
    const before = await counts()
    expect(await seed(db, { now, newId })).toBe(false)
    expect(await counts()).toEqual(before)
  })

  test('the organization has a readable name', async () => {
    const { rows } = await db.query("select value from setting where key = 'organization'")
    expect(rows[0].value).toMatch(/^carillon-[0-9a-f]{8}@CarillonOrg$/)
  })

  test('live samples have version 1 and no draft', async () => {
    const { rows } = await db.query(
      `select c.draft, v.number, v.properties from campaign c join campaign_version v on v.id = c.live_version_id
       order by c.id desc`,
    )
    expect(rows.map(row => [row.draft, row.number, row.properties.name])).toEqual([
      [null, 1, 'Order confirmation'],
      [null, 1, 'Password reset'],
      [null, 1, 'Spring offer'],
      [null, 1, 'One-time code'],
      [null, 1, 'Parcel alert'],
    ])
  })

  test('only prod is a production sandbox, and both can send into the Inbox', async () => {
    const { rows } = await db.query(
      `select s.name, s.production, t.kind, c.settings ->> 'fromAddress' as sender
       from sandbox s join transport t on t.sandbox_id = s.id join channel_configuration c on c.transport_id = t.id
       order by s.name, t.kind`,
    )
    expect(rows).toEqual([
      { name: 'dev', production: false, kind: 'sandbox_push', sender: null },
      { name: 'dev', production: false, kind: 'sandbox_smtp', sender: 'hello@dev.example.test' },
      { name: 'dev', production: false, kind: 'sandbox_twilio', sender: null },
      { name: 'prod', production: true, kind: 'sandbox_push', sender: null },
      { name: 'prod', production: true, kind: 'sandbox_smtp', sender: 'hello@prod.example.test' },
      { name: 'prod', production: true, kind: 'sandbox_twilio', sender: null },
    ])
  })
})
