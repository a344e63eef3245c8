/**
 * A campaign to an audience from beginning to end: people come in from a CSV file, a rule chooses three of ten, and the
 * run goes to the sink. Some people refused, some are suppressed, some were erased: afterwards the ledger is asked
 * whether any of them was sent to.
 */
import { Readable } from 'node:stream'
import { createPool } from '../src/db/pool.ts'
import { startInstance } from './instance.ts'
import { benchHtml } from './mail.ts'
import { type Call, caller, seconds, until } from './native-api.ts'
import { ask, nextMessage, startScript } from './processes.ts'
import { perSecond, report, type Setting } from './setting.ts'
import type { SinkCount } from './smtp-sink.ts'

const address = (n: number): string => `person${n}@example.test`
// Of ten people three live in Utrecht; of these every thirtieth refuses, and the first of each thousand is suppressed.
const isChosen = (n: number): boolean => n % 10 < 3
const refuses = (n: number): boolean => n % 100 === 1
const SUPPRESSED = 300
const ERASED = 3
const suppressed = (n: number): number => n * 1_000
const erased = (n: number): number => n * 1_000 + 10

const COLUMNS = [
  { column: 'email', kind: 'identity', to: 'email', type: 'text' },
  { column: 'name', kind: 'attribute', to: 'person.name.firstName', type: 'text' },
  { column: 'city', kind: 'attribute', to: 'homeAddress.city', type: 'text' },
  { column: 'marketing', kind: 'attribute', to: 'consents.marketing.email.val', type: 'text' },
]

function* csv(people: number): Generator<string> {
  yield `${COLUMNS.map(one => one.column).join(',')}\n`
  const LINES = 2_000
  for (let first = 0; first < people; first += LINES)
    yield Array.from({ length: Math.min(LINES, people - first) }, (_, at) => {
      const n = first + at
      return `${address(n)},Ada ${n},${isChosen(n) ? 'Utrecht' : 'Lagos'},${refuses(n) ? 'n' : ''}\n`
    }).join('')
}

const importPeople = async (call: Call, people: number): Promise<void> => {
  const { id } = await call('POST /api/v1/imports?name=people.csv', Readable.from(csv(people)), 'text/csv')
  await call(`POST /api/v1/imports/${id}/start`, { columns: COLUMNS, onConflict: 'overwrite' })
  await until(async () => (await call(`GET /api/v1/imports/${id}`))['state'] === 'done')
}

const keepBack = async (call: Call): Promise<void> => {
  const entity = (n: number) => ({ type: 'EMAIL', entityValue: address(suppressed(n)) })
  const entries = Array.from({ length: SUPPRESSED }, (_, n) => ({ entity: entity(n) }))
  await call('POST /ajo/config/suppression/addresses', entries)
  for (let n = 0; n < ERASED; n++) {
    const identity = { namespace: 'email', value: address(erased(n)) }
    const { id } = await call('POST /api/v1/erasures', { identity, confirm: 'erase' })
    await until(async () => (await call(`GET /api/v1/erasures/${id}`))['state'] === 'finished')
  }
}

const createOffer = async (call: Call, rule: object): Promise<string> => {
  const audience = await call('POST /api/v1/audiences', { kind: 'rule', name: 'Utrecht', rule })
  const { items } = (await call('GET /api/v1/channel-configurations')) as {
    items: { id: string; name: string }[]
  }
  const configuration = items.find(one => one.name.startsWith('bench'))
  if (configuration === undefined) throw new RangeError('the configuration that leads to the sink is gone')
  const { id } = await call('POST /api/v1/campaigns', {
    ...{ name: 'Bench, an offer', category: 'marketing', audienceId: audience['id'] },
    channelConfigurationId: configuration.id,
    content: { subject: 'An offer', html: benchHtml, text: 'Hello {{profile.person.name.firstName}}' },
  })
  await call(`POST /api/v1/campaigns/${id}/activate`, {})
  return String(id)
}

interface Audit {
  readonly sent: number
  readonly excluded: number
  readonly wrong: number
}

const audit = async (databaseUrl: string, campaignId: string, gone: readonly string[]): Promise<Audit> => {
  const pool = createPool({ url: databaseUrl, max: 1 })
  const { rows } = await pool.query<Audit>(
    `select count(*) filter (where d.state = 'sent')::int as sent,
       count(*) filter (where d.state = 'excluded')::int as excluded,
       count(*) filter (where d.state = 'sent' and (
         p.attributes #>> '{consents,marketing,email,val}' = 'n' or p.id is null
         or m.recipient ->> 'userId' = any($2::text[])
         or exists (select from suppression s where s.value = m.recipient ->> 'userId')))::int as wrong
     from execution e join message m on m.execution_id = e.id join delivery d on d.message_id = m.id
     left join profile p on p.id = (m.recipient ->> 'profileId')::uuid
     where e.campaign_id = $1`,
    [campaignId, gone],
  )
  await pool.end()
  return rows[0] ?? { sent: 0, excluded: 0, wrong: -1 }
}

