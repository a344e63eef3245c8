/** Ids are made in the application, so that a row's id is known before it is written. */
import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(10 * 512)
let used = pool.length

const randomTen = (): Buffer => {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = pool.subarray(used, used + 10)
  used += 10
  return bytes
}

let lastMs = -1
let sequence = 0

// 12 bits after the version count up within one millisecond (RFC 9562 §6.2, method 1), from a random start below 256.
const nextInMs = (ms: number, start: number): number => {
  sequence = ms === lastMs ? (sequence + 1) & 0xfff : start
  lastMs = ms
  return sequence
}

/**
 * A UUID of version 7 (RFC 9562 §5.7): 48 bits of milliseconds since 1970, a counter, then 62 random bits. Ids sort by
 * the time of their making, those of one process also within a millisecond (up to some 3,800 of them), and the ledger
 * is partitioned by them.
 */
export const uuidv7 = (nowMs: number): string => {
  const ms = Math.floor(nowMs)
  const time = ms.toString(16).padStart(12, '0')
  const random = randomTen()
  const count = nextInMs(ms, random[1] ?? 0)
  random[0] = 0x70 | (count >> 8)
  random[1] = count & 0xff
  random[2] = ((random[2] ?? 0) & 0x3f) | 0x80
  const hex = random.toString('hex')
  return `${time.slice(0, 8)}-${time.slice(8)}-${hex.slice(0, 4)}-${hex.slice(4, 8)}-${hex.slice(8)}`
}

/** The lowest UUIDv7 of a moment: the boundary used for partitions and range look-ups. */
export const uuidv7Floor = (ms: number): string => {
  const time = Math.floor(ms).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`
}

/** Milliseconds since 1970 that a UUIDv7 carries; meaningless for other versions. */
export const timeOfUuidv7 = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether the text is a UUID of any version; text from outside is asked this before it meets a uuid column. */
export const isUuid = (text: string): boolean => UUID.test(text)

/** A UUID as text, in lower case, from its 16 bytes (RFC 9562 §4). */
export const uuidText = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
