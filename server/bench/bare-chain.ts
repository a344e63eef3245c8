/**
 * The bare limit of delivering: micro-batched INSERT, claim, render, MIME, SMTP, DELETE, on one table with nothing
 * else. A child process that warms up, runs for the seconds it is given, and reports how many mails it finished in them.
 */
import { compileTemplate } from '@carillon/template'
import type { Pool } from 'pg'
import type { Channel } from '../src/channels/channel.ts'
import type { RenderedEmail } from '../src/channels/email/email.ts'
import { buildMime } from '../src/channels/email/mime.ts'
import { createSmtpChannel } from '../src/channels/email/smtp.ts'
import { createPool } from '../src/db/pool.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { benchHtml } from './mail.ts'

/** What the chain is told. */
export interface ChainOrder {
  readonly databaseUrl: string
  readonly sinkPort: number
  readonly seconds: number
}

interface Row {
  readonly id: string
  readonly context: Record<string, unknown>
}

const BATCH = 200
/** Its code is little: it has its speed within the first of these. */
const WARM_UP_SECONDS = 3

type Send = Channel<RenderedEmail>['send']

// A mail for each slot, and behind it, where the server allows, the next.
const sendAll = async (channel: Channel<RenderedEmail>, mails: readonly RenderedEmail[]): Promise<void> => {
  let begun = 0
  const one = async (send: Send): Promise<void> => {
    const mail = mails[begun]
    if (mail === undefined) return
    begun += 1
    let following: Promise<void> | undefined
    await send(mail, undefined, follow => {
      following = one(follow)
    })
    await following
  }
  const slot = async (): Promise<void> => {
    while (begun < mails.length) await one((...of) => channel.send(...of))
  }
  await Promise.all(Array.from({ length: channel.slots }, slot))
}

const makeTable = async (pool: Pool): Promise<void> => {
  await pool.query(
    'create table if not exists chain (id uuid primary key, context jsonb not null, taken boolean not null default false)',
  )
  await pool.query('truncate chain')
  await pool.query('create index if not exists chain_free on chain (id) where not taken')
}

const run = async (order: ChainOrder): Promise<{ mails: number; seconds: number }> => {
  const pool = createPool({ url: order.databaseUrl, max: 6 })
  await makeTable(pool)
  const compiled = compileTemplate(benchHtml, { target: 'html' })
  if (!compiled.ok) throw new TypeError('the bench mail does not compile')
  const channel = createSmtpChannel({ host: '127.0.0.1', port: order.sinkPort, connections: 10 })
  const started = performance.now()
  const over = (): boolean => performance.now() - started > (WARM_UP_SECONDS + order.seconds) * 1_000
  let waiting = 0
  let [mails, warmMails, warmAt] = [0, 0, started]
  setTimeout(() => {
    warmMails = mails
    warmAt = performance.now()
  }, WARM_UP_SECONDS * 1_000)
  const insert = async (): Promise<void> => {
    while (!over()) {
      if (waiting > 2_000) {
        await new Promise(next => setTimeout(next, 5))
        continue
      }
      const ids = Array.from({ length: 128 }, () => uuidv7(Date.now()))
      const contexts = ids.map(() =>
        JSON.stringify({ sentAt: Date.now(), name: 'Ada', fill: 'x'.repeat(700) }),
      )
      await pool.query('insert into chain (id, context) select * from unnest($1::uuid[], $2::jsonb[])', [
        ids,
        contexts,
      ])
      waiting += ids.length
    }
  }
  const mailOf = (row: Row): RenderedEmail => {
    const html = compiled.template.render({ profile: {}, context: row.context }, { nowMs: Date.now() })
    const raw = buildMime({
      messageId: row.id,
      date: new Date(),
      fromAddress: 'bench@example.test',
      to: { address: 'to@example.test' },
      subject: `sent ${row.context['sentAt']}`,
      html,
      text: 'Hello',
      domainForMessageId: 'example.test',
    })
    return { messageId: row.id, envelope: { from: 'bench@example.test', to: 'to@example.test' }, raw }
  }
  const deliver = async (): Promise<void> => {
    while (!over()) {
      const { rows } = await pool.query<Row>(
        `update chain c set taken = true from (select id from chain where not taken order by id limit $1 for update skip locked) due
         where c.id = due.id returning c.id, c.context`,
        [BATCH],
      )
      if (rows.length === 0) {
        await new Promise(next => setTimeout(next, 2))
        continue
      }
      await sendAll(channel, rows.map(mailOf))
      await pool.query('delete from chain where id = any($1::uuid[])', [rows.map(row => row.id)])
      waiting -= rows.length
      mails += rows.length
    }
  }
  await Promise.all([insert(), deliver(), deliver()])
  const seconds = (performance.now() - warmAt) / 1_000
  await channel.close()
  await pool.end()
  return { mails: mails - warmMails, seconds }
}

process.on('message', (order: ChainOrder) => {
  void run(order).then(outcome => {
    process.send?.(outcome)
    process.disconnect()
  })
})
