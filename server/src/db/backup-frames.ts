/** The framing of a backup file: a kind, a length, a payload. Knows nothing of what the payloads say. */
import type { Readable } from 'node:stream'

/** Head, table, data, end of table, end of file. */
export type FrameKind = 'H' | 'T' | 'D' | 'E' | 'Z'

/** One frame. */
export interface Frame {
  readonly kind: FrameKind
  readonly payload: Buffer
}

/** Frames one by one; undefined at the end of the stream. */
export interface FrameReader {
  next(): Promise<Frame | undefined>
}

/** A backup that cannot be written or read; the message is for the person. */
export class BackupError extends Error {
  readonly hint = 'Nothing was changed.'

  constructor(message: string) {
    super(message)
    this.name = 'BackupError'
  }
}

const HEAD = 5
const LONGEST = 64 * 1024 * 1024

/** The bytes of a frame. */
export const frame = (kind: FrameKind, payload: Buffer): Buffer => {
  const head = Buffer.alloc(HEAD)
  head.write(kind, 0, 'latin1')
  head.writeUInt32BE(payload.length, 1)
  return Buffer.concat([head, payload])
}

/** Reads frames from a stream of bytes. A stream that breaks off inside a frame is an error. */
export const readFrames = (stream: Readable): FrameReader => {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let pending: Buffer = Buffer.alloc(0)
  const take = async (length: number): Promise<Buffer | undefined> => {
    const parts = [pending]
    let have = pending.length
    while (have < length) {
      const { value, done } = await chunks.next()
      if (done) {
        if (have > 0) throw new BackupError('The backup is damaged: it breaks off.')
        return undefined
      }
      parts.push(value)
      have += value.length
    }
    const bytes = Buffer.concat(parts)
    pending = bytes.subarray(length)
    return bytes.subarray(0, length)
  }
  return {
    next: async () => {
      const head = await take(HEAD)
      if (head === undefined) return undefined
      const length = head.readUInt32BE(1)
      if (length > LONGEST) throw new BackupError('The file is no backup of Carillon.')
      return {
        kind: head.toString('latin1', 0, 1) as FrameKind,
        payload: length === 0 ? Buffer.alloc(0) : ((await take(length)) ?? Buffer.alloc(0)),
      }
    },
  }
}
