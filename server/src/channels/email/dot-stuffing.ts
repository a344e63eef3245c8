/**
 * The form a mail has between 354 and the server's answer (RFC 5321 §4.5.2): CRLF line ends only, a dot at a line's
 * start doubled, a line with a single dot at the end. Pure. A mail that needs no change is copied in one go.
 */
import { createControlFinder } from './control-bytes.ts'

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

/** Whether the mail can leave as it is, its final dot apart. */
const isClean = (raw: Buffer): boolean => {
  if (raw[0] === DOT) return false
  const findControl = createControlFinder(raw)
  for (let i = findControl(0); i < raw.length; i = findControl(i + 1)) if (lacks(raw, i)) return false
  return true
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
