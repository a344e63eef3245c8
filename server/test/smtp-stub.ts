/** A small SMTP server for browser journeys: it takes every mail, but refuses `bad…` for good and cuts the connection after the mail of `cut…`. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A running server. `mend` makes it take every mail from then on. */
export interface SmtpStub {
  readonly port: number
  readonly mend: () => void
  readonly stop: () => Promise<void>
}

interface Conversation {
  readonly socket: Socket
  recipient: string
  inData: boolean
}

const END_OF_DATA = '.'

const answerTo = (talk: Conversation, line: string, mended: boolean): string | null => {
  if (talk.inData) {
    if (line !== END_OF_DATA) return ''
    talk.inData = false
    return talk.recipient.startsWith('cut') && !mended ? null : '250 2.0.0 queued'
  }
  const [verb = ''] = line.toUpperCase().split(/[\s:]/)
  if (verb === 'RCPT') {
    talk.recipient = /<([^>]*)>/.exec(line)?.[1] ?? ''
    if (talk.recipient.startsWith('bad') && !mended) return '550 5.1.1 No such user here'
  }
  if (verb === 'DATA') {
    talk.inData = true
    return '354 go on'
  }
  return verb === 'QUIT' ? '221 2.0.0 bye' : '250 2.0.0 ok'
}

const serve = (socket: Socket, isMended: () => boolean): void => {
  const talk: Conversation = { socket, recipient: '', inData: false }
  let rest = ''
  socket.write('220 stub ESMTP\r\n')
  socket.on('error', () => undefined)
  socket.on('data', chunk => {
    const lines = (rest + chunk.toString('latin1')).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const answer = answerTo(talk, line, isMended())
      if (answer === null) {
        socket.destroy()
        return
      }
      if (answer !== '') socket.write(`${answer}\r\n`)
    }
  })
}

/** Starts one on a free port of the loopback. */
export const startSmtpStub = async (): Promise<SmtpStub> => {
  let mended = false
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, () => mended)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    mend: () => {
      mended = true
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
