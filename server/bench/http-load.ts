/**
 * A load generator that costs little, so that the figures are the server's: raw sockets, one call at a time on each,
 * as fast as answered or at a fixed rate. Run as a child process; the order comes in and the outcome goes out by IPC.
 */
import { connect, type Socket } from 'node:net'

/** What to send: calls to `path`, or, where `paths` are given, GET of one after the other. */
export interface LoadOrder {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly connections: number
  readonly seconds: number
  /** Calls per second; 0: as many as are answered. */
  readonly rate: number
  readonly recipients: number
  readonly campaignId: string
  readonly kind: 'aep' | 'external'
  readonly profiles: number
  readonly paths?: readonly string[]
}

/** What came back. */
export interface LoadOutcome {
  readonly answered: number
  readonly refused: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const FILL = 'x'.repeat(700)

const bodyOf = (order: LoadOrder, n: number): string => {
  const recipients = Array.from({ length: order.recipients }, (_, index) => {
    const who =
      order.kind === 'aep' ? (n * order.recipients + index) % order.profiles : n * order.recipients + index
    return {
      type: order.kind,
      userId: `person-${who}@example.test`,
      namespace: 'email',
      context: { sentAt: Date.now(), name: 'Ada', fill: FILL },
    }
  })
  return JSON.stringify({ requestId: `bench-${process.pid}-${n}`, campaignId: order.campaignId, recipients })
}

interface Counters {
  next: number
  answered: number
  refused: number
  readonly latencies: number[]
}

class Line {
  readonly #order: LoadOrder
  readonly #counters: Counters
  readonly #onFree: (line: Line) => void
  readonly #headers: string
  #socket: Socket
  #sentAt = 0
  #waits = false
  #pending = ''

  constructor(order: LoadOrder, counters: Counters, onFree: (line: Line) => void) {
    this.#order = order
    this.#counters = counters
    this.#onFree = onFree
    this.#headers = Object.entries(order.headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')
    this.#socket = this.#open()
    this.#socket.once('connect', () => onFree(this))
  }

  // A call whose connection is lost is refused; a connection that was closed while nobody needed it is opened anew.
  #open(): Socket {
    const socket = connect(this.#order.port, this.#order.host)
    socket.setNoDelay(true)
    socket.on('data', chunk => this.#read(chunk.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (!this.#waits) return
      this.#counters.refused++
      this.#over()
    })
    return socket
  }

  #over(): void {
    this.#waits = false
    this.#pending = ''
    this.#onFree(this)
  }

  send(dueAt: number): void {
    const n = this.#counters.next++
    this.#sentAt = dueAt
    this.#waits = true
    if (this.#socket.destroyed || this.#socket.readableEnded) this.#socket = this.#open()
    const { paths } = this.#order
    if (paths !== undefined) {
      this.#socket.write(`GET ${paths[n % paths.length]} HTTP/1.1\r\nhost: bench\r\n${this.#headers}\r\n`)
      return
    }
    const body = bodyOf(this.#order, n)
    this.#socket.write(
      `POST ${this.#order.path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n${this.#headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  }

  end(): void {
    this.#socket.destroy()
  }

  #read(text: string): void {
    this.#pending += text
    const head = this.#pending.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/content-length: (\d+)/i.exec(this.#pending)?.[1] ?? 0)
    if (this.#pending.length < head + 4 + length) return
    if (/^HTTP\/1\.1 (?:20[02]|302)/.test(this.#pending)) this.#counters.answered++
    else this.#counters.refused++
    this.#counters.latencies.push(performance.now() - this.#sentAt)
    this.#over()
  }
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0

const run = (order: LoadOrder): Promise<LoadOutcome> =>
  new Promise(resolve => {
    const counters: Counters = { next: 0, answered: 0, refused: 0, latencies: [] }
    const started = performance.now()
    const free: Line[] = []
    let due = started
    const over = (): boolean => performance.now() - started > order.seconds * 1_000
    const onFree = (line: Line): void => {
      if (order.rate === 0 && !over()) line.send(performance.now())
      else free.push(line)
    }
    const lines = Array.from({ length: order.connections }, () => new Line(order, counters, onFree))
    // An open loop: a call that is due waits for a free connection, and its wait counts.
    const tick = setInterval(() => {
      while (order.rate > 0 && due <= performance.now() && !over()) {
        // The one that rested longest: none is idle for so long that the server closes it.
        const line = free.shift()
        if (line === undefined) break
        line.send(due)
        due += 1_000 / order.rate
      }
      if (!over() || counters.answered + counters.refused < counters.next) return
      clearInterval(tick)
      for (const line of lines) line.end()
      const sorted = counters.latencies.sort((a, b) => a - b)
      resolve({
        answered: counters.answered,
        refused: counters.refused,
        seconds: (performance.now() - started) / 1_000,
        p50Ms: quantile(sorted, 0.5),
        p99Ms: quantile(sorted, 0.99),
      })
    }, 2)
  })

process.on('message', (order: LoadOrder) => {
  void run(order).then(outcome => {
    process.send?.(outcome)
    process.disconnect()
  })
})
