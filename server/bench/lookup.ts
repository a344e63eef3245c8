/** A large lookup table: a CSV file goes up and becomes rows, the rows are read, and the file replaces them. */
import { Readable } from 'node:stream'
import { startInstance } from './instance.ts'
import { largestOf } from './memory.ts'
import { type Call, caller, seconds, until } from './native-api.ts'
import { perSecond, report, type Setting } from './setting.ts'

const LINES = 5_000
const READS = 2_000
const COLUMNS = [
  { column: 'postcode', kind: 'key', to: 'key', type: 'text' },
  { column: 'city', kind: 'member', to: 'city', type: 'text' },
  { column: 'store', kind: 'member', to: 'store', type: 'text' },
  { column: 'distance', kind: 'member', to: 'distance', type: 'number' },
]

const key = (n: number): string => `NL-${String(n).padStart(8, '0')}`

function* csv(rows: number): Generator<string> {
  yield `${COLUMNS.map(one => one.column).join(',')}\n`
  for (let first = 0; first < rows; first += LINES)
    yield Array.from({ length: Math.min(LINES, rows - first) }, (_, at) => {
      const n = first + at
      return `${key(n)},Utrecht ${n % 500},"Store ${n % 9_000}, at the corner",${(n % 900) / 10}\n`
    }).join('')
}

interface Import {
  readonly id: string
  readonly state: string
  readonly created: number
  readonly updated: number
  readonly refused: number
}

const bringIn = async (call: Call, table: string, mode: 'merge' | 'replace'): Promise<Import> => {
  const [{ id: importId }] = (
    (await call(`GET /api/v1/lookup-tables/${table}/imports`)) as { items: [{ id: string }] }
  ).items
  const path = `/api/v1/lookup-tables/${table}/imports/${importId}`
  await call(`POST ${path}/start`, { columns: COLUMNS, mode })
  let now = (await call(`GET ${path}`)) as unknown as Import
  await until(async () => {
    now = (await call(`GET ${path}`)) as unknown as Import
    return now.state === 'done' || now.state === 'failed'
  })
  return now
}

/** `rows` are brought in twice; the API and the background process run. */
export const measureLookup = async ({ rows }: Setting): Promise<void> => {
  const instance = await startInstance({ roles: 'api,worker,studio', workers: 1, sinkPort: 9 })
  const call = caller(instance)
  const { id } = await call('POST /api/v1/lookup-tables', { name: 'stores' })
  const table = String(id)
  const modes = [
    ['merge', 'of new keys'],
    ['replace', 'in the place of them'],
  ] as const
  for (const [mode, words] of modes) {
    const sending = await seconds(() =>
      call(
        `POST /api/v1/lookup-tables/${table}/imports?name=stores.csv`,
        Readable.from(csv(rows)),
        'text/csv',
      ),
    )
    const memory = largestOf(instance)
    let done: Import | undefined
    const taking = await seconds(async () => {
      done = await bringIn(call, table, mode)
    })
    const taken = (done?.created ?? 0) + (done?.updated ?? 0)
    report({
      name: `${rows.toLocaleString('en')} rows of a lookup table, ${words}`,
      value: `${Math.round(sending)} s up, ${Math.round(taking)} s in, ${perSecond(rows / taking)}`,
      target: 'all taken',
      met: done?.state === 'done' && taken === rows && done.refused === 0,
    })
    report({ name: '  largest process meanwhile', value: `${Math.round(await memory.stop())} MB` })
  }
  const reading = await seconds(async () => {
    for (let n = 0; n < READS; n++)
      await call(`GET /api/v1/lookup-tables/${table}/rows/${key((n * 7_919) % rows)}`)
  })
  report({
    name: '  a row read by its key, over the API',
    value: `${((reading * 1_000) / READS).toFixed(2)} ms`,
  })
  await instance.stop()
}
