/** Random rules over random people: PostgreSQL's answer against a slow, obvious one. */
import type { AudienceRule, ValueTest } from '@carillon/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import {
  at,
  DAY,
  did,
  holds,
  isDone,
  isRecent,
  LABELS,
  NOW,
  type Person,
  type Tree,
} from '../../test/obvious-rule.ts'
import { uuidv7 } from '../lib/ids.ts'
import { type CompileFacts, compileRule, type KnownAudience } from './compile.ts'
import { memberQuery } from './members.ts'

const newId = (): string => uuidv7(NOW.getTime())
const sandboxId = newId()
const UPLOADS = [newId(), newId()]
const CAMPAIGNS = [newId(), newId()]
const NESTED = newId()
const HOSTILE = [
  "'; drop table profile; --",
  '"',
  '\\',
  '$1',
  '$2::text',
  '%',
  '__proto__',
  'constructor',
  '0',
  '-1',
  '{a,b}',
  'a.b',
  'é😀',
  "'||'",
]
const names = fc.constantFrom('city', 'tier', 'points', ...HOSTILE)
const texts = fc.oneof(
  fc.constantFrom('Utrecht', 'Ut', 'gold', '', '5', '2026-06-14', '2026-06-14T23:30:00+02:00', ...HOSTILE),
  fc.constantFrom('2026-02-30', '2025-02-29', '2024-02-29', '2026-06-15T24:00:00Z', '0000-01-01', '2026-6-1'),
)
const numbers = fc.constantFrom(0, -1, 5, 5.5, 1e21, 1e-7, 42)
const scalars = fc.oneof(texts, numbers, fc.boolean())
const values: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: scalars },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.array(fc.oneof(scalars, fc.constant(null)), { maxLength: 3 }) },
)
const tree = (depth: number): fc.Arbitrary<Tree> =>
  fc
    .array(fc.tuple(names, depth === 0 ? values : fc.oneof(values, tree(depth - 1))), { maxLength: 5 })
    .map(pairs => Object.fromEntries(pairs))
const moments = fc.constantFrom(0, 0.5, 1, 3, 10, 40).map(days => new Date(NOW.getTime() - days * DAY - 1))
const consents = fc.constantFrom(
  {},
  ...['y', 'n', 'dn'].map(val => ({ consents: { marketing: { any: { val } } } })),
  { consents: { marketing: { email: { val: 'n' } } } },
  { consents: { marketing: { sms: { val: 'dn' }, any: 'n' } } },
)
const people: fc.Arbitrary<Person> = fc.record({
  id: fc.constant(null).map(newId),
  attributes: fc
    .tuple(tree(2), consents, fc.constantFrom({}, { testProfile: true }, { testProfile: 'true' }))
    .map(parts => Object.assign({}, ...parts)),
  events: fc.array(fc.record({ type: fc.constantFrom('buy', "o'view"), at: moments, data: tree(1) }), {
    maxLength: 4,
  }),
  lists: fc.subarray(UPLOADS),
  got: fc.array(fc.record({ campaignId: fc.constantFrom(...CAMPAIGNS), at: moments }), { maxLength: 2 }),
  done: fc.array(
    fc.record({
      campaignId: fc.constantFrom(...CAMPAIGNS),
      action: fc.constantFrom('open' as const, 'click' as const),
      link: fc.constantFrom(0, 1, 2, 3),
      machine: fc.boolean(),
      n: fc.constantFrom(0, 1, 3),
      at: moments,
    }),
    { maxLength: 4 },
  ),
})

