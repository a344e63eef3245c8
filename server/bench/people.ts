/** People through the API in batches of 1,000, on two connections: new ones, then the same ones merged. */
import { type Instance, startInstance } from './instance.ts'
import { nextMessage, startScript } from './processes.ts'
import { median, report, type Setting, withRuns } from './setting.ts'

const BATCH = 1_000
const CONNECTIONS = 2

const person = (n: number, turn: string): object => ({
  identities: [
    { namespace: 'email', value: `bench${n}@example.test` },
    { namespace: 'crm', value: `C${n}` },
  ],
  attributes: {
    person: { name: { firstName: 'Ada', lastName: `Bench ${n}` } },
    personalEmail: { address: `bench${n}@example.test` },
    homeAddress: { city: 'Utrecht', countryCode: 'NL', postalCode: '3511 AB' },
    bench: { turn },
  },
})

const sendBatch = async (instance: Instance, first: number, turn: string): Promise<void> => {
  const response = await fetch(`http://${instance.host}:${instance.port}/api/v1/profiles/batch`, {
    method: 'POST',
    headers: { ...instance.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ profiles: Array.from({ length: BATCH }, (_, n) => person(first + n, turn)) }),
  })
  if (!response.ok) throw new RangeError(`profiles/batch: ${response.status} ${await response.text()}`)
  await response.arrayBuffer()
}

// People a second; `first` is the number of the first person.
const run = async (
  instance: Instance,
  order: { first: number; seconds: number; turn: string },
): Promise<{ rate: number; people: number }> => {
  let next = order.first
  const started = performance.now()
  const work = async (): Promise<void> => {
    while (performance.now() - started < order.seconds * 1_000) {
      const first = next
      next += BATCH
      await sendBatch(instance, first, order.turn)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work))
  const people = next - order.first
  return { rate: (people * 1_000) / (performance.now() - started), people }
}

/** No worker runs. */
export const measurePeople = async ({ seconds, runs }: Setting): Promise<void> => {
  const sink = startScript('smtp-sink.ts')
  const { port: sinkPort } = await nextMessage<{ port: number }>(sink)
  const instance = await startInstance({ roles: 'api,studio', workers: 1, sinkPort })
  const [made, merged]: [number[], number[]] = [[], []]
  let first = 0
  for (let turn = 0; turn < runs; turn++) {
    const { rate, people } = await run(instance, { first, seconds, turn: `${turn}` })
    made.push(rate)
    merged.push((await run(instance, { first, seconds, turn: `${turn} again` })).rate)
    first += people * 2
  }
  for (const [name, rates] of [
    ['people made, batches of 1,000, 2 connections', made],
    ['people merged, batches of 1,000, 2 connections', merged],
  ] as const)
    report({ name, value: withRuns(rates), target: '>= 5,000/s', met: median(rates) >= 5_000 })
  await instance.stop()
  sink.disconnect()
}
