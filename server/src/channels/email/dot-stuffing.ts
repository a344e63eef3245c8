/**
 * The form a mail has between 354 and the server's answer (RFC 5321 §4.5.2): CRLF line ends only, a dot at a line's
 * start doubled, a line with a single dot at the end. Pure. It runs for every mail, so it looks at four bytes at a time
 * and copies a mail that needs no change in one go.
 */
const CR = 13
const LF = 10
const DOT = 46
const END = Buffer.from('\r\n.\r\n')

/** What the byte at `i` lacks: a line end is repaired, a dot that opens a line doubled. */
const lacks = (raw: Buffer, i: number): boolean => {
  const byte = raw[i]
  if (byte === LF) return raw[i - 1] !== CR || raw[i + 1] === DOT
  return byte === CR && raw[i + 1] !== LF
}

const isCleanBytes = (raw: Buffer, from: number): boolean => {
  for (let i = from; i < raw.length; i++) if (lacks(raw, i)) return false
  return true
}

/** Whether the mail can leave as it is, its final dot apart. */
const isClean = (raw: Buffer): boolean => {
  if (raw[0] === DOT) return false
  if (raw.byteOffset % 4 !== 0) return isCleanBytes(raw, 0)
  const words = new Int32Array(raw.buffer, raw.byteOffset, raw.length >> 2)
  const count = words.length
  for (let w = 0; w < count; w++) {
    const word = words[w] ?? 0
    // Zero unless one of the four bytes is below 0x20, as CR and LF are; most words of a mail have none.
    if (((word - 0x20202020) & ~word & 0x80808080) === 0) continue
    const i = w * 4
    if (lacks(raw, i) || lacks(raw, i + 1) || lacks(raw, i + 2) || lacks(raw, i + 3)) return false
  }
  return isCleanBytes(raw, count * 4)
}

const repair = (raw: Buffer): Buffer => {
  // No byte becomes more than two.
  const out = Buffer.allocUnsafe(raw.length * 2)
  let at = 0
  let isLineStart = true
  for (let i = 0; i < raw.length; i++) {
    const byte = raw[i] ?? 0
    if (byte === CR || byte === LF) {
      out[at++] = CR
      out[at++] = LF
      if (byte === CR && raw[i + 1] === LF) i++
      isLineStart = true
      continue
    }
    if (isLineStart && byte === DOT) out[at++] = DOT
    out[at++] = byte
    isLineStart = false
  }
  return out.subarray(0, at)
}

const endOf = (body: Buffer): Buffer => {
  const { length } = body
  const isEnded = length === 0 || (body[length - 2] === CR && body[length - 1] === LF)
  return isEnded ? END.subarray(2) : END
}

/**
 * The mail ready for the line, its final dot included. Lone CR or LF, which no mail of ours holds, become CRLF, because
 * a server that takes them for line ends would see dots and commands in the middle of the mail. Uses `scratch` when the
 * result fits, so the caller must be done with the one before.
 */
export const frameMail = (raw: Buffer, scratch: Buffer): Buffer => {
  const body = isClean(raw) ? raw : repair(raw)
  const end = endOf(body)
  const length = body.length + end.length
  const frame = length <= scratch.length ? scratch : Buffer.allocUnsafe(length)
  body.copy(frame)
  end.copy(frame, body.length)
  return frame.length === length ? frame : frame.subarray(0, length)
}
