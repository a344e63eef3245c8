/**
 * The cheapest SMTP server that is still one: answers every command, swallows every mail, counts. Used by the bench
 * only, as a child process; reads of the counters come by IPC. The time from acceptance (`sentAt` in the mail's
 * header) to the final dot is kept as the latency "accept to provider". Answers to commands that came together leave
 * together, as RFC 2920 §3.2 asks of servers.
 */
import { createServer, type Socket } from 'node:net'

/** What the sink saw so far. */
export interface SinkCount {
  readonly mails: number
  /** Those that said when they were called for: the transactional and high-throughput ones. */
  readonly timed: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const END = '\r\n.\r\n'
let mails = 0
let latencies: number[] = []

const count = (mail: string): void => {
  mails++
  const sentAt = Number(/^Subject: sent (\d+)/m.exec(mail)?.[1] ?? 0)
  if (sentAt > 0) latencies.push(Date.now() - sentAt)
}

/** What the server says to a command. */
const answerTo = (command: string): string => {
  if (/^DATA/i.test(command)) return '354 go\r\n'
  if (/^QUIT/i.test(command)) return '221 bye\r\n'
  if (/^EHLO/i.test(command)) return '250-sink\r\n250-8BITMIME\r\n250 PIPELINING\r\n'
  return '250 2.1.0 ok\r\n'
}

const converse = (socket: Socket): void => {
  let text = ''
  let inData = false
  socket.setNoDelay(true)
  socket.write('220 sink\r\n')
  socket.on('error', () => undefined)
  socket.on('data', chunk => {
    text += chunk.toString('latin1')
    let answers = ''
    for (;;) {
      const end = text.indexOf(inData ? END : '\r\n')
      if (end < 0) break
      const part = text.slice(0, end)
      text = text.slice(end + (inData ? END.length : 2))
      if (inData) count(part.slice(0, 2_000))
      const answer = inData ? '250 2.0.0 ok\r\n' : answerTo(part)
      inData = answer.startsWith('354')
      answers += answer
    }
    if (answers !== '') socket.write(answers)
    if (answers.endsWith('221 bye\r\n')) socket.end()
  })
}

const quantile = (q: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? 0

const server = createServer(converse)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 })
})
process.on('message', (question: 'count' | 'reset') => {
  latencies.sort((a, b) => a - b)
  process.send?.({
    mails,
    timed: latencies.length,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  } satisfies SinkCount)
  if (question === 'reset') {
    mails = 0
    latencies = []
  }
})
process.on('disconnect', () => process.exit(0))
