/** A server in front of stand-ins: HTTP/1.1, or HTTP/2 with prior knowledge. Loopback; holds and replaces answers for tests. */
import http from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { ReceivedPush, StandIn, StandInAnswer, StandInCall } from './stand-in.ts'

/** How the server is. */
export interface StandInServerOptions {
  readonly protocol: 'http1' | 'http2'
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly standIns: readonly StandIn[]
  /** Keeps what was taken before it is answered; rejects: it is answered with 503. */
  readonly keep?: (push: ReceivedPush) => Promise<void>
  /** Of an HTTP/2 server: streams at once. */
  readonly maxStreams?: number
}

/** The running server. */
export interface StandInServer {
  readonly origin: string
  readonly port: number
  /** What was taken, unless `keep` keeps it. */
  readonly received: readonly ReceivedPush[]
  /** Answers instead of the stand-ins' own, to what they would have taken. */
  instead: StandInAnswer | 'cut' | undefined
  /** Answers wait for this. */
  until: Promise<void>
  close(): Promise<void>
}

type Request = http.IncomingMessage | http2.Http2ServerRequest
type Response = http.ServerResponse | http2.Http2ServerResponse

const MOST_BYTES = 65_536

const readCall = async (request: Request): Promise<StandInCall> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= MOST_BYTES) chunks.push(chunk)
  }
  const { method = '', url: path = '', headers } = request
  const host = headers.host ?? String(headers[':authority'] ?? '')
  return { method, path, headers: { ...headers, host }, body: Buffer.concat(chunks) }
}

const cut = (request: Request): void => {
  if ('stream' in request) request.stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR)
  else request.socket.resetAndDestroy()
}

const say = (response: Response, { status, headers = {}, body }: StandInAnswer): void => {
  const text = body === undefined ? '' : JSON.stringify(body)
  const fields = { ...headers, ...(text === '' ? {} : { 'content-type': 'application/json' }) }
  if ('stream' in response) response.writeHead(status, fields).end(text)
  else response.writeHead(status, fields).end(text)
}

const firstVerdict = async (standIns: readonly StandIn[], call: StandInCall) => {
  for (const standIn of standIns) {
    const verdict = await standIn(call)
    if (verdict !== undefined) return verdict
  }
  return { answer: { status: 404, body: { reason: 'BadPath' } } }
}

/** Starts it. */
export const startStandInServer = async (options: StandInServerOptions): Promise<StandInServer> => {
  const received: ReceivedPush[] = []
  const sessions = new Set<http2.ServerHttp2Session>()
  const handle = async (request: Request, response: Response): Promise<void> => {
    const verdict = await firstVerdict(options.standIns, await readCall(request))
    const push = 'received' in verdict ? verdict.received : undefined
    if (push === undefined) return say(response, verdict.answer)
    if (options.keep === undefined) received.push(push)
    const { instead } = server
    await server.until
    if (instead === 'cut') return cut(request)
    if (instead !== undefined) return say(response, instead)
    await options.keep?.(push)
    say(response, verdict.answer)
  }
  const onRequest = (request: Request, response: Response): void => {
    handle(request, response).catch(() => say(response, { status: 503 }))
  }
  const { maxStreams } = options
  const settings = maxStreams === undefined ? {} : { maxConcurrentStreams: maxStreams }
  const listener =
    options.protocol === 'http1'
      ? http.createServer(onRequest)
      : http2.createServer({ settings }, onRequest).on('session', session => {
          sessions.add(session)
          session.on('close', () => sessions.delete(session))
        })
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(options.port, options.host, () => resolve())
  })
  const { port } = listener.address() as AddressInfo
  const server: StandInServer = {
    origin: `http://${options.host}:${port}`,
    ...{ port, received, instead: undefined, until: Promise.resolve() },
    close: () =>
      new Promise(resolve => {
        listener.close(() => resolve())
        if ('closeAllConnections' in listener) listener.closeAllConnections()
        for (const session of sessions) session.destroy()
      }),
  }
  return server
}
