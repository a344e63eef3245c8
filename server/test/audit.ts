/** The audit: what was promised to callers, what the ledger says and what the sink got must tell one story. */
import type pg from 'pg'

/** What callers and the sink saw. */
export interface Witnesses {
  /** Execution ids by request id, for every call answered 202. */
  readonly accepted: ReadonlyMap<string, string>
  /** How often each message id reached the sink. */
  readonly deliveries: ReadonlyMap<string, number>
}

/** Findings; an empty list of problems is a clean audit. */
export interface AuditResult {
  readonly problems: string[]
  readonly sent: number
  readonly unknown: number
}

interface Row {
  readonly message_id: string
  readonly execution_id: string
  readonly state: string
  readonly unknown_attempts: number
}

const ledgerRows = async (db: pg.Pool): Promise<Row[]> => {
  const { rows } = await db.query<Row>(
    `select d.message_id, d.execution_id, d.state,
       (select count(*)::int from attempt a where a.message_id = d.message_id and a.outcome = 'unknown') as unknown_attempts
     from delivery d`,
  )
  return rows
}

const lostCalls = (rows: readonly Row[], accepted: Witnesses['accepted']): string[] => {
  const executions = new Set(rows.map(row => row.execution_id))
  return [...accepted].flatMap(([requestId, id]) =>
    executions.has(id.replace(/^[A-Z]+-/, ''))
      ? []
      : [`call ${requestId} was answered 202 and is not in the ledger`],
  )
}

const wrongDeliveries = (rows: readonly Row[], deliveries: Witnesses['deliveries']): string[] => {
  const known = new Set(rows.map(row => row.message_id))
  const strangers = [...deliveries.keys()]
    .filter(id => !known.has(id))
    .map(id => `the sink got ${id}, which the ledger does not know`)
  const told = rows.flatMap(row => {
    const times = deliveries.get(row.message_id) ?? 0
    if (row.state === 'sent' && times === 0)
      return [`${row.message_id} is called sent and never reached the sink`]
    if (times > 0 && row.state !== 'sent' && row.state !== 'unknown')
      return [`${row.message_id} reached the sink and is called ${row.state}`]
    if (times > 1 && row.unknown_attempts < times - 1)
      return [`${row.message_id} reached the sink ${times} times without an unknown between`]
    return []
  })
  return [...strangers, ...told]
}

const wrongSums = async (db: pg.Pool, rows: readonly Row[]): Promise<string[]> => {
  const { rows: sums } = await db.query<{ state: string; n: number }>(
    'select state, sum(n)::int as n from tally group by state',
  )
  const byState = new Map(sums.map(sum => [sum.state, sum.n]))
  const counted = (state: string): number => rows.filter(row => row.state === state).length
  const expected: [string, number][] = [
    ['accepted', rows.length],
    ...['sent', 'excluded', 'failed', 'unknown', 'cancelled'].map((state): [string, number] => [
      state,
      counted(state),
    ]),
  ]
  return expected.flatMap(([state, n]) =>
    (byState.get(state) ?? 0) === n
      ? []
      : [`the sum of ${state} is ${byState.get(state) ?? 0}, the ledger has ${n}`],
  )
}

/** Audits a settled ledger. */
export const audit = async (db: pg.Pool, witnesses: Witnesses): Promise<AuditResult> => {
  const rows = await ledgerRows(db)
  return {
    problems: [
      ...lostCalls(rows, witnesses.accepted),
      ...wrongDeliveries(rows, witnesses.deliveries),
      ...(await wrongSums(db, rows)),
    ],
    sent: rows.filter(row => row.state === 'sent').length,
    unknown: rows.filter(row => row.state === 'unknown').length,
  }
}