const paths = fc.array(names, { minLength: 1, maxLength: 3 })
const dates = fc.constantFrom('2026-06-14', '2024-02-29', '2026-06-14T21:30:00Z')
const parts = texts.filter(text => text !== '')
const days = fc.constantFrom(1, 2, 5, 30)
const tests: fc.Arbitrary<ValueTest> = fc.oneof(
  fc.record({
    path: paths,
    operator: fc.constantFrom('equals' as const, 'not_equals' as const),
    value: scalars,
  }),
  fc.record({
    path: paths,
    operator: fc.constant('in' as const),
    values: fc.array(scalars, { minLength: 1 }),
  }),
  fc.record({
    path: paths,
    operator: fc.constantFrom('contains' as const, 'starts_with' as const),
    value: parts,
  }),
  fc.record({
    path: paths,
    operator: fc.constantFrom('greater' as const, 'at_least' as const, 'less' as const, 'at_most' as const),
    value: numbers,
  }),
  fc.record({ path: paths, operator: fc.constant('between' as const), from: numbers, to: numbers }),
  fc.record({ path: paths, operator: fc.constantFrom('before' as const, 'after' as const), value: dates }),
  fc.record({ path: paths, operator: fc.constant('within_last' as const), days }),
  fc.record({ path: paths, operator: fc.constantFrom('exists' as const, 'not_exists' as const) }),
)
const conditions: fc.Arbitrary<AudienceRule> = fc.oneof(
  { weight: 4, arbitrary: tests.map(test => ({ kind: 'attribute' as const, ...test })) },
  fc.record({
    kind: fc.constant('consent' as const),
    channel: fc.constantFrom('email' as const, 'sms' as const, 'push' as const),
    refuses: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('message' as const),
    campaignId: fc.constantFrom(...CAMPAIGNS),
    got: fc.boolean(),
    days,
  }),
  fc.record({
    kind: fc.constant('interaction' as const),
    campaignId: fc.constantFrom(...CAMPAIGNS),
    action: fc.constantFrom('open' as const, 'click' as const),
    label: fc.constantFrom(null, 'Shop', "o'link", 'None'),
    did: fc.boolean(),
    days,
  }),
  fc.record({
    kind: fc.constant('event' as const),
    type: fc.constantFrom('buy', "o'view", "'; --"),
    times: fc.constantFrom(1, 2),
    days,
    where: fc.array(tests, { maxLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('audience' as const),
    audienceId: fc.constantFrom(...UPLOADS, NESTED),
    member: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('test_profile' as const), value: fc.boolean() }),
)
const rules = (depth: number): fc.Arbitrary<AudienceRule> =>
  depth === 0
    ? conditions
    : fc.oneof(
        conditions,
        fc.record({
          kind: fc.constantFrom('and' as const, 'or' as const, 'not' as const),
          rules: fc.array(rules(depth - 1), { maxLength: 3 }),
        }),
      )

const nestedRule: AudienceRule = {
  kind: 'or',
  rules: [
    { kind: 'attribute', path: ['city'], operator: 'exists' },
    { kind: 'audience', audienceId: UPLOADS[0] ?? '', member: true },
  ],
}
const audiences = new Map<string, KnownAudience>([
  ...UPLOADS.map((id): [string, KnownAudience] => [id, { id, name: 'list', rule: null }]),
  [NESTED, { id: NESTED, name: 'nested', rule: nestedRule }],
])

const isOf = (rule: AudienceRule, person: Person): boolean => {
  switch (rule.kind) {
    case 'and':
      return rule.rules.every(one => isOf(one, person))
    case 'or':
      return rule.rules.some(one => isOf(one, person))
    case 'not':
      return rule.rules.length > 0 ? !rule.rules.some(one => isOf(one, person)) : true
    case 'attribute':
      return holds(rule, person.attributes)
    case 'consent': {
      const choice = (of: string) => at(person.attributes, ['consents', 'marketing', of, 'val'])
      return ['any', rule.channel].some(of => choice(of) === 'n' || choice(of) === 'dn') === rule.refuses
    }
    case 'message':
      return (
        person.got.some(one => one.campaignId === rule.campaignId && isRecent(one.at, rule.days)) === rule.got
      )
    case 'interaction':
      return person.done.some(one => isDone(one, rule)) === rule.did
    case 'event':
      return did(person, rule)
    case 'audience':
      return (
        (rule.audienceId === NESTED ? isOf(nestedRule, person) : person.lists.includes(rule.audienceId)) ===
        rule.member
      )
    case 'test_profile':
      return (at(person.attributes, ['testProfile']) === true) === rule.value
  }
}

const PEOPLE = 300
let test: TestDatabase
let crowd: readonly Person[]

const insertPeople = async (): Promise<void> => {
  await test.db.query('insert into sandbox values ($1, $2, false, $3)', [sandboxId, 'random', NOW])
  for (const id of UPLOADS)
    await test.db.query(
      `insert into audience (id, sandbox_id, kind, name, description, created_at, created_by, modified_at, modified_by)
       values ($1, $2, 'upload', $4, '', $3, '', $3, '')`,
      [id, sandboxId, NOW, id],
    )
  for (const campaignId of CAMPAIGNS)
    for (const [link, label] of LABELS.entries())
      await test.db.query('insert into tracked_link values ($1, $2, $3, $4, $5)', [
        ...[campaignId, link, `https://x.test/${link}`, label, NOW],
      ])
  for (const person of crowd) {
    await test.db.query('insert into profile values ($1, $2, $3, $4, $4)', [
      ...[person.id, sandboxId, JSON.stringify(person.attributes), NOW],
    ])
    await test.db.query('insert into identity values ($1, $2, $3, $4)', [
      ...[sandboxId, 'crm', `${person.id} O'x`, person.id],
    ])
    for (const id of person.lists)
      await test.db.query('insert into audience_member values ($1, $2, $3)', [id, person.id, '{}'])
    for (const { type, at: moment, data } of person.events)
      await test.db.query(
        'insert into person_event (id, sandbox_id, profile_id, type, at, data) values ($1, $2, $3, $4, $5, $6)',
        [newId(), sandboxId, person.id, type, moment, JSON.stringify(data)],
      )
    for (const sent of person.got) await insertMessage(person, sent)
    for (const { campaignId, action, link, machine, n, at: moment } of person.done)
      await test.db.query(
        `insert into interaction (message_id, kind, link_id, machine, n, first_at, last_at, sandbox_id, campaign_id,
           execution_id, profile_id)
         values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $1, $9)`,
        [newId(), action, link, machine, n, moment, sandboxId, campaignId, person.id],
      )
  }
}

const insertMessage = async (person: Person, sent: Person['got'][number]): Promise<void> => {
  const [executionId, messageId] = [newId(), newId()]
  await test.db.query(
    `insert into execution (id, sandbox_id, campaign_id, campaign_version_id, kind, recipient_count, created_at, created_by)
     values ($1, $2, $3, $3, 'unitary', 1, $4, '')`,
    [executionId, sandboxId, sent.campaignId, sent.at],
  )
  const recipient = { namespace: 'CRM', userId: `${person.id} O'x` }
  await test.db.query(`insert into message values ($1, $2, $3, '{}')`, [messageId, executionId, recipient])
  await test.db.query(
    `insert into delivery (message_id, sandbox_id, execution_id, lane, state, due_at, changed_at)
     values ($1, $2, $3, 'transactional', 'sent', $4, $4)`,
    [messageId, sandboxId, executionId, sent.at],
  )
}

beforeAll(async () => {
  test = await createTestDatabase()
  crowd = fc.sample(people, { numRuns: PEOPLE, seed: 7 })
  await insertPeople()
  // Of another sandbox: never an answer.
  await test.db.query('insert into profile values ($1, $2, $3, $4, $4)', [newId(), newId(), '{}', NOW])
})
afterAll(() => test.drop())

const compiled = (rule: AudienceRule, more: Partial<CompileFacts> = {}) =>
  compileRule(rule, { sandboxId, now: NOW, audiences, ...more })
const answer = async (rule: AudienceRule, each: boolean): Promise<string[]> => {
  const { joins, where, values: given } = compiled(rule, { each })
  const { rows } = await test.db.query<{ id: string }>(
    `select p.id from profile p ${joins} where ${where} order by p.id`,
    [...given],
  )
  return rows.map(row => row.id)
}

describe('a compiled rule', () => {
  it('finds exactly the people that the obvious evaluator finds, at once and person by person', async () => {
    let found = 0
    await fc.assert(
      fc.asyncProperty(rules(3), fc.boolean(), async (rule, each) => {
        const expected = crowd.filter(person => isOf(rule, person)).map(person => person.id)
        found += expected.length > 0 && expected.length < PEOPLE ? 1 : 0
        expect(await answer(rule, each)).toEqual(expected.sort())
      }),
      { numRuns: 300 },
    )
    expect(found).toBeGreaterThan(50)
  })

  it('has nothing of the input in its text', () => {
    const strip = (sql: string) => sql.replaceAll(/\$\d+/g, '$').replaceAll(/\bs\d+\b/g, 's')
    const odd = fc.string({ minLength: 1, unit: 'binary' })
    fc.assert(
      fc.property(tests, odd, odd, (one, name, value) => {
        const isText = 'value' in one && typeof one.value === 'string' && !/before|after/.test(one.operator)
        const other = { ...one, path: one.path.map(() => name), ...(isText ? { value } : {}) }
        const [a, b] = [one, other].map(each => compiled({ kind: 'attribute', ...each } as AudienceRule))
        expect(strip(b?.where ?? '')).toBe(strip(a?.where ?? 'none'))
      }),
    )
    const event = (type: string): AudienceRule => ({ kind: 'event', type, times: 3, days: 9, where: [] })
    expect(compiled(event("x' or true --")).joins).toBe(compiled(event('y')).joins)
  })

  it('that refers to itself is refused with the way round, and one that refers to nothing too', () => {
    const [a, b] = [newId(), newId()]
    const to = (audienceId: string): AudienceRule => ({ kind: 'audience', audienceId, member: true })
    const known = new Map<string, KnownAudience>([
      [a, { id: a, name: 'A', rule: to(b) }],
      [b, { id: b, name: 'B', rule: to(a) }],
    ])
    expect(() => compiled(to(a), { audiences: known })).toThrow('A → B → A')
    expect(() => compiled(to(newId()))).toThrow('is gone')
  })

  it('that grows too large through the audiences it names is refused', () => {
    const ids = Array.from({ length: 4 }, newId)
    const known = new Map(
      ids.map((id, index): [string, KnownAudience] => {
        const next = ids[index + 1]
        const one: AudienceRule = next
          ? { kind: 'audience', audienceId: next, member: true }
          : { kind: 'test_profile', value: true }
        return [id, { id, name: `a${index}`, rule: { kind: 'or', rules: Array(30).fill(one) } }]
      }),
    )
    const rule: AudienceRule = { kind: 'audience', audienceId: ids[0] ?? '', member: true }
    expect(() => compiled(rule, { audiences: known })).toThrow('more than 1000 conditions')
  })
})

describe('the members of an upload', () => {
  it('are its rows with their extra', async () => {
    const [id = ''] = UPLOADS
    const query = await memberQuery(test.db, { sandboxId, id, now: NOW })
    const { rows } = await test.db.query(query?.text ?? '', [...(query?.values ?? [])])
    expect(rows.length).toBe(crowd.filter(person => person.lists.includes(id)).length)
    expect(rows[0]).toEqual({ profile_id: expect.any(String), extra: {} })
    expect(await memberQuery(test.db, { sandboxId: newId(), id, now: NOW })).toBeUndefined()
  })
})
