/** A mail server as a test needs one to hand in a bounce: from no one, to any address, with the last answer to look at. */
import { once } from 'node:events'
import { connect } from 'node:net'

/** One mail; `from` empty: from no one. */
export interface HandedMail {
  readonly from: string
  readonly to: string
  readonly raw: Buffer
}

/** Hands a mail in; answers the reply that ended it: to the first step that was refused, or to the final dot. */
export const handIn = async (port: number, { from, to, raw }: HandedMail): Promise<string> => {
  const socket = connect(port, '127.0.0.1')
  const replies = (async function* () {
    let text = ''
    for await (const chunk of socket) {
      text += (chunk as Buffer).toString('latin1')
      for (let end = /^\d{3} .*\r\n/m.exec(text); end !== null; end = /^\d{3} .*\r\n/m.exec(text)) {
        yield text.slice(end.index, end.index + end[0].length).trim()
        text = text.slice(end.index + end[0].length)
      }
    }
  })()
  const next = async (): Promise<string> => (await replies.next()).value ?? ''
  const body = raw.toString('latin1').replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..')
  const steps = ['EHLO relay.example', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA', `${body}\r\n.`]
  let reply = await next()
  for (const step of steps) {
    if (!/^[23]/.test(reply)) break
    socket.write(`${step}\r\n`, 'latin1')
    reply = await next()
  }
  socket.end('QUIT\r\n')
  await Promise.race([once(socket, 'close'), replies.return(undefined)])
  socket.destroy()
  return reply
}
