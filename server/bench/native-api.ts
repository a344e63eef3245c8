/** Calls of the native API, for the parts that do what a person does. */
import { Readable } from 'node:stream'
import type { Instance } from './instance.ts'

/** What a route answered. */
export type Answer = Readonly<Record<string, unknown>>
/** Calls a route such as `GET /api/v1/imports`, with a body of JSON or a stream; refused: a RangeError with the answer. */
export type Call = (route: string, body?: unknown, type?: string) => Promise<Answer>

/** The caller of an instance. */
export const caller =
  (instance: Instance): Call =>
  async (route, body, type = 'application/json') => {
    const [method = 'GET', path = ''] = route.split(' ')
    const isStream = body instanceof Readable
    const response = await fetch(`http://${instance.host}:${instance.port}${path}`, {
      method,
      headers: { ...instance.headers, ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined
        ? {}
        : { body: isStream ? (Readable.toWeb(body) as ReadableStream) : JSON.stringify(body) }),
      ...(isStream ? { duplex: 'half' } : {}),
    })
    if (!response.ok) throw new RangeError(`${route}: ${response.status} ${await response.text()}`)
    return response.json() as Promise<Answer>
  }

/** Asks twice a second until it is so. */
export const until = async (read: () => Promise<boolean>): Promise<void> => {
  while (!(await read())) await new Promise(next => setTimeout(next, 500))
}

/** How long work took, in seconds. */
export const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1_000
}
