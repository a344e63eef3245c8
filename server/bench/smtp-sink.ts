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

const END = Buffer.from('\r\n.\r\n')
const LINE_END = Buffer.from('\r\n')
/** The header of a mail is within its first bytes. */
const HEAD_BYTES = 2_000
let mails = 0
let latencies: number[] = []

const count = (head: string): void => {
  mails++
  const sentAt = Number(/^Subject: sent (\d+)/m.exec(head)?.[1] ?? 0)
  if (sentAt > 0) latencies.push(Date.now() - sentAt)
}

/** What the server says to a command. */
const answerTo = (command: string): string => {
  if (/^DATA/i.test(command)) return '354 go\r\n'
  if (/^QUIT/i.test(command)) return '221 bye\r\n'
  if (/^EHLO/i.test(command)) return '250-sink\r\n250-8BITMIME\r\n250 PIPELINING\r\n'
  return '250 2.1.0 ok\r\n'
}

/** One conversation: takes bytes as they come, gives the answers to all that is complete in them. */
const createConversation = (): ((chunk: Buffer) => string) => {
  let rest = Buffer.alloc(0)
  let inData = false
  let head = ''
  const takeMail = (bytes: Buffer): Buffer | undefined => {
    const end = bytes.indexOf(END)
    const known = end < 0 ? Math.max(0, bytes.length - END.length) : end
    if (head.length < HEAD_BYTES) head += bytes.toString('latin1', 0, Math.min(known, HEAD_BYTES))
    if (end < 0) return undefined
    count(head)
    head = ''
    return bytes.subarray(end + END.length)
  }
  return chunk => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let answers = ''
    for (;;) {
      const end = inData ? -1 : bytes.indexOf(LINE_END)
      const left = inData ? takeMail(bytes) : end < 0 ? undefined : bytes.subarray(end + LINE_END.length)
      if (left === undefined) break
      const answer = inData ? '250 2.0.0 ok\r\n' : answerTo(bytes.toString('latin1', 0, end))
      inData = answer.startsWith('354')
      answers += answer
      bytes = left
    }
    // What was read of a mail is not kept, but for the beginning of its end.
    rest = Buffer.from(inData ? bytes.subarray(Math.max(0, bytes.length - END.length)) : bytes)
    return answers
  }
}

const converse = (socket: Socket): void => {
  const hear = createConversation()
  socket.setNoDelay(true)
  socket.write('220 sink\r\n')
  socket.on('error', () => undefined)
  socket.on('data', chunk => {
    const answers = hear(chunk)
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
