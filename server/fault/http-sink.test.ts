import { type IncomingHttpHeaders, request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { HTTP_MISDEEDS, type HttpSinkOptions, startHttpSink } from './http-sink.ts'
import type { SinkRecord } from './mischief.ts'
import { createRandom } from './random.ts'

interface Outcome {
  readonly status?: number
  readonly headers?: IncomingHttpHeaders
  readonly body?: string
  readonly error?: string
}

let sink: SinkRecord
afterEach(() => sink.close())

const start = async (options: HttpSinkOptions = {}): Promise<void> => {
  sink = await startHttpSink(options)
}
/** A sink that always does this one thing. */
const always = (name: string): Promise<void> => start({ random: createRandom(1), share: 1, only: [name] })

const post = (id: string): Promise<Outcome> =>
  new Promise(resolve => {
    const call = request(
      { port: sink.port, method: 'POST', headers: { 'X-Carillon-Message-Id': id } },
      response => {
        let body = ''
        response.on('data', chunk => {
          body += chunk
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        )
        response.on('error', error => resolve({ error: (error as NodeJS.ErrnoException).code ?? 'error' }))
      },
    )
    call.on('error', error => resolve({ error: (error as NodeJS.ErrnoException).code ?? 'error' }))
    call.end('{"to":"+31"}')
  })
const times = (id: string): number => sink.deliveries.get(id)?.length ?? 0

describe('the HTTP sink', () => {
  it('without a random source takes everything', async () => {
    await start()
    expect(await post('a')).toMatchObject({ status: 200, body: '{"accepted":true}' })
    expect([times('a'), sink.misdeeds.size]).toEqual([1, 0])
  })

  it('refuses with the status and the Retry-After of the misdeed, and takes nothing', async () => {
    for (const { name, status, headers } of HTTP_MISDEEDS.filter(misdeed => misdeed.status !== undefined)) {
      await always(name)
      const outcome = await post('a')
      // A refusal before the body may end the connection while the caller still writes.
      if (outcome.error === undefined) expect(outcome.status, name).toBe(status)
      if (headers?.['retry-after'] !== undefined && outcome.error === undefined)
        expect(outcome.headers?.['retry-after']).toBe(headers['retry-after'])
      expect(times('a'), name).toBe(0)
      await sink.close()
    }
    await start()
  })

  it('cuts at the head, after the body and in the answer; only what was taken counts', async () => {
    for (const { name, taken } of HTTP_MISDEEDS.filter(one => one.cut !== undefined && !one.silent)) {
      await always(name)
      expect((await post('a')).error, name).toMatch(/ECONNRESET|EPIPE|HPE/)
      expect(times('a'), name).toBe(taken ? 1 : 0)
      await sink.close()
    }
    await start()
  })

  it('is silent until it is calmed, and behaves from then on', async () => {
    await always('taken, then silence')
    let answered = false
    const silent = post('a').finally(() => {
      answered = true
    })
    while (times('a') === 0) await new Promise(next => setImmediate(next))
    expect(answered).toBe(false)
    sink.calm()
    expect((await silent).error).toBe('ECONNRESET')
    expect((await post('b')).status).toBe(200)
    expect([times('a'), times('b')]).toEqual([1, 1])
  })

  it('does the same for the same seed, and finds ids where it is told to', async () => {
    const seen: string[][] = []
    for (let run = 0; run < 2; run++) {
      await start({
        random: createRandom(7),
        share: 0.5,
        only: ['429', '500', '400'],
        idOf: (_headers, body) => (JSON.parse(body) as { to: string }).to,
      })
      const statuses: string[] = []
      for (let n = 0; n < 20; n++) statuses.push(String((await post('x')).status))
      seen.push(statuses)
      expect(sink.deliveries.get('+31')?.length).toBe(statuses.filter(status => status === '200').length)
      await sink.close()
    }
    expect(new Set(seen[0]).size).toBeGreaterThan(2)
    expect(seen[1]).toEqual(seen[0])
    await start()
  })
})
