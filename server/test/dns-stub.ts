/** A small name server on loopback: it answers TXT, MX and A from a table, "no such name" for the rest. */
import dgram from 'node:dgram'

/** Records by name in lower case; an empty table is a server that knows nothing. */
export type DnsTable = Readonly<
  Record<
    string,
    { readonly txt?: readonly string[]; readonly mx?: readonly string[]; readonly a?: readonly string[] }
  >
>

/** The running server; `address` is what a resolver is given. */
export interface DnsStub {
  readonly address: string
  records: DnsTable
  close(): Promise<void>
}

const TYPES: Readonly<Record<number, 'txt' | 'mx' | 'a'>> = { 1: 'a', 15: 'mx', 16: 'txt' }

const nameBytes = (name: string): Buffer =>
  Buffer.concat([
    ...name
      .split('.')
      .filter(label => label !== '')
      .map(label => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ])

const DATA = {
  a: (value: string) => Buffer.from(value.split('.').map(Number)),
  mx: (value: string) => Buffer.concat([Buffer.from([0, 10]), nameBytes(value)]),
  txt: (value: string) =>
    Buffer.concat(
      (value.match(/.{1,255}/gs) ?? ['']).map(piece =>
        Buffer.concat([Buffer.from([piece.length]), Buffer.from(piece)]),
      ),
    ),
}

const readName = (query: Buffer): { readonly name: string; readonly end: number } => {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 }
}

const answerTo = (query: Buffer, table: DnsTable): Buffer => {
  const { name, end } = readName(query)
  const type = query.readUInt16BE(end)
  const kind = TYPES[type]
  const entry = table[name]
  const values = kind === undefined ? [] : (entry?.[kind] ?? [])
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(entry === undefined ? 0x8183 : 0x8180, 2)
  header.writeUInt16BE(values.length, 6)
  header.fill(0, 8, 12)
  const answers = values.map(value => {
    const data = kind === undefined ? Buffer.alloc(0) : DATA[kind](value)
    const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, 0])
    head.writeUInt16BE(data.length, 10)
    return Buffer.concat([head, data])
  })
  return Buffer.concat([header, query.subarray(12, end + 4), ...answers])
}

/** Starts one. */
export const startDnsStub = async (records: DnsTable = {}): Promise<DnsStub> => {
  const socket = dgram.createSocket('udp4')
  const stub = {
    address: '',
    records,
    close: () => new Promise<void>(resolve => socket.close(() => resolve())),
  }
  socket.on('message', (query, from) => socket.send(answerTo(query, stub.records), from.port, from.address))
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  stub.address = `127.0.0.1:${socket.address().port}`
  return stub
}
