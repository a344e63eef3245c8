/** A provider's HTTP API for tests that does as it is told: answers anything, holds its answers, cuts. Loopback only. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that came whole. */
export interface ReceivedCall {
  readonly method: string
  readonly path: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/** What the provider says: an answer, or a cut after the request came. */
export type ApiAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | 'cut'

/** The running stub. */
export interface ApiStub {
  readonly url: string
  readonly calls: readonly ReceivedCall[]
  answer: ApiAnswer
  /** Answers wait for this. */
  until: Promise<void>
  close(): Promise<void>
}

const bodyOf = async (request: http.IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** Starts one. */
export const startApiStub = async (): Promise<ApiStub> => {
  const calls: ReceivedCall[] = []
  const handle = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const body = await bodyOf(request)
    calls.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body })
    const { answer } = stub
    await stub.until
    if (answer === 'cut') request.socket.resetAndDestroy()
    else {
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
      response.end(answer.body === undefined ? '' : JSON.stringify(answer.body))
    }
  }
  const server = http.createServer((request, response) => void handle(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const stub: ApiStub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answer: { status: 200, body: {} },
    until: Promise.resolve(),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return stub
}

/** Makes the stub hold its answers until the returned function is called. */
export const holdAnswers = (stub: ApiStub): (() => void) => {
  let release = (): void => undefined
  stub.until = new Promise(resolve => {
    release = resolve
  })
  return () => release()
}
