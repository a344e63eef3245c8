/**
 * One HTTP call to a provider, and whether it can have begun: the first byte of a request is its point of no return. Keeps
 * connections open between calls. Knows no provider.
 */
import http from 'node:http'
import https from 'node:https'

/** A call to make. */
export interface HttpCall {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A call whose body is no text. */
export type BinaryHttpCall = Omit<HttpCall, 'body'> & { readonly body: Buffer }

/**
 * A whole answer, or a cut: before the first byte of the request could leave, or after. `head`: the answer began, and only
 * its body was lost.
 */
export type HttpOutcome =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly headers: http.IncomingHttpHeaders
      readonly body: string
    }
  | {
      readonly kind: 'cut'
      readonly began: boolean
      readonly code: string
      readonly words: string
      readonly head?: { readonly status: number; readonly headers: http.IncomingHttpHeaders }
    }

/** Makes calls, a few at a time. */
export interface HttpCaller {
  /** Never rejects. */
  call(call: HttpCall | BinaryHttpCall): Promise<HttpOutcome>
  /** Ends idle connections. */
  close(): void
}

/** How a caller is. */
export interface HttpCallerOptions {
  /** Connections at most. */
  readonly connections: number
  /** The longest silence. Default 60 s. */
  readonly timeoutMs?: number
  /** What TLS is spoken with, where the provider asks for a certificate of ours. */
  readonly tls?: ClientTls
}

/** A certificate of ours, its key, and the authority that the provider's must come from (all PEM). */
export interface ClientTls {
  readonly cert?: string
  readonly key?: string
  readonly ca?: string
}

const ANSWER_BYTES = 65_536
// Below what providers keep an idle connection open for: a call on one that was just closed would be an unknown.
const IDLE_MS = 4_000

const readAnswer = async (response: http.IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= ANSWER_BYTES) chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

const makeAgent = (tls: ClientTls | undefined, connections: number): http.Agent => {
  const options = { keepAlive: true, maxSockets: connections, timeout: IDLE_MS, scheduling: 'lifo' as const }
  return tls === undefined ? new http.Agent(options) : new https.Agent({ ...options, ...tls })
}

/** When the request can have begun: at once on an open connection, with the end of the handshake on a new one. */
const watchBegin = (request: http.ClientRequest, secure: boolean, onBegin: () => void): void => {
  request.on('socket', socket => {
    if (request.reusedSocket || !socket.connecting) onBegin()
    else socket.once(secure ? 'secureConnect' : 'connect', onBegin)
  })
}

/** Makes a caller. */
export const createHttpCaller = ({
  connections,
  timeoutMs = 60_000,
  tls = {},
}: HttpCallerOptions): HttpCaller => {
  const agents = { 'http:': makeAgent(undefined, connections), 'https:': makeAgent(tls, connections) }
  const call = ({ method, url, headers, body }: HttpCall | BinaryHttpCall): Promise<HttpOutcome> =>
    new Promise(resolve => {
      const secure = url.protocol === 'https:'
      let began = false
      const cutOf = (error: NodeJS.ErrnoException) => ({
        ...{ kind: 'cut' as const, began },
        ...{ code: error.code ?? 'ECONNECTION', words: error.message || 'Connection lost' },
      })
      let isAnswering = false
      const request = (secure ? https : http).request(url, {
        method,
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        agent: agents[secure ? 'https:' : 'http:'],
        timeout: timeoutMs,
      })
      watchBegin(request, secure, () => {
        began = true
      })
      request.on('timeout', () =>
        request.destroy(
          Object.assign(new Error('The provider said nothing for too long'), { code: 'ETIMEDOUT' }),
        ),
      )
      request.on('error', error => {
        if (!isAnswering) resolve(cutOf(error))
      })
      request.on('response', response => {
        isAnswering = true
        const { statusCode: status = 0, headers: answered } = response
        const head = { status, headers: answered }
        readAnswer(response).then(
          text => resolve({ kind: 'answered', ...head, body: text }),
          (error: NodeJS.ErrnoException) => resolve({ ...cutOf(error), head }),
        )
      })
      request.end(body)
    })
  return {
    call: given =>
      call(given).catch((error: NodeJS.ErrnoException) => ({
        kind: 'cut' as const,
        began: false,
        code: error.code ?? 'EINTERNAL',
        words: error.message,
      })),
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}
