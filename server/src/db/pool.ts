/** Connections to PostgreSQL. Knows nothing of tables. */
import pg from 'pg'

/** What a store function needs: a pool, or a client inside a transaction. */
export type Db = pg.Pool | pg.PoolClient

/**
 * How a pool is made: `url` is a postgres:// address, `max` the number of connections. The server itself ends a statement
 * that takes longer than `statementTimeoutMs`, so that nothing of it is stored (left out: it may take as long as it does).
 * `byIndex`: every statement finds its rows by an index, whatever the statistics say.
 */
export interface PoolOptions {
  readonly url: string
  readonly max?: number
  readonly name?: string
  readonly statementTimeoutMs?: number
  readonly byIndex?: boolean
}

// A connection is dear to make anew: its plans are over all partitions. On a busy machine the first calls after a quiet time
// took 256 ms (p99) and not 37.
const IDLE_MS = 600_000
// What lies between must not forget a connection that rests.
const KEEP_ALIVE_MS = 30_000

// A prepared statement keeps its plan until the next ANALYZE. One made while the ledger was empty would read the whole
// table for every claim, a minute and a hundred thousand rows later.
const BY_INDEX = `set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set enable_sort = off;
  set plan_cache_mode = force_generic_plan`

// 20 = int8: every bigint of ours is a count far below 2^53.
pg.types.setTypeParser(20, Number)

/**
 * A pool whose connections are lost in silence, the idle ones and those in the middle of a transaction: a lost server
 * is noticed, and told, by the next query. An error without a listener would end the process.
 */
export const createPool = (options: PoolOptions): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? 10,
    application_name: options.name ?? 'carillon',
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: IDLE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    ...(options.statementTimeoutMs === undefined ? {} : { statement_timeout: options.statementTimeoutMs }),
    // The pool waits for it before it gives the connection out.
    ...(options.byIndex === true ? { onConnect: (client: pg.ClientBase) => client.query(BY_INDEX) } : {}),
  })
  pool.on('error', () => undefined)
  pool.on('connect', client => client.on('error', () => undefined))
  return pool
}

/**
 * A query that is given up after so many milliseconds with an error; the pool then closes its connection, so that a
 * server that went silent holds no connection for good. What the statement does on the server stays open.
 */
export const within = (ms: number, query: pg.QueryConfig): pg.QueryConfig =>
  Object.assign(query, { query_timeout: ms })

const ROLLBACK_MS = 5_000

/** Runs `work` in one transaction on one connection: commits when it returns, rolls back when it throws. */
export const transaction = async <T>(pool: pg.Pool, work: (tx: pg.PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query(within(ROLLBACK_MS, { text: 'rollback' })).catch((cause: Error) => {
      broken = cause
    })
    throw error
  } finally {
    client.release(broken)
  }
}
