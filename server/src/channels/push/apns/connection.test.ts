/** Requests over one HTTP/2 connection: what a cut leaves open, and what it does not. */
import http2 from 'node:http2'
import net, { type AddressInfo, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createStreamConnection, type StreamConnection, type StreamConnectionOptions } from './connection.ts'

type Handler = (stream: http2.ServerHttp2Stream, session: http2.ServerHttp2Session) => void

let server: http2.Http2Server
let connection: StreamConnection
let sessions: http2.ServerHttp2Session[]
let sockets: Socket[]
let handler: Handler
const answer = (stream: http2.ServerHttp2Stream): void => {
  stream.respond({ ':status': 200 })
  stream.end('ok')
}

const start = async (
  settings: http2.Settings,
  timing: Partial<StreamConnectionOptions> = { timeoutMs: 5_000 },
): Promise<void> => {
  server = http2.createServer({ settings })
  sessions = []
  sockets = []
  server.on('connection', socket => sockets.push(socket))
  server.on('session', session => sessions.push(session))
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    expect(headers[':method']).toBe('POST')
    if (stream.session !== undefined) handler(stream, stream.session as http2.ServerHttp2Session)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  connection = createStreamConnection({ origin: `http://127.0.0.1:${port}`, ...timing })
}
beforeEach(() => {
  handler = answer
})
const stop = async (): Promise<void> => {
  for (const session of sessions) session.destroy()
  if (server.listening) await new Promise(resolve => server.close(resolve))
}
afterEach(async () => {
  connection.close()
  await stop()
})
const post = () => connection.post({ path: '/x', headers: {}, body: 'b' })

test('many requests share one connection, never more at once than the peer allows', async () => {
  await start({ maxConcurrentStreams: 2 })
  let [open, most] = [0, 0]
  handler = stream => {
    open += 1
    most = Math.max(most, open)
    stream.on('close', () => {
      open -= 1
    })
    setImmediate(() => answer(stream))
  }
  const outcomes = await Promise.all(Array.from({ length: 20 }, post))
  expect(outcomes.every(one => one.kind === 'answered' && one.status === 200 && one.body === 'ok')).toBe(true)
  expect([sessions.length, most]).toEqual([1, 2])
})

test('a stream above the last one of a GOAWAY was not processed; one below may have been', async () => {
  await start({})
  const two: http2.ServerHttp2Stream[] = []
  handler = (stream, session) => {
    two.push(stream)
    if (two.length < 2) return
    session.goaway(http2.constants.NGHTTP2_INTERNAL_ERROR, two[0]?.id ?? 0)
    setImmediate(() => session.destroy())
  }
  const [first, second] = await Promise.all([post(), post()])
  expect(first).toMatchObject({ kind: 'cut', began: true })
  expect(second).toMatchObject({ kind: 'cut', began: false, code: 'GOAWAY' })
})

test('after a graceful GOAWAY what runs is answered, and the next request opens a new connection', async () => {
  await start({})
  handler = (stream, session) => {
    session.goaway()
    setImmediate(() => answer(stream))
  }
  expect(await post()).toMatchObject({ kind: 'answered', status: 200 })
  handler = answer
  expect(await post()).toMatchObject({ kind: 'answered', status: 200 })
  expect(sessions).toHaveLength(2)
})

test('a refused stream was not processed', async () => {
  await start({})
  handler = stream => stream.close(http2.constants.NGHTTP2_REFUSED_STREAM)
  expect(await post()).toMatchObject({ kind: 'cut', began: false, code: 'REFUSED_STREAM' })
})

test('a connection that breaks in the middle leaves its requests open, and the next one gets through', async () => {
  await start({})
  handler = () => sockets.at(-1)?.resetAndDestroy()
  expect(await post()).toMatchObject({ kind: 'cut', began: true })
  handler = answer
  expect(await post()).toMatchObject({ kind: 'answered' })
})

test('silence is a cut, and the connection is not used again', async () => {
  await start({}, { timeoutMs: 1_000 })
  handler = () => undefined
  expect(await post()).toMatchObject({ kind: 'cut', began: true, code: 'ETIMEDOUT' })
  handler = answer
  expect(await post()).toMatchObject({ kind: 'answered' })
  expect(sessions).toHaveLength(2)
})

test('nobody who listens means that nothing was handed over', async () => {
  await start({})
  await stop()
  expect(await post()).toMatchObject({ kind: 'cut', began: false, code: 'ECONNREFUSED' })
})

// A timer that begins later and is as long ends later.
const quiet = () => new Promise(resolve => setTimeout(resolve, 1))

// A firewall between both ends. Those of its connections that it forgot swallow what they are given.
const startFirewall = async (port: number) => {
  const pairs: (readonly [Socket, Socket])[] = []
  const firewall = net.createServer(near => {
    const far = net.connect(port, '127.0.0.1')
    for (const one of [near, far]) one.on('error', () => undefined)
    near.pipe(far).pipe(near)
    pairs.push([near, far])
  })
  await new Promise<void>(resolve => firewall.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(firewall.address() as AddressInfo).port}`,
    forget: () => {
      for (const [near, far] of pairs) near.unpipe(far).resume()
    },
    close: () => {
      for (const socket of pairs.flat()) socket.destroy()
      firewall.close()
    },
  }
}

test('a connection that was forgotten while it was quiet is found out by a PING, and nothing is open', async () => {
  await start({})
  const firewall = await startFirewall((server.address() as AddressInfo).port)
  const { origin } = firewall
  connection = createStreamConnection({ origin, timeoutMs: 2_000, quietMs: 0, pingMs: 100 })
  expect(await post()).toMatchObject({ kind: 'answered' })
  await quiet()
  firewall.forget()
  expect(await Promise.all([post(), post()])).toMatchObject([{ kind: 'answered' }, { kind: 'answered' }])
  expect(sessions).toHaveLength(2)
  firewall.close()
})

test('a quiet connection that is still there is used again', async () => {
  await start({}, { timeoutMs: 20_000, quietMs: 0, pingMs: 10_000 })
  for (let n = 0; n < 3; n += 1) {
    expect(await post()).toMatchObject({ kind: 'answered' })
    await quiet()
  }
  expect(sessions).toHaveLength(1)
})

test('a request whose permit ended while it waited for the connection does not leave', async () => {
  await start({})
  const mayBegin = () => false
  expect(await connection.post({ path: '/x', headers: {}, body: 'b', mayBegin })).toMatchObject({
    ...{ kind: 'cut', began: false, code: 'not_handed_over' },
  })
  expect(await post()).toMatchObject({ kind: 'answered' })
})