/** Everybody opens the mail, every fourth a link of it: written as the buffer of the tracking route writes. */
const react = async (databaseUrl: string, campaignId: string): Promise<void> => {
  const pool = createPool({ url: databaseUrl, max: 1 })
  await pool.query(
    `insert into interaction (message_id, kind, link_id, machine, n, first_at, last_at, sandbox_id, campaign_id,
       execution_id, profile_id)
     select m.id, reaction.kind, reaction.link, false, 1, d.changed_at, d.changed_at, e.sandbox_id, e.campaign_id, e.id,
       (m.recipient ->> 'profileId')::uuid
     from execution e join message m on m.execution_id = e.id join delivery d on d.message_id = m.id
     cross join (values ('open', 0::bigint, 1), ('click', 7, 4)) as reaction(kind, link, every)
     where e.campaign_id = $1 and d.state = 'sent' and hashtext(m.id::text) % reaction.every = 0`,
    [campaignId],
  )
  await pool.end()
}

const reportEstimate = async (call: Call, name: string, rule: object): Promise<void> => {
  let count = 0
  const estimating = await seconds(async () => {
    count = Number((await call('POST /api/v1/audiences/estimate', { rule }))['count'])
  })
  report({
    name,
    value: `${count.toLocaleString('en')} in ${estimating.toFixed(2)} s`,
    target: '<= 2 s',
    met: estimating <= 2,
  })
}

const reactionRule = (campaignId: string, action: 'open' | 'click', did = true) => ({
  ...{ kind: 'interaction', campaignId, action, label: null, did, days: 30 },
})

/** `people` are imported; the background process and one worker run. */
export const measureAudience = async ({ people }: Setting): Promise<void> => {
  const sink = startScript('smtp-sink.ts')
  const { port: sinkPort } = await nextMessage<{ port: number }>(sink)
  const instance = await startInstance({ roles: 'api,worker,studio', workers: 1, sinkPort })
  const call = caller(instance)
  const importing = await seconds(() => importPeople(call, people))
  report({
    name: `import of ${people.toLocaleString('en')} people from CSV`,
    value: `${Math.round(importing)} s, ${perSecond(people / importing)}`,
  })
  await keepBack(call)
  const rule = { kind: 'attribute', path: ['homeAddress', 'city'], operator: 'equals', value: 'Utrecht' }
  await reportEstimate(call, '  how many a rule chooses of them', rule)
  const campaignId = await createOffer(call, rule)
  const sending = await seconds(async () => {
    const { executionId } = await call(`POST /api/v1/campaigns/${campaignId}/runs`, {})
    await until(async () => {
      const { counts, run } = (await call(`GET /api/v1/executions/${executionId}`)) as {
        counts: { accepted: number; open: number }
        run: { state: string } | null
      }
      return run?.state === 'added' && counts.accepted > 0 && counts.open === 0
    })
  })
  const { mails } = await ask<SinkCount>(sink, 'count')
  const gone = Array.from({ length: ERASED }, (_, n) => address(erased(n)))
  const { sent, excluded, wrong } = await audit(instance.databaseUrl, campaignId, gone)
  report({
    name: '  the run over them, to the sink',
    value: `${Math.round(sending)} s, ${perSecond(sent / sending)}`,
  })
  report({
    name: `  sent ${sent.toLocaleString('en')}, excluded ${excluded.toLocaleString('en')}, at the sink`,
    value: mails.toLocaleString('en'),
    target: 'as many as sent',
    met: mails === sent,
  })
  report({
    name: '  of these to people who refused, are suppressed or erased',
    value: `${wrong}`,
    target: '0',
    met: wrong === 0,
  })
  await react(instance.databaseUrl, campaignId)
  for (const action of ['open', 'click'] as const)
    await reportEstimate(call, `  how many did ${action}`, reactionRule(campaignId, action))
  const rules = [rule, reactionRule(campaignId, 'click', false)]
  await reportEstimate(call, '  how many live there and did not click', { kind: 'and', rules })
  await instance.stop()
  sink.disconnect()
}
