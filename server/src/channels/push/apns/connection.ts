/**
 * Requests over one HTTP/2 connection, which is opened when it is needed and again when it is gone; and whether a request
 * that was cut can have been processed. Never more streams at once than the peer allows. Knows nothing of push.
 */
import http2 from 'node:http2'
import { NOT_BEGUN } from '../../channel.ts'
import type { HttpOutcome } from '../../http/call.ts'

/** A POST. */
export interface StreamRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Asked when the request is about to leave; false: it does not. Left out: it may. */
  readonly mayBegin?: () => boolean
}

/** The connection. */
export interface StreamConnection {
  /** Never rejects. */
  post(request: StreamRequest): Promise<HttpOutcome>
  close(): void
}

/** Where it leads. `http:` is HTTP/2 with prior knowledge (RFC 9113 §3.3), for stand-ins. */
export interface StreamConnectionOptions {
  readonly origin: string
  /** The longest silence. Default 60 s. */
  readonly timeoutMs?: number
  /** After so long without a request the connection is tried by a PING before it is used. Default 15 s. */
  readonly quietMs?: number
  /** The longest wait for its answer. Default 3 s. */
  readonly pingMs?: number
}

type Cut = Extract<HttpOutcome, { kind: 'cut' }>

interface Session {
  readonly http2: http2.ClientHttp2Session
  /** Resolves with the peer's settings, or with why it could not be opened. */
  readonly ready: Promise<Cut | undefined>
  /** Streams above this id were not and will not be processed (RFC 9113 §6.8). */
  lastStreamId: number
  active: number
  readonly waiting: (() => void)[]
  /** Runs since the last request ended; done: nobody knows whether the connection is still there. */
  quiet: NodeJS.Timeout | undefined
  isQuiet: boolean
  /** A PING on its way. */
  trial: Promise<void> | undefined
}

const { NGHTTP2_REFUSED_STREAM } = http2.constants
const ANSWER_BYTES = 65_536

const cutBefore = (error: NodeJS.ErrnoException): Cut => ({
  kind: 'cut',
  began: false,
  code: error.code ?? 'ECONNECTION',
  words: error.message || 'Connection lost',
})

const silence = (): Error =>
  Object.assign(new Error('The provider said nothing for too long'), { code: 'ETIMEDOUT' })

const isUsable = ({ http2: { closed, destroyed } }: Session): boolean => !closed && !destroyed

const openSession = (origin: string, timeoutMs: number): Session => {
  const client = http2.connect(origin)
  let failure: NodeJS.ErrnoException | undefined
  const ready = new Promise<Cut | undefined>(resolve => {
    const timer = setTimeout(() => client.destroy(silence()), timeoutMs)
    client.once('remoteSettings', () => {
      clearTimeout(timer)
      resolve(undefined)
    })
    client.on('error', (error: NodeJS.ErrnoException) => {
      failure = error
    })
    client.once('close', () => {
      clearTimeout(timer)
      clearTimeout(session.quiet)
      resolve(cutBefore(failure ?? new Error('The connection was closed')))
      for (const wake of session.waiting.splice(0)) wake()
    })
  })
  const session: Session = {
    http2: client,
    ready,
    lastStreamId: Number.MAX_SAFE_INTEGER,
    ...{ active: 0, waiting: [], quiet: undefined, isQuiet: false, trial: undefined },
  }
  client.on('goaway', (_code, lastStreamId) => {
    session.lastStreamId = lastStreamId
  })
  return session
}

/** What a stream that ended without an answer means. */
const cutOf = (
  session: Session,
  stream: http2.ClientHttp2Stream,
  error: NodeJS.ErrnoException | undefined,
): Cut => {
  const { id, rstCode } = stream
  const wasRefused = rstCode === NGHTTP2_REFUSED_STREAM
  const wasLeftOut = id === undefined || id > session.lastStreamId
  return {
    kind: 'cut',
    began: !wasRefused && !wasLeftOut,
    code: wasRefused ? 'REFUSED_STREAM' : wasLeftOut ? 'GOAWAY' : (error?.code ?? 'ECONNECTION'),
    words: error?.message ?? 'The stream was cut',
  }
}

