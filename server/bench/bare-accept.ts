/** The bare limit of accepting: Fastify and one micro-batched INSERT; no checks, no key, no ledger. A child process. */
import Fastify from 'fastify'
import { createPool } from '../src/db/pool.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { createMicroBatch } from '../src/lib/micro-batch.ts'

const pool = createPool({ url: process.argv[2] ?? '', max: 4 })
await pool.query('create table if not exists bare (id uuid primary key, body jsonb not null)')
await pool.query('truncate bare')
const batch = createMicroBatch<{ id: string; body: string }, string>({
  maxSize: 128,
  inFlight: 2,
  maxWaiting: 100_000,
  onFull: () => new RangeError('full'),
  run: async rows => {
    await pool.query('insert into bare select * from unnest($1::uuid[], $2::jsonb[])', [
      rows.map(r => r.id),
      rows.map(r => r.body),
    ])
    return rows.map(row => row.id)
  },
})
const app = Fastify()
app.post('/bare', async (request, reply) => {
  const id = await batch.submit({ id: uuidv7(Date.now()), body: JSON.stringify(request.body) })
  return reply.code(202).send({ id })
})
await app.listen({ port: 0, host: '127.0.0.1' })
const address = app.server.address()
process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 })
process.on('disconnect', () => process.exit(0))
