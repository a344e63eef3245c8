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

/**
 * A UUID of version 7 (RFC 9562 §5.7): 48 bits of milliseconds since 1970, then 74 random bits, so ids sort by
 * the time of their making and the ledger can be partitioned by them.
 */
export const uuidv7 = (nowMs: number): string => {
  const time = Math.floor(nowMs).toString(16).padStart(12, '0')
  const random = randomTen()
  random[0] = ((random[0] ?? 0) & 0x0f) | 0x70
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