const exchange = (session: Session, request: StreamRequest, timeoutMs: number): Promise<HttpOutcome> =>
  new Promise(resolve => {
    const stream = session.http2.request({ ':method': 'POST', ':path': request.path, ...request.headers })
    const chunks: Buffer[] = []
    let [status, bytes] = [0, 0]
    let headers: http2.IncomingHttpHeaders = {}
    let error: NodeJS.ErrnoException | undefined
    stream.setTimeout(timeoutMs, () => stream.destroy(silence()))
    stream.on('response', fields => {
      status = fields[':status'] ?? 0
      headers = fields
    })
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= ANSWER_BYTES) chunks.push(chunk)
    })
    stream.on('error', (cause: NodeJS.ErrnoException) => {
      error = cause
    })
    // A GOAWAY tells of itself after the streams that it ends.
    stream.on('close', () =>
      setImmediate(() => {
        const body = Buffer.concat(chunks).toString()
        resolve(status > 0 ? { kind: 'answered', status, headers, body } : cutOf(session, stream, error))
      }),
    )
    stream.end(request.body)
  })

const always = (): boolean => true

const roomIn = (session: Session): boolean =>
  session.active < (session.http2.remoteSettings.maxConcurrentStreams ?? Number.MAX_SAFE_INTEGER)

// A firewall that forgets a quiet connection tells nobody: what is written to it would be silence for a minute, and unknown.
const tried = (session: Session, pingMs: number): Promise<void> => {
  session.trial ??= new Promise<void>(resolve => {
    const timer = setTimeout(() => session.http2.destroy(silence()), pingMs)
    session.http2.once('close', resolve)
    const isAsked = session.http2.ping(error => {
      clearTimeout(timer)
      if (error === null) session.isQuiet = false
      resolve()
    })
    if (!isAsked) clearTimeout(timer)
    if (!isAsked) resolve()
  }).finally(() => {
    session.trial = undefined
  })
  return session.trial
}

const rests = (session: Session, quietMs: number): void => {
  if (session.active > 0 || !isUsable(session)) return
  session.quiet = setTimeout(() => {
    session.isQuiet = true
  }, quietMs)
  session.quiet.unref()
}

const NOT_ASKED: Cut = { kind: 'cut', began: false, code: NOT_BEGUN.code, words: NOT_BEGUN.answer }

/** Runs when there is room, or as soon as the connection is gone. */
const inTurn = async (session: Session, run: () => Promise<HttpOutcome>): Promise<HttpOutcome> => {
  while (isUsable(session) && !roomIn(session)) await new Promise<void>(wake => session.waiting.push(wake))
  session.active += 1
  try {
    return await run()
  } catch (error) {
    // The connection ended between the look and the request: there is no stream.
    return cutBefore(error as Error)
  } finally {
    session.active -= 1
    session.waiting.shift()?.()
  }
}

/** Makes one. Connects with the first request. */
export const createStreamConnection = (options: StreamConnectionOptions): StreamConnection => {
  const { origin, timeoutMs = 60_000, quietMs = 15_000, pingMs = 3_000 } = options
  let current: Session | undefined
  const sessionNow = (): Session => {
    if (current === undefined || !isUsable(current)) current = openSession(origin, timeoutMs)
    return current
  }
  const sessionForUse = async (): Promise<Session> => {
    const session = sessionNow()
    clearTimeout(session.quiet)
    if (session.isQuiet && isUsable(session)) await tried(session, pingMs)
    return sessionNow()
  }
  return {
    post: async request => {
      const session = await sessionForUse()
      const failed = await session.ready
      if (failed !== undefined) return failed
      const { mayBegin = always } = request
      const outcome = await inTurn(session, async () =>
        mayBegin() ? exchange(session, request, timeoutMs) : NOT_ASKED,
      )
      rests(session, quietMs)
      // What was silent once is not trusted with the next request.
      if (outcome.kind === 'cut' && outcome.code === 'ETIMEDOUT') session.http2.close()
      return outcome
    },
    close: () => current?.http2.destroy(),
  }
}
