/**
 * An HTTP provider that misbehaves by seeded chance, for channels that hand over by HTTP: it refuses, asks to slow
 * down, goes silent or cuts the line before the body, after it, and in the middle of its answer. It keeps the moments
 * at which each message was taken whole. Without a random source it behaves.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { MESSAGE_ID_HEADER } from '../src/channels/email/email.ts'
import {
  createMischief,
  type Mischief,
  SILENCE_MS,
  type SinkOptions,
  type SinkRecord,
  SLOW_MS,
} from './mischief.ts'

/** How the sink is started. `idOf` finds the message's id in a request; by default its header carries it. */
export interface HttpSinkOptions extends SinkOptions {
  readonly idOf?: (headers: IncomingMessage['headers'], body: string) => string | undefined
  /** Only these of `HTTP_MISDEEDS`, by name. */
  readonly only?: readonly string[]
}

/** One way to go wrong. */
interface HttpMisdeed {
  readonly name: string
  /** Before the body is read, or after. */
  readonly at: 'head' | 'body'
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** `answer`: after half of a friendly answer. */
  readonly cut?: 'close' | 'reset' | 'answer'
  readonly silent?: true
  readonly slow?: true
  readonly taken?: true
}

/** Every way to go wrong. */
export const HTTP_MISDEEDS: readonly HttpMisdeed[] = [
  { name: '429 before the body', at: 'head', status: 429, headers: { 'retry-after': '1' } },
  { name: '503 before the body', at: 'head', status: 503, headers: { 'retry-after': '2' } },
  { name: 'cut at the head', at: 'head', cut: 'reset' },
  { name: 'silence at the head', at: 'head', silent: true, cut: 'reset' },
  { name: '429', at: 'body', status: 429, headers: { 'retry-after': '1' } },
  { name: '400', at: 'body', status: 400 },
  { name: '404', at: 'body', status: 404 },
  { name: '500', at: 'body', status: 500 },
  { name: '502', at: 'body', status: 502 },
  { name: 'lost, then cut', at: 'body', cut: 'reset' },
  { name: 'lost in silence', at: 'body', silent: true, cut: 'close' },
  { name: 'taken, then cut', at: 'body', taken: true, cut: 'close' },
  { name: 'taken, then silence', at: 'body', taken: true, silent: true, cut: 'reset' },
  { name: 'taken, half an answer', at: 'body', taken: true, cut: 'answer' },
  { name: 'taken, slow answer', at: 'body', taken: true, slow: true },
]

const FRIENDLY = '{"accepted":true}'

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const headerId = (headers: IncomingMessage['headers']): string | undefined => {
  const value = headers[MESSAGE_ID_HEADER.toLowerCase()]
  return Array.isArray(value) ? value[0] : value
}

const answer = ({ response }: Exchange, misdeed: HttpMisdeed | undefined): void => {
  const headers = { 'content-type': 'application/json', ...misdeed?.headers }
  response.writeHead(misdeed?.status ?? 200, headers)
  response.end(misdeed?.status === undefined ? FRIENDLY : '{"error":"not now"}')
}

const cutLine = ({ response }: Exchange, how: 'close' | 'reset' | 'answer'): void => {
  const { socket } = response
  if (socket === null) return
  if (how === 'reset') socket.resetAndDestroy()
  else if (how === 'close') socket.end()
  else
    socket.end(
      `HTTP/1.1 200 OK\r\ncontent-length: ${FRIENDLY.length}\r\n\r\n${FRIENDLY.slice(0, FRIENDLY.length / 2)}`,
    )
}

const createHandler = (options: HttpSinkOptions, mischief: Mischief) => {
  const choices = HTTP_MISDEEDS.filter(({ name }) => options.only?.includes(name) ?? true)
  return async (exchange: Exchange): Promise<void> => {
    const misdeed = mischief.draw('http', choices)
    if (misdeed?.at !== 'head') {
      const body = await readBody(exchange.request).catch(() => undefined)
      if (body === undefined) return
      if (misdeed === undefined || misdeed.taken)
        mischief.take((options.idOf ?? headerId)(exchange.request.headers, body))
    }
    if (misdeed?.silent) await mischief.wait(SILENCE_MS)
    if (misdeed?.slow) await mischief.wait(SLOW_MS)
    if (misdeed?.cut !== undefined) cutLine(exchange, misdeed.cut)
    else answer(exchange, misdeed)
  }
}

/** Listens on a free loopback port. */
export const startHttpSink = async (options: HttpSinkOptions = {}): Promise<SinkRecord> => {
  const mischief = createMischief(options, 0.1)
  const handle = createHandler(options, mischief)
  const server = createServer((request, response) => void handle({ request, response }))
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    deliveries: mischief.deliveries,
    misdeeds: mischief.misdeeds,
    calm: mischief.calm,
    close: async () => {
      mischief.calm()
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
